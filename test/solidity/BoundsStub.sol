// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ConfigChecks} from "../../contracts/governance/ConfigChecks.sol";

/// Stands for the timelock as the gate's constructor sees it.
contract BoundsStub {
    ConfigChecks.TimelockBounds private _bounds;

    constructor(ConfigChecks.TimelockBounds memory bounds) {
        _bounds = bounds;
    }

    // Named as the timelock's immutables are.
    // solhint-disable func-name-mixedcase

    function DELAY_FLOOR() external view returns (uint256) {
        return _bounds.delayFloor;
    }

    function DELAY_CEILING() external view returns (uint256) {
        return _bounds.delayCeiling;
    }

    function GRACE() external view returns (uint256) {
        return _bounds.grace;
    }

    /// It is its own fallback gate, as far as the delay goes.
    function FALLBACK_GATE() external view returns (address) {
        return address(this);
    }

    function DELAY() external view returns (uint256) {
        return _bounds.fallbackDelay;
    }
}
