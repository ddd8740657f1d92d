// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title ReentrantShareMock
/// @notice Stands for a vault whose share has transfer hooks: a transfer, mint or burn calls a target of the
/// attacker's choice, before the balances change or after.
contract ReentrantShareMock is VaultMock {
    /// @notice When the target is called.
    enum Moment {
        Never,
        Before,
        After
    }

    event CalledBack(bool success, bytes returnData);

    Moment private _moment;
    address private _target;
    bytes private _data;

    constructor(IERC20 asset_) VaultMock(asset_) {}

    /// @notice The next change of balances calls `target` with `data`, once. Whether that failed stands in the event.
    function setReentry(Moment moment, address target, bytes calldata data) external {
        _moment = moment;
        _target = target;
        _data = data;
    }

    function _update(address from, address to, uint256 shares) internal override {
        _callBackAt(Moment.Before);
        super._update(from, to, shares);
        _callBackAt(Moment.After);
    }

    function _callBackAt(Moment moment) private {
        if (_moment != moment) return;
        _moment = Moment.Never;
        (bool success, bytes memory returnData) = _target.call(_data);
        emit CalledBack(success, returnData);
    }
}
