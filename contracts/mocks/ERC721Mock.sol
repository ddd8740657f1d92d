// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @title ERC721Mock
/// @notice Stands for any non-fungible token that is sent to a contract; anybody may mint.
contract ERC721Mock is ERC721 {
    constructor() ERC721("Deed", "DEED") {}

    function mint(address holder, uint256 tokenId) external {
        _mint(holder, tokenId);
    }
}
