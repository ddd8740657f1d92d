// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {VestingWallet} from "@openzeppelin/contracts/finance/VestingWallet.sol";
import {VestingWalletCliff} from "@openzeppelin/contracts/finance/VestingWalletCliff.sol";

/// @title CliffVestingWallet
/// @notice OpenZeppelin's vesting wallet with a cliff, made deployable; where no cliff is wanted, `VestingWallet` itself
/// is. It owns what it is sent (tokens, ETH) and releases it to its owner, the beneficiary, over time.
/// @dev Tokens in a vesting wallet cannot be delegated: they count for the quorum, and vote only once released. The
/// beneficiary may pass the wallet on (`transferOwnership`); renouncing it strands what is not yet released.
contract CliffVestingWallet is VestingWalletCliff {
    /// @param beneficiary Owner from the start.
    /// @param start When vesting begins. [unix seconds]
    /// @param duration From the start to the moment everything is vested. [seconds]
    /// @param cliff From the start to the first release; at most `duration`. [seconds]
    constructor(
        address beneficiary,
        uint64 start,
        uint64 duration,
        uint64 cliff
    ) VestingWallet(beneficiary, start, duration) VestingWalletCliff(cliff) {}
}
