// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {ExitTerms} from "../../contracts/types/ExitTerms.sol";
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

    function readSignal(GovernanceState state) external view returns (IVetoEscrow.Signal memory signal) {
        bool isAsked = locked != 0 || state != GovernanceState.Normal;
        signal.locked = locked;
        signal.answered = isAsked && !isSilent;
        if (signal.answered) signal.supply = supply;
        if (state == GovernanceState.RageQuit && isComplete) signal.completeAfter = 1;
    }

    function isExitStalled() external pure returns (bool) {
        return false;
    }

    function exitTerms() external pure returns (ExitTerms memory) {
        return ExitTerms(1, 1, 1, type(uint32).max, type(uint32).max, 0, true);
    }

    function SUPPLY_FLOOR() external pure returns (uint256) {
        return 0;
    }

    /// Free to be bound, as the gate demands.
    function gate() external pure returns (address) {
        return address(0);
    }

    function votableSupply() external view returns (bool, uint256) {
        return (!isSilent, isSilent ? 0 : supply);
    }
}
