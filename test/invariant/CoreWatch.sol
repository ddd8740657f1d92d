// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IDualGovernance} from "../../contracts/interfaces/IDualGovernance.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {EscrowPhase} from "../../contracts/types/EscrowPhase.sol";
import {ExitEnd} from "../../contracts/types/ExitEnd.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Machine} from "../../contracts/types/Machine.sol";
import {Core} from "../solidity/Core.sol";
import {Test} from "../solidity/Test.sol";
import {Vm} from "../solidity/Vm.sol";

/// Keeps its own books of what the gate and the escrow do, from their events and answers, and compares.
abstract contract CoreWatch is Core, Test {
    /// What must never change in an epoch once it is known, and what may only grow.
    struct EpochBook {
        EscrowPhase phase;
        ExitEnd end;
        address payer;
        uint256 totalShares;
        uint256 redeemedShares;
        uint256 markedAt;
        uint256 extensionStartedAt;
        uint256 completeAfter;
        uint256 withdrawableAfter;
        uint256 assetsReceived;
        uint256 assetsPaid;
        uint256 sharesGiven;
        uint256 sharesPaid;
    }

    /// How often the campaign has seen each state after a call, each edge, and what else it must have seen.
    uint256[5] public visits;
    uint256[5][5] public edges;
    uint256 public executions;
    uint256 public executionsInCooldown;
    uint256 public refusals;
    uint256 public withdrawals;
    uint256 public partialExits;
    uint256 public callOffs;
    uint256 public moves;
    uint256 public rageQuits;

    /// Last activation of signalling. [unix seconds]
    uint256 public activatedAt;
    GovernanceState private _state;
    mapping(uint256 epoch => EpochBook) private _books;
    /// What each staker has had, as the tests saw it arrive.
    mapping(uint256 epoch => mapping(address staker => uint256)) public assetsHad;
    mapping(uint256 epoch => mapping(address staker => uint256)) public sharesHad;

    /// Follows the gate through one call, which may make `limit` transitions at most.
    modifier watched(uint256 limit) {
        vm.recordLogs();
        _;
        _readTransitions(limit);
        _noteEpochs();
        ++visits[uint8(_state)];
    }

    /// All five states, a rage quit that went in parts and was paid, one called off whose shares signal again, operations
    /// executed and refused.
    function hasSeenEverything() external view returns (bool) {
        for (uint256 state = 0; state < 5; ++state) {
            if (visits[state] == 0) return false;
        }
        bool hasLeft = partialExits > 0 && withdrawals > 0 && callOffs > 0 && moves > 0;
        return hasLeft && executions > 0 && executionsInCooldown > 0 && refusals > 0;
    }

    // ---------------------------------------------------------------- edges

    /// N→VS, VS→VSD, VS→RQ, VSD→VS, VSD→RQ, VSD→VC, VC→N, VC→VS, RQ→VS, RQ→VC.
    function isLegal(GovernanceState from, GovernanceState to) public pure returns (bool) {
        if (from == GovernanceState.Normal) return to == GovernanceState.VetoSignalling;
        if (from == GovernanceState.VetoSignalling) {
            return to == GovernanceState.VetoSignallingDeactivation || to == GovernanceState.RageQuit;
        }
        if (from == GovernanceState.VetoSignallingDeactivation) {
            return to != GovernanceState.Normal && to != from;
        }
        if (from == GovernanceState.VetoCooldown) {
            return to == GovernanceState.Normal || to == GovernanceState.VetoSignalling;
        }
        return to == GovernanceState.VetoSignalling || to == GovernanceState.VetoCooldown;
    }

    /// Whether governance comes closer to executing by it.
    function isRelaxing(GovernanceState from, GovernanceState to) internal pure returns (bool) {
        if (from == GovernanceState.VetoSignalling) return to == GovernanceState.VetoSignallingDeactivation;
        if (from == GovernanceState.VetoCooldown) return to == GovernanceState.Normal;
        return
            to == GovernanceState.VetoCooldown &&
            (from == GovernanceState.VetoSignallingDeactivation || from == GovernanceState.RageQuit);
    }

    /// The gate is where its events led, and nowhere else.
    function checkState() external view {
        assertEq(uint8(gate.persistedState()), uint8(_state), "a transition without its event");
        assertEq(escrow.runningEpoch(), rageQuits + 1, "epochs");
        (Machine memory machine, ) = gate.persisted();
        assertEq(machine.activatedAt, activatedAt, "activation");
    }

    /// The runner also records what was emitted by a call that has reverted.
    function _forgetLogs() internal {
        vm.getRecordedLogs();
    }

    function _readTransitions(uint256 limit) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 steps;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(gate)) continue;
            if (logs[i].topics[0] != IDualGovernance.GovernanceStateChanged.selector) continue;
            ++steps;
            _follow(GovernanceState(uint256(logs[i].topics[1])), GovernanceState(uint256(logs[i].topics[2])));
        }
        assertLe(steps, limit, "more than one step a poke");
    }

    function _follow(GovernanceState from, GovernanceState to) private {
        assertEq(uint8(from), uint8(_state), "an edge from a state that was left");
        assertTrue(isLegal(from, to), "an edge that does not exist");
        ++edges[uint8(from)][uint8(to)];
        bool isActivation = to == GovernanceState.VetoSignalling && from != GovernanceState.VetoSignallingDeactivation;
        if (isActivation) activatedAt = block.timestamp;
        if (to == GovernanceState.RageQuit) ++rageQuits;
        _state = to;
    }

    // ---------------------------------------------------------------- execution

    /// Called right after an operation of `scheduledAt` has executed.
    function _noteExecution(uint256 scheduledAt) internal {
        assertGe(block.timestamp, scheduledAt + BASE_DELAY, "executed before its base delay");
        assertLe(block.timestamp, scheduledAt + BASE_DELAY + GRACE, "executed after its expiry");
        GovernanceState state = gate.persistedState();
        if (state == GovernanceState.VetoCooldown) {
            assertLt(scheduledAt, activatedAt, "executed in the cooldown though younger than the objection");
            ++executionsInCooldown;
        } else {
            assertEq(uint8(state), uint8(GovernanceState.Normal), "executed while blocked");
        }
        ++executions;
    }

    // ---------------------------------------------------------------- epochs

    function bookOf(uint256 epoch) public view returns (EpochBook memory) {
        return _books[epoch];
    }

    function _noteAssets(uint256 epoch, address staker, uint256 assets) internal {
        _books[epoch].assetsPaid += assets;
        assetsHad[epoch][staker] += assets;
        ++withdrawals;
    }

    function _noteShares(uint256 epoch, address staker, uint256 shares) internal {
        _books[epoch].sharesPaid += shares;
        sharesHad[epoch][staker] += shares;
    }

    /// Every epoch says what it said after the last call, or has gone forward: what is once known stays.
    function checkEpochs() public view {
        for (uint256 epoch = 1; epoch <= escrow.runningEpoch(); ++epoch) {
            EpochBook storage book = _books[epoch];
            IVetoEscrow.EpochView memory told = escrow.getEpoch(epoch);
            assertGe(uint8(told.phase), uint8(book.phase), "an epoch went back");
            if (book.phase <= EscrowPhase.Signalling) continue;
            assertEq(told.totalShares, book.totalShares, "a closed epoch changed its total");
            assertGe(told.redeemedShares, book.redeemedShares, "redeemed shares came back");
            assertGe(told.markedAt, book.markedAt, "the mark went back");
            assertGe(told.assetsReceived, book.assetsReceived, "received less than before");
            assertEq(told.assetsPaid, book.assetsPaid, "assets paid to nobody");
            assertEq(told.sharesPaid, book.sharesPaid, "shares paid to nobody");
            if (book.payer != address(0)) assertEq(told.payer, book.payer, "another vessel pays");
            if (book.extensionStartedAt == 0) continue;
            assertEq(uint8(told.end), uint8(book.end), "ended twice");
            assertEq(told.extensionStartedAt, book.extensionStartedAt, "the extension started twice");
            assertEq(told.completeAfter, book.completeAfter, "completion moved");
            assertEq(told.withdrawableAfter, book.withdrawableAfter, "withdrawals moved");
            assertGe(told.sharesGiven, book.sharesGiven, "given shares were taken back");
            assertEq(told.idleShares, 0, "still waiting for the vault");
            assertEq(escrow.callOffAfter(epoch), 0, "a clock runs on");
        }
    }

    /// Part of every verb: what an invariant writes does not outlast it.
    function _noteEpochs() private {
        checkEpochs();
        for (uint256 epoch = 1; epoch <= escrow.runningEpoch(); ++epoch) {
            EpochBook storage book = _books[epoch];
            IVetoEscrow.EpochView memory told = escrow.getEpoch(epoch);
            (book.phase, book.end, book.payer, book.totalShares) = (told.phase, told.end, told.payer, told.totalShares);
            (book.redeemedShares, book.markedAt) = (told.redeemedShares, told.markedAt);
            (book.assetsReceived, book.sharesGiven) = (told.assetsReceived, told.sharesGiven);
            book.extensionStartedAt = told.extensionStartedAt;
            (book.completeAfter, book.withdrawableAfter) = (told.completeAfter, told.withdrawableAfter);
        }
    }
}
