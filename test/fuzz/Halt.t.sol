// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ConfigChecks} from "../../contracts/governance/ConfigChecks.sol";
import {DualGovernance} from "../../contracts/governance/DualGovernance.sol";
import {IDeadlock} from "../../contracts/interfaces/IDeadlock.sol";
import {IDualGovernanceTimelock} from "../../contracts/interfaces/IDualGovernanceTimelock.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {DualGovernanceConfig} from "../../contracts/types/DualGovernanceConfig.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Machine} from "../../contracts/types/Machine.sol";
import {Draw} from "../solidity/Draw.sol";
import {OperationStub} from "../solidity/OperationStub.sol";
import {Rules} from "../solidity/Rules.sol";
import {SignalStub} from "../solidity/SignalStub.sol";
import {Test} from "../solidity/Test.sol";

/// The gate derives since when governance is halted from as little as it stores. Here somebody writes it down at every
/// poke, through random histories full of rage quits in a row, and the two must never differ.
contract HaltFuzz is Test {
    using Draw for Draw.Urn;

    uint256 private constant START = 1_000_000_000;
    uint256 private constant STEPS = 24;
    bytes32 private constant RELEASED = "released";

    DualGovernance private gate;
    SignalStub private escrow;
    OperationStub private timelock;

    /// As written down: since when no poke left Normal or VetoCooldown behind; 0 if the last one did. [unix seconds]
    uint256 private standing;
    /// What {standing} was when the operation was released. [unix seconds]
    uint256 private releasedIn;
    uint256 private scheduledAt;

    /// How often the histories met what they are for.
    uint256 private longestChain;
    uint256 private deadlocks;
    uint256 private saturations;
    uint256 private passages;

    function testFuzz_INV_9_nothing_but_normal_and_cooldown_ends_a_halt(uint256 seed) public {
        _play(seed);
    }

    /// Few enough seeds meet long chains, saturated rounds, deadlocks, and operations that pass by their release alone.
    function test_INV_9_the_histories_meet_what_they_are_for() public {
        for (uint256 seed = 0; seed < 32; ++seed) _play(seed);
        assertGt(longestChain, 4, "rage quits in a row");
        assertGt(saturations, 10, "rage quits at a saturated round");
        assertGt(deadlocks, 10, "deadlocks");
        assertGt(passages, 10, "passages by a release");
    }

    function _play(uint256 seed) private {
        Draw.Urn memory urn = Draw.Urn(seed);
        _deploy(urn);
        uint256 chain;
        for (uint256 i = 0; i < STEPS; ++i) {
            _move(urn);
            _check(urn.chance(8));
            GovernanceState from = gate.persistedState();
            _poke(urn);
            _check(urn.chance(8));
            GovernanceState state = gate.persistedState();
            if (!_blocks(state)) chain = 0;
            else if (state == GovernanceState.RageQuit && from != state) {
                if (++chain > longestChain) longestChain = chain;
                _raiseRound(urn);
            }
            _release();
        }
    }

    function _deploy(Draw.Urn memory urn) private {
        vm.warp(START);
        (standing, releasedIn, scheduledAt) = (0, 0, 0);
        ConfigChecks.TimelockBounds memory bounds = Rules.drawBounds(urn);
        timelock = new OperationStub(bounds);
        timelock.setTimeout(urn.number(1, 730 days));
        escrow = new SignalStub();
        gate = new DualGovernance(
            IDualGovernanceTimelock(address(timelock)),
            IVetoEscrow(address(escrow)),
            Rules.draw(urn, bounds)
        );
    }

    /// Support that mostly pushes on, and some time, next to the end of a timer or far beyond.
    function _move(Draw.Urn memory urn) private {
        DualGovernanceConfig memory rules = gate.activeConfig();
        bool pushes = !urn.chance(8);
        uint256 threshold = urn.chance(3) ? rules.signalling.signallingThreshold : rules.signalling.rageQuitThreshold;
        escrow.set(pushes ? threshold : threshold - 1, 1e18, urn.chance(6), !urn.chance(4));
        (Machine memory machine, ) = gate.persisted();
        uint256[] memory moments = new uint256[](4);
        moments[0] = machine.phaseEndsAt;
        moments[1] = uint256(machine.activatedAt) + rules.signalling.maxDuration;
        moments[2] = uint256(machine.rageQuitThresholdAt) + rules.signalling.joinWindow;
        moments[3] = standing + timelock.tiebreakerTimeout();
        uint256 latest = block.timestamp + 2 * uint256(rules.signalling.maxDuration) + 2;
        vm.warp(urn.moment(moments, block.timestamp, latest));
    }

    function _poke(Draw.Urn memory urn) private {
        uint256 door = urn.number(0, 9);
        if (door == 0) gate.admitSchedule();
        else if (door == 1) gate.admitExecution(RELEASED, scheduledAt);
        else if (door == 2) gate.pokeForMinLock();
        else if (door == 3) {
            DualGovernanceConfig memory rules = gate.currentConfig();
            vm.prank(address(timelock));
            gate.setConfig(rules);
        } else gate.poke();
        if (!_blocks(gate.persistedState())) standing = 0;
        else if (standing == 0) standing = block.timestamp;
    }

    /// From the second rage quit in a row on, nothing but the withdrawal delay goes by the round.
    function _raiseRound(Draw.Urn memory urn) private {
        (Machine memory machine, ) = gate.persisted();
        if (machine.round == 255) ++saturations;
        if (machine.round < 2 || !urn.chance(2)) return;
        uint256 word = uint256(vm.load(address(gate), 0));
        vm.store(address(gate), 0, bytes32(word | (255 << 8)));
        (machine, ) = gate.persisted();
        assertEq(machine.round, 255, "the layout of the machine has changed");
    }

    /// The tiebreaker releases whenever it may; the operation is scheduled anew when governance goes on.
    function _release() private {
        if (scheduledAt == 0 || standing == 0) {
            timelock.schedule(RELEASED);
            scheduledAt = block.timestamp;
        }
        bool isDeadlocked = gate.isDeadlocked();
        if (!isDeadlocked) vm.expectRevert(IDeadlock.NotDeadlocked.selector);
        gate.release(RELEASED);
        if (!isDeadlocked) return;
        ++deadlocks;
        releasedIn = standing;
        assertEq(gate.releasedSchedule(RELEASED), scheduledAt, "release");
        assertTrue(gate.canExecute(RELEASED, scheduledAt), "released in this very block");
        assertFalse(gate.canExecute(RELEASED, scheduledAt + 1) && scheduledAt != 0, "another scheduling");
    }

    /// What the views say before a poke is what the record says after it.
    function _check(bool admits) private {
        GovernanceState state = gate.effectiveState();
        uint256 since = _blocks(state) ? (standing == 0 ? block.timestamp : standing) : 0;
        assertEq(gate.haltedSince(), since, "haltedSince");
        bool isDeadlocked = since != 0 && block.timestamp >= since + timelock.tiebreakerTimeout();
        assertEq(gate.isDeadlocked(), isDeadlocked, "isDeadlocked");
        (Machine memory machine, , ) = gate.effective();
        bool isReleased =
            isDeadlocked && releasedIn == since && scheduledAt != 0 && gate.releasedSchedule(RELEASED) == scheduledAt;
        bool isOpen =
            state == GovernanceState.Normal ||
                (state == GovernanceState.VetoCooldown && scheduledAt < machine.activatedAt);
        assertEq(gate.canExecute(RELEASED, scheduledAt), isOpen || isReleased, "canExecute");
        if (isReleased) ++passages;
        // Undone again, which takes its time.
        if (!admits) return;
        uint256 snapshot = vm.snapshotState();
        assertEq(gate.admitExecution(RELEASED, scheduledAt), isOpen || isReleased, "admitExecution");
        assertEq(gate.haltedSince(), since, "haltedSince after an admission");
        vm.revertToState(snapshot);
    }

    function _blocks(GovernanceState state) private pure returns (bool) {
        return state != GovernanceState.Normal && state != GovernanceState.VetoCooldown;
    }
}
