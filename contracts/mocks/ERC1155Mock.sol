// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

/// @title ERC1155Mock
/// @notice Stands for any multi-token that is sent to a contract; anybody may mint.
contract ERC1155Mock is ERC1155 {
    constructor() ERC1155("") {}

    function mint(address holder, uint256 tokenId, uint256 amount) external {
        _mint(holder, tokenId, amount, "");
    }
}
