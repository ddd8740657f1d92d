// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// @title GovernanceToken
/// @notice The DAO's vote: a fixed supply, handed out once, at construction. Nobody owns the token, nobody can mint.
/// @dev Votes count from delegation on, by past snapshots, in seconds (ERC-6372 `mode=timestamp`). The allocations
/// announce themselves as ERC-20 transfers from the zero address.
contract GovernanceToken is ERC20, ERC20Permit, ERC20Votes {
    /// @notice One line of the initial distribution.
    struct Allocation {
        /// Gets the tokens; may occur more than once.
        address holder;
        /// What it gets. [token units, 18 decimals]
        uint256 amount;
    }

    /// @notice Nobody would hold a token.
    error NoAllocation();
    /// @notice Line `index` of the distribution names nobody.
    error ZeroHolder(uint256 index);
    /// @notice Line `index` of the distribution gives nothing.
    error ZeroAmount(uint256 index);
    /// @notice The distribution adds up to more than {SUPPLY_CAP}. [token units, 18 decimals]
    error SupplyAboveCap(uint256 supply, uint256 cap);

    /// @notice The most that a distribution may add up to: 10^12 tokens, so that a slip in the units is caught, and
    /// far from anything that could overflow a checkpoint (2^208). [token units, 18 decimals]
    uint256 public constant SUPPLY_CAP = 1e12 * 1e18;

    /// @param name_ Also the name of the EIP-712 domain; at most 31 bytes.
    constructor(
        string memory name_,
        string memory symbol_,
        Allocation[] memory allocations
    ) ERC20(name_, symbol_) ERC20Permit(name_) {
        if (allocations.length == 0) revert NoAllocation();
        for (uint256 i = 0; i < allocations.length; ++i) {
            Allocation memory allocation = allocations[i];
            if (allocation.holder == address(0)) revert ZeroHolder(i);
            if (allocation.amount == 0) revert ZeroAmount(i);
            // Compared before the sum is made: an absurd amount meets our error, not a bare overflow.
            uint256 room = SUPPLY_CAP - totalSupply();
            if (allocation.amount > room) {
                revert SupplyAboveCap(Math.saturatingAdd(totalSupply(), allocation.amount), SUPPLY_CAP);
            }
            _mint(allocation.holder, allocation.amount);
        }
    }

    /// @notice The clock of votes: block time. [unix seconds]
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @notice How to read {clock}; ERC-6372 gives the name.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice Next nonce of `owner`; permits and delegations by signature share it.
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
