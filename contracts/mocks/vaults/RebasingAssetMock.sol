// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {HostileAssetMock} from "../HostileAssetMock.sol";

/// @title RebasingAssetMock
/// @notice Stands for an asset whose balances grow and shrink by themselves, all by the same part, as those of a staked
/// coin do; it can also do whatever else a hostile asset can. Amounts in transfers are what they say.
/// @dev Balances are kept as units of an index; a transfer of an amount moves the units that make it up, rounded up.
contract RebasingAssetMock is HostileAssetMock {
    uint256 private constant _WHOLE = 1e18;

    /// @notice What a unit is worth. [1e18 = 1]
    uint256 public index = _WHOLE;

    constructor(
        string memory name_,
        string memory symbol_,
        uint8 decimals_
    ) HostileAssetMock(name_, symbol_, decimals_) {}

    /// @notice Everybody's balance becomes `part` of what it was at the beginning. [1e18 = 100 %]
    function rebase(uint256 part) external {
        index = part;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return (super.balanceOf(account) * index) / _WHOLE;
    }

    function totalSupply() public view override returns (uint256) {
        return (super.totalSupply() * index) / _WHOLE;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, (amount * _WHOLE + index - 1) / index);
    }
}
