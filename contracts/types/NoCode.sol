// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice There is no contract at `account`, where one must be.
error NoCode(address account);
