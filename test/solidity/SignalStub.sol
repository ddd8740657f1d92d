// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {GovernanceState} from "../../contracts/types/GovernanceState.sol";

/// Stands for the escrow as the gate sees it: says what the test wants it to say.
contract SignalStub {
    uint256 public locked;
    uint256 public supply;
    bool public isSilent;
    bool public isComplete;

    /// What the last rage quit was started with.
    uint256 public extension;
    uint256 public withdrawalDelay;
    uint256 public rageQuits;

    function set(uint256 locked_, uint256 supply_, bool isSilent_, bool isComplete_) external {
        locked = locked_;
        supply = supply_;
        isSilent = isSilent_;
        isComplete = isComplete_;
    }

    /// As the escrow does: what was locked leaves, and is not complete yet.
    function startRageQuit(uint256 extension_, uint256 withdrawalDelay_) external {
        supply = supply > locked ? supply - locked : 0;
        locked = 0;
        isComplete = false;
        extension = extension_;
        withdrawalDelay = withdrawalDelay_;
        ++rageQuits;
    }

    function readSignal(GovernanceState state) external view returns (uint256, bool, uint256, bool) {
        bool isAsked = locked != 0 || state != GovernanceState.Normal;
        bool answers = isAsked && !isSilent;
        return (locked, answers, answers ? supply : 0, state == GovernanceState.RageQuit && isComplete);
    }

    /// Free to be bound, as the gate demands.
    function gate() external pure returns (address) {
        return address(0);
    }

    function votableSupply() external view returns (bool, uint256) {
        return (!isSilent, isSilent ? 0 : supply);
    }
}
