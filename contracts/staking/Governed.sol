// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IGoverned} from "../interfaces/IGoverned.sol";
import {NoCode} from "../types/NoCode.sol";
import {RageQuitWatch} from "./RageQuitWatch.sol";

/// @title Governed
/// @notice The one door for governance: through the timelock, and not in RageQuit, whoever lets the operation through.
abstract contract Governed is IGoverned {
    /// @inheritdoc IGoverned
    IDualGovernanceTimelock public immutable TIMELOCK;

    modifier onlyGovernance() {
        _checkGovernance();
        _;
    }

    constructor(IDualGovernanceTimelock timelock) {
        if (address(timelock).code.length == 0) revert NoCode(address(timelock));
        TIMELOCK = timelock;
    }

    function _checkGovernance() private view {
        if (msg.sender != address(TIMELOCK)) revert NotGovernance(msg.sender);
        if (RageQuitWatch.isRunning(TIMELOCK)) revert RageQuitRunning();
    }
}
