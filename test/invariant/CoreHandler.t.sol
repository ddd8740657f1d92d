// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {StateTransitions} from "../../contracts/governance/StateTransitions.sol";
import {SignallingConfig} from "../../contracts/types/DualGovernanceConfig.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Machine, Reading} from "../../contracts/types/Machine.sol";
import {Draw} from "../solidity/Draw.sol";
import {CoreDao} from "./CoreDao.sol";
import {CoreExit} from "./CoreExit.sol";

/// Plays stakers, a whale with a flash loan, donors, the DAO and strangers against the core. None of its calls may
/// revert: each knows whether the contracts must accept what it does.
contract CoreHandler is CoreDao, CoreExit {
    using Draw for Draw.Urn;

    uint256 private constant STAKE = 1_000e18;

    address[4] private _stakers = [address(0xa11ce), address(0xb0b), address(0xca201), address(0xda7e)];

    constructor() {
        for (uint256 i = 0; i < _stakers.length; ++i) {
            vm.startPrank(_stakers[i]);
            asset.approve(address(vault), type(uint256).max);
            vault.approve(address(escrow), type(uint256).max);
            vm.stopPrank();
            _deposit(_stakers[i], STAKE);
        }
        asset.approve(address(vault), type(uint256).max);
    }

    // ---------------------------------------------------------------- stakers

    function lock(uint256 who, uint256 shares) public watched(2) {
        address staker = stakerAt(who);
        uint256 balance = vault.balanceOf(staker);
        if (balance == 0) return;
        shares = bound(shares, 1, balance);
        uint256 epoch = escrow.runningEpoch();
        uint256 before = escrow.positionOf(epoch, staker).shares;
        vm.prank(staker);
        escrow.lock(shares, 0);
        // The poke before may have closed the epoch, so that the lock counts in the next.
        uint256 later = escrow.positionOf(epoch, staker).shares + escrow.positionOf(epoch + 1, staker).shares;
        assertEq(later, before + shares, "locked");
    }

    /// Succeeds exactly if the epoch is still open, the lock is old enough, and the shares are there.
    function unlock(uint256 who, uint256 shares) public watched(2) {
        address staker = stakerAt(who);
        uint256 epoch = escrow.runningEpoch();
        IVetoEscrow.Position memory position = escrow.positionOf(epoch, staker);
        if (position.shares == 0) return;
        shares = bound(shares, 1, position.shares);
        bool closes =
            gate.effectiveState() == GovernanceState.RageQuit && gate.persistedState() != GovernanceState.RageQuit;
        bool expected = !closes && block.timestamp > position.unlockableAfter;
        uint256 before = vault.balanceOf(staker);
        vm.prank(staker);
        try escrow.unlock(shares, epoch) {
            assertTrue(expected, "unlocked too early, or what has left");
            assertEq(vault.balanceOf(staker), before + shares, "unlocked");
        } catch {
            _forgetLogs();
            assertFalse(expected, "a share that its owner cannot unlock");
        }
    }

    function deposit(uint256 who, uint256 assets) public watched(0) {
        _deposit(stakerAt(who), bound(assets, 0, STAKE));
    }

    function redeem(uint256 who, uint256 shares) public watched(0) {
        address staker = stakerAt(who);
        shares = bound(shares, 0, vault.maxRedeem(staker));
        vm.prank(staker);
        vault.redeem(shares, staker, staker);
    }

    // ---------------------------------------------------------------- whales

    /// Borrowed assets enter the vault, something that pokes is called, they leave again: all in one second.
    function flashDeposit(uint256 assets, uint256 door) public watched(1) {
        // A loan that could not be paid back would never have been given.
        vault.setLiquidity(type(uint256).max);
        GovernanceState from = gate.persistedState();
        GovernanceState expected = gate.effectiveState();
        assets = bound(assets, 1, 1_000 * STAKE);
        asset.mint(address(this), assets);
        uint256 shares = vault.deposit(assets, address(this));
        if (from != GovernanceState.Normal) {
            assertEq(uint8(gate.effectiveState()), uint8(expected), "borrowed shares made a transition");
        }
        _pass(door);
        vault.redeem(shares, address(this), address(this));
    }

    /// A staker's own shares leave the vault, something that pokes is called, they enter again.
    function flashRedeem(uint256 who, uint256 shares, uint256 door) public watched(1) {
        address staker = stakerAt(who);
        GovernanceState from = gate.persistedState();
        GovernanceState expected = gate.effectiveState();
        vm.startPrank(staker);
        uint256 assets = vault.redeem(bound(shares, 0, vault.maxRedeem(staker)), staker, staker);
        vm.stopPrank();
        GovernanceState reached = gate.effectiveState();
        if (isRelaxing(from, reached)) assertEq(uint8(reached), uint8(expected), "a smaller supply relaxed the gate");
        _pass(door);
        vm.prank(staker);
        vault.deposit(assets, staker);
    }

    /// Gains of the vault, and gifts that nobody asked for: to the escrow, to a vessel.
    function donate(uint256 where, uint256 amount) public watched(0) {
        amount = bound(amount, 0, vault.totalAssets() / 100);
        uint256 epoch = bound(where, 1, escrow.runningEpoch());
        address open = escrow.getEpoch(epoch).payer;
        asset.mint(where % 3 == 0 || open == address(0) ? address(vault) : open, amount);
        address giver = stakerAt(where);
        uint256 shares = Math.min(vault.balanceOf(giver) / 100, amount);
        vm.prank(giver);
        vault.transfer(where % 3 == 1 && open != address(0) ? open : address(escrow), shares);
    }

    /// A loss of at most a tenth.
    function slash(uint256 assets) public watched(0) {
        vault.slash(bound(assets, 0, vault.totalAssets() / 10));
    }

    function setLiquidity(uint256 assets) public watched(0) {
        uint256 all = vault.totalAssets();
        vault.setLiquidity(assets % 2 == 0 ? type(uint256).max : bound(assets, 0, all));
    }

    // ---------------------------------------------------------------- anyone

    function poke() public watched(1) {
        GovernanceState expected = gate.effectiveState();
        assertEq(uint8(gate.poke()), uint8(expected), "poke");
    }

    /// On by any time, to the end of some timer most often: a second before, in it, a second after.
    function warp(uint256 seed) public watched(0) {
        Draw.Urn memory urn = Draw.Urn(seed);
        uint256 latest = block.timestamp + (urn.chance(8) ? 1_000 : 100);
        vm.warp(urn.moment(_timers(seed), block.timestamp, latest));
    }

    // ---------------------------------------------------------------- getters

    function stakerAt(uint256 index) public view override returns (address) {
        return _stakers[index % _stakers.length];
    }

    function stakerCount() public view override returns (uint256) {
        return _stakers.length;
    }

    // ---------------------------------------------------------------- private

    function _deposit(address staker, uint256 assets) internal {
        asset.mint(staker, assets);
        vm.prank(staker);
        vault.deposit(assets, staker);
    }

    /// Something that pokes, as its caller would call it from inside a transaction.
    function _pass(uint256 door) private {
        if (door % 3 == 1 && operationCount() > 0) _execute((door / 3) % operationCount());
        else if (door % 3 == 2) gate.admitSchedule();
        else gate.poke();
    }

    /// When something may begin or end. [unix seconds]
    function _timers(uint256 which) private view returns (uint256[] memory moments) {
        (Machine memory machine, , Reading memory reading) = gate.effective();
        SignallingConfig memory rules = gate.activeConfig().signalling;
        uint256 epoch = bound(which, 1, escrow.runningEpoch());
        moments = new uint256[](9);
        moments[0] = machine.phaseEndsAt;
        moments[1] = machine.activatedAt + rules.maxDuration;
        moments[2] = uint256(machine.rageQuitThresholdAt) + rules.joinWindow;
        moments[3] =
            machine.activatedAt + StateTransitions.extension(reading.supportMax, machine.signallingThreshold, rules);
        moments[4] = escrow.positionOf(escrow.runningEpoch(), stakerAt(which)).unlockableAfter;
        moments[5] = escrow.getEpoch(epoch).completeAfter;
        moments[6] = escrow.getEpoch(epoch).withdrawableAfter;
        moments[7] = escrow.callOffAfter(epoch);
        if (operationCount() > 0) moments[8] = operationAt(which % operationCount()).scheduledAt + BASE_DELAY;
    }
}
