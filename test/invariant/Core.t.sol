// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {VetoEscrow} from "../../contracts/escrow/VetoEscrow.sol";
import {DualGovernance} from "../../contracts/governance/DualGovernance.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {VaultMock} from "../../contracts/mocks/VaultMock.sol";
import {EscrowPhase} from "../../contracts/types/EscrowPhase.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Machine, Reading, SupplyRecord} from "../../contracts/types/Machine.sol";
import {Test} from "../solidity/Test.sol";
import {CoreWatch} from "./CoreWatch.sol";
import {LedCoreHandler} from "./LedCoreHandler.t.sol";

/// What must hold of timelock, escrow and gate together, whatever stakers, the DAO, whales and strangers do, in any
/// order and at any time. What a single call may do, the handler checks itself.
contract CoreInvariants is Test {
    /// More than any walk through the machine takes, from wherever it starts.
    uint256 private constant MOST_STEPS = 60;

    LedCoreHandler private _handler;
    VetoEscrow private _escrow;
    DualGovernance private _gate;
    VaultMock private _vault;

    function setUp() public {
        _handler = new LedCoreHandler();
        (_escrow, _gate, _vault) = (_handler.escrow(), _handler.gate(), _handler.vault());
        targetContract(address(_handler));
        bytes4[24] memory verbs = [
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
            _handler.beginExit.selector,
            _handler.claim.selector,
            _handler.withdraw.selector,
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

    /// forge-config: default.invariant.depth = 128
    function invariant_INV_5_the_escrow_holds_what_it_owes() public view {
        uint256 owed = _escrow.lockedShares();
        uint256 running = _escrow.runningEpoch();
        uint256 leaving;
        assertEq(_sumPositions(running), owed, "positions of the running epoch");
        for (uint256 epoch = 1; epoch < running; ++epoch) {
            IVetoEscrow.EpochView memory closed = _escrow.getEpoch(epoch);
            CoreWatch.EpochBook memory book = _handler.bookOf(epoch);
            assertEq(_sumPositions(epoch) + book.withdrawnShares, closed.totalShares, "positions of a closed epoch");
            leaving += closed.outstandingShares;
            if (closed.phase == EscrowPhase.Closed) owed += closed.totalShares;
            else assertGe(_vault.balanceOf(closed.vessel), closed.outstandingShares, "shares of a vessel");
            if (book.withdrawnShares == 0) continue;
            assertLe(book.withdrawnAssets, closed.assets, "paid more than was fixed");
            assertGe(
                _handler.asset().balanceOf(closed.vessel),
                closed.assets - book.withdrawnAssets,
                "assets of a vessel"
            );
        }
        assertGe(_vault.balanceOf(address(_escrow)), owed, "shares of the escrow");
        assertEq(_escrow.leavingShares(), leaving, "leaving shares");
    }

    /// forge-config: default.invariant.depth = 128
    function invariant_INV_6_every_phase_is_entered_once() public view {
        _handler.checkEpochs();
    }

    /// forge-config: default.invariant.depth = 128
    function invariant_INV_11_only_the_ten_edges() public view {
        _handler.checkState();
        (Machine memory machine, SupplyRecord memory supply) = _gate.persisted();
        assertLe(machine.frozenConfig, machine.currentConfig, "a configuration of the future");
        assertLe(machine.secondSealAt, block.timestamp, "a second seal of the future");
        bool isTimed = machine.state != GovernanceState.Normal && machine.state != GovernanceState.RageQuit;
        assertEq(machine.phaseEndsAt != 0, isTimed, "timer");
        if (machine.state == GovernanceState.RageQuit) assertGt(machine.round, 0, "a rage quit of no round");
        assertLe(supply.lowest, supply.last, "the lowest supply is above the last");
    }

    /// forge-config: default.invariant.depth = 128
    function invariant_SUP_4_votable_supply_never_exceeds_the_total() public view {
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
            _checkAll();
        }
        assertTrue(_handler.hasSeenEverything(), "something was never reached");
        _handler.settle();
        _checkAll();
        assertEq(uint8(_gate.persistedState()), uint8(GovernanceState.Normal), "governance is stuck");
        assertEq(_escrow.lockedShares(), 0, "shares are stuck");
        assertEq(_escrow.leavingShares(), 0, "a rage quit is stuck");
        for (uint256 epoch = 1; epoch <= _escrow.runningEpoch(); ++epoch) {
            assertEq(_sumPositions(epoch), 0, "a staker is stuck");
        }
    }

    function _checkAll() private view {
        invariant_INV_5_the_escrow_holds_what_it_owes();
        invariant_INV_6_every_phase_is_entered_once();
        invariant_INV_11_only_the_ten_edges();
        invariant_SUP_4_votable_supply_never_exceeds_the_total();
    }

    function _sumPositions(uint256 epoch) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _handler.stakerCount(); ++i) {
            sum += _escrow.positionOf(epoch, _handler.stakerAt(i)).shares;
        }
    }
}
