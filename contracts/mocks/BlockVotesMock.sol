// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";

/// @title BlockVotesMock
/// @notice Stands for a voting token that counts blocks instead of seconds, as OpenZeppelin's does by default.
contract BlockVotesMock is ERC20Votes {
    constructor() ERC20("Block votes", "BLOCK") EIP712("Block votes", "1") {}
}
