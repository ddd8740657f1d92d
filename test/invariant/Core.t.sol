// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {VetoEscrow} from "../../contracts/escrow/VetoEscrow.sol";
import {DualGovernance} from "../../contracts/governance/DualGovernance.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {VaultMock} from "../../contracts/mocks/VaultMock.sol";
import {ExitEnd} from "../../contracts/types/ExitEnd.sol";
import {ExitTerms} from "../../contracts/types/ExitTerms.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Machine, Reading, SupplyRecord} from "../../contracts/types/Machine.sol";
import {Test} from "../solidity/Test.sol";
import {LedCoreHandler} from "./LedCoreHandler.t.sol";

/// What must hold of timelock, escrow and gate together, whatever stakers, the DAO, whales and strangers do, in any
/// order and at any time. What a single call may do, the handler checks itself.
contract CoreInvariants is Test {
    /// More than any walk through the machine takes, from wherever it starts.
    uint256 private constant MOST_STEPS = 90;

    LedCoreHandler private _handler;
    VetoEscrow private _escrow;
    DualGovernance private _gate;
    VaultMock private _vault;

    function setUp() public {
        _handler = new LedCoreHandler();
        (_escrow, _gate, _vault) = (_handler.escrow(), _handler.gate(), _handler.vault());
        targetContract(address(_handler));
        bytes4[28] memory verbs = [
            _handler.lock.selector,
            _handler.unlock.selector,
            _handler.deposit.selector,
            _handler.redeem.selector,
            _handler.flashDeposit.selector,
            _handler.flashRedeem.selector,
            _handler.donate.selector,
            _handler.slash.selector,
            _handler.setLiquidity.selector,
            _handler.schedule.selector,
            _handler.execute.selector,
            _handler.cancel.selector,
            _handler.poke.selector,
            _handler.warp.selector,
            _handler.createVessel.selector,
            _handler.beginExit.selector,
            _handler.claim.selector,
            _handler.callOff.selector,
            _handler.withdraw.selector,
            _handler.takeShares.selector,
            _handler.moveShares.selector,
            // A third of all calls goes on towards what the campaign has not seen.
            _handler.lead.selector,
            _handler.lead.selector,
            _handler.lead.selector,
            _handler.lead.selector,
            _handler.lead.selector,
            _handler.lead.selector,
            _handler.lead.selector
        ];
        bytes4[] memory selectors = new bytes4[](verbs.length);
        for (uint256 i = 0; i < verbs.length; ++i) selectors[i] = verbs[i];
        targetSelector(address(_handler), selectors);
    }

    /// One campaign for all: five would walk the same ways. After each call, what of timelock, escrow and gate must hold.
    /// forge-config: default.invariant.depth = 128
    function invariant_INV_5_INV_6_INV_11_SUP_4_what_must_hold_together() public view {
        _checkPositions();
        _checkExits();
        _handler.checkEpochs();
        _checkMachine();
        _checkSupply();
    }

    /// The escrow holds what it owes.
    function _checkPositions() private view {
        uint256 running = _escrow.runningEpoch();
        assertEq(_sumPositions(running), _escrow.lockedShares(), "positions of the running epoch");
        uint256 idle;
        for (uint256 epoch = 1; epoch < running; ++epoch) {
            IVetoEscrow.EpochView memory closed = _escrow.getEpoch(epoch);
            assertEq(_sumPositions(epoch), closed.totalShares, "positions of a closed epoch");
            idle += closed.idleShares + closed.sharesGiven - closed.sharesPaid;
            _checkPayments(epoch, closed);
        }
        assertEq(_escrow.idleShares(), idle, "idle shares");
        uint256 owed = _escrow.lockedShares() + idle;
        assertGe(_vault.balanceOf(address(_escrow)), owed, "shares of the escrow");
    }

    /// Nobody has had more than his part of what arrived, by what the tests saw arrive.
    function _checkPayments(uint256 epoch, IVetoEscrow.EpochView memory closed) private view {
        assertLe(closed.assetsPaid, closed.assetsReceived, "paid more than was received");
        assertLe(closed.sharesPaid, closed.sharesGiven, "gave more than came back");
        uint256 assets;
        uint256 shares;
        for (uint256 i = 0; i < _handler.stakerCount(); ++i) {
            address staker = _handler.stakerAt(i);
            uint256 position = _escrow.positionOf(epoch, staker).shares;
            (uint256 hadAssets, uint256 hadShares) = (
                _handler.assetsHad(epoch, staker),
                _handler.sharesHad(epoch, staker)
            );
            assertLe(
                hadAssets * closed.totalShares,
                closed.assetsReceived * position,
                "more than a part of the assets"
            );
            assertLe(hadShares * closed.totalShares, closed.sharesGiven * position, "more than a part of the shares");
            (assets, shares) = (assets + hadAssets, shares + hadShares);
        }
        assertEq(assets, closed.assetsPaid, "assets paid");
        assertEq(shares, closed.sharesPaid, "shares paid");
    }

    /// An exit stays within its epoch.
    function _checkExits() private view {
        uint256 leaving;
        for (uint256 epoch = 1; epoch < _escrow.runningEpoch(); ++epoch) {
            IVetoEscrow.EpochView memory closed = _escrow.getEpoch(epoch);
            uint256 here = closed.idleShares + closed.sharesGiven;
            assertEq(closed.outstandingShares, here, "away though redeemed at once");
            // More only by gifts, which are the epoch's.
            assertGe(closed.redeemedShares + here, closed.totalShares, "shares are missing");
            if (closed.end == ExitEnd.Redeemed) {
                assertGt(closed.redeemedShares * 64, closed.totalShares * 63, "ended too early");
            } else {
                assertGe(closed.outstandingShares * 64, closed.totalShares, "not ended");
            }
            if (closed.end == ExitEnd.None) {
                leaving = closed.outstandingShares;
                _checkClock(epoch, closed);
            }
        }
        assertEq(_escrow.leavingShares(false), leaving, "leaving shares");
    }

    /// A rage quit never sticks: some clock always ends it, and none before its time.
    function _checkClock(uint256 epoch, IVetoEscrow.EpochView memory closed) private view {
        ExitTerms memory terms = _escrow.exitTerms();
        uint256 clock = _escrow.callOffAfter(epoch);
        assertLe(clock, closed.closedAt + terms.exitLimit, "a clock beyond the last");
        assertGe(clock, Math.min(closed.markedAt + terms.callOffDelay, closed.closedAt + terms.exitLimit), "too early");
        assertFalse(_escrow.isExitStalled(), "the vault holds nothing");
    }

    /// Only the ten edges.
    function _checkMachine() private view {
        _handler.checkState();
        (Machine memory machine, SupplyRecord memory supply) = _gate.persisted();
        assertLe(machine.frozenConfig, machine.currentConfig, "a configuration of the future");
        assertLe(machine.rageQuitThresholdAt, block.timestamp, "a rage quit threshold of the future");
        assertLe(supply.lowest, supply.last, "the lowest supply is above the last");
        assertGe(supply.lowest, _escrow.SUPPLY_FLOOR(), "the recorded supply is below the floor");
        if (machine.state == GovernanceState.RageQuit) {
            assertGt(machine.round, 0, "a rage quit of no round");
            uint256 completeAfter = _escrow.getEpoch(_escrow.runningEpoch() - 1).completeAfter;
            // The timer is not known before the extension was seen to start.
            if (machine.phaseEndsAt != 0) assertEq(machine.phaseEndsAt, completeAfter, "timer of a rage quit");
        } else {
            assertEq(machine.phaseEndsAt != 0, machine.state != GovernanceState.Normal, "timer");
        }
    }

    /// The votable supply never exceeds the total.
    function _checkSupply() private view {
        (bool answered, uint256 supply) = _escrow.votableSupply();
        assertTrue(answered, "an honest vault answers");
        assertLe(supply, _vault.totalSupply(), "votable above total");
        assertLe(_escrow.lockedShares(), supply, "more locked than can vote");
        (, , Reading memory reading) = _gate.effective();
        assertGe(reading.supportMax, reading.supportNow, "R_max below R_now");
    }

    /// A campaign that has not been everywhere proves nothing: it goes on until it has. And wherever it ended, nobody
    /// is stuck: everyone leaves, is paid or unlocks, and governance is Normal again.
    function afterInvariant() public {
        for (uint256 i = 0; i < MOST_STEPS && !_handler.hasSeenEverything(); ++i) {
            _handler.lead();
            invariant_INV_5_INV_6_INV_11_SUP_4_what_must_hold_together();
        }
        assertTrue(_handler.hasSeenEverything(), "something was never reached");
        _handler.settle();
        invariant_INV_5_INV_6_INV_11_SUP_4_what_must_hold_together();
        assertEq(uint8(_gate.persistedState()), uint8(GovernanceState.Normal), "governance is stuck");
        assertEq(_escrow.lockedShares(), 0, "shares are stuck");
        assertEq(_escrow.leavingShares(false), 0, "a rage quit is stuck");
        assertEq(_sumPositions(_escrow.runningEpoch()), 0, "a staker is stuck");
        for (uint256 epoch = 1; epoch < _escrow.runningEpoch(); ++epoch) {
            IVetoEscrow.EpochView memory closed = _escrow.getEpoch(epoch);
            assertNotEq(uint8(closed.end), uint8(ExitEnd.None), "a rage quit is stuck");
            assertLt(closed.assetsReceived - closed.assetsPaid, _handler.stakerCount(), "assets are stuck");
            assertLt(closed.sharesGiven - closed.sharesPaid, _handler.stakerCount(), "shares are stuck");
        }
    }

    function _sumPositions(uint256 epoch) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _handler.stakerCount(); ++i) {
            sum += _escrow.positionOf(epoch, _handler.stakerAt(i)).shares;
        }
    }
}
