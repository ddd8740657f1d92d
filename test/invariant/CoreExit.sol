// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {EscrowPhase} from "../../contracts/types/EscrowPhase.sol";
import {ExitEnd} from "../../contracts/types/ExitEnd.sol";
import {CoreWatch} from "./CoreWatch.sol";

/// Strangers drive rage quits and stakers take what is theirs; each verb knows whether the escrow must let it.
abstract contract CoreExit is CoreWatch {
    uint256 private constant NUMBERED = 4;
    uint256 private constant MOST_VESSELS = 8;
    uint256 private constant MOST_FRESH = 4;

    // ---------------------------------------------------------------- anyone

    function createVessel(uint256 which, uint256 number) public watched(0) {
        uint256 epoch = bound(which, 1, escrow.runningEpoch() + 1);
        address made = escrow.createVessel(epoch, number % NUMBERED);
        assertEq(made, escrow.vesselAt(epoch, number % NUMBERED), "elsewhere than told");
        assertGt(made.code.length, 0, "no vessel");
    }

    /// By a numbered vessel, one already used, or a fresh one.
    function beginExit(uint256 which, uint256 choice) public watched(0) {
        uint256 epoch = bound(which, 1, escrow.runningEpoch());
        IVetoEscrow.EpochView memory before = escrow.getEpoch(epoch);
        address[] memory used = escrow.vesselsOf(epoch);
        choice = choice % (NUMBERED + 2);
        address chosen = choice < NUMBERED ? escrow.vesselAt(epoch, choice) : address(0);
        if (choice == NUMBERED && used.length > 0) chosen = used[used.length - 1];
        bool hasRoom =
            chosen != address(0) ? used.length < MOST_VESSELS || _isAmong(used, chosen) : used.length < MOST_FRESH;
        bool expected = _isLeaving(before) && hasRoom && _redeemable(epoch, chosen) > 0;
        try escrow.beginExit(epoch, chosen) returns (address vesselUsed) {
            assertTrue(expected, "begun with nothing to begin, or after the end");
            if (chosen != address(0)) assertEq(vesselUsed, chosen, "another vessel");
            IVetoEscrow.EpochView memory later = escrow.getEpoch(epoch);
            assertGt(later.redeemedShares, before.redeemedShares, "nothing redeemed");
            if (later.end == ExitEnd.None && later.outstandingShares > 0) ++partialExits;
        } catch {
            _forgetLogs();
            assertFalse(expected, "not begun");
        }
    }

    /// Nothing to do is no error.
    function claim(uint256 which, uint256 index) public watched(0) {
        uint256 epoch = bound(which, 1, escrow.runningEpoch());
        address[] memory used = escrow.vesselsOf(epoch);
        address chosen = used.length == 0 ? escrow.vesselAt(epoch, 0) : used[index % used.length];
        try escrow.claim(epoch, chosen) {
            assertTrue(used.length > 0, "claimed by a vessel that was never used");
        } catch {
            assertEq(used.length, 0, "not claimed");
        }
    }

    /// An honest vault leaves only the clock: it decides alone, to the second.
    function callOff(uint256 which) public watched(0) {
        uint256 epoch = bound(which, 1, escrow.runningEpoch());
        IVetoEscrow.EpochView memory before = escrow.getEpoch(epoch);
        bool expected = _isLeaving(before) && block.timestamp > escrow.callOffAfter(epoch);
        try escrow.callOff(epoch) {
            assertTrue(expected, "called off before the clock");
            ++callOffs;
        } catch {
            _forgetLogs();
            assertFalse(expected, "a rage quit sticks beyond its clock");
        }
    }

    // ---------------------------------------------------------------- stakers

    function withdraw(uint256 which, uint256 who) public watched(0) {
        uint256 epoch = bound(which, 1, escrow.runningEpoch());
        address staker = stakerAt(who);
        IVetoEscrow.EpochView memory before = escrow.getEpoch(epoch);
        uint256 due = before.phase == EscrowPhase.Withdrawing ? _assetsDue(before, epoch, staker) : 0;
        uint256 balance = asset.balanceOf(staker);
        uint256 assets = _collect(staker, due, abi.encodeCall(escrow.withdraw, (epoch, staker)));
        if (assets == 0) return;
        assertEq(asset.balanceOf(staker), balance + assets, "assets not sent");
        _noteAssets(epoch, staker, assets);
    }

    function takeShares(uint256 which, uint256 who) public watched(0) {
        uint256 epoch = bound(which, 1, escrow.runningEpoch());
        address staker = stakerAt(who);
        uint256 balance = vault.balanceOf(staker);
        bytes memory payment = abi.encodeCall(escrow.takeShares, (epoch, staker));
        uint256 shares = _collect(staker, _sharesDue(epoch, staker), payment);
        if (shares == 0) return;
        assertEq(vault.balanceOf(staker), balance + shares, "shares not sent");
        _noteShares(epoch, staker, shares);
    }

    /// A ledger entry: no share moves.
    function moveShares(uint256 which, uint256 who) public watched(2) {
        uint256 epoch = bound(which, 1, escrow.runningEpoch());
        address staker = stakerAt(who);
        uint256 balance = vault.balanceOf(address(escrow));
        uint256 running = escrow.runningEpoch();
        uint256 locked = escrow.positionOf(running, staker).shares;
        bytes memory payment = abi.encodeCall(escrow.moveShares, (epoch, 0));
        uint256 shares = _collect(staker, _sharesDue(epoch, staker), payment);
        if (shares == 0) return;
        assertEq(vault.balanceOf(address(escrow)), balance, "a share moved");
        // The poke before may have closed the epoch, so that the move counts in the next.
        uint256 later = escrow.positionOf(running, staker).shares + escrow.positionOf(running + 1, staker).shares;
        assertEq(later, locked + shares, "not locked");
        _noteShares(epoch, staker, shares);
        ++moves;
    }

    // ---------------------------------------------------------------- getters

    function stakerAt(uint256 index) public view virtual returns (address);

    function stakerCount() public view virtual returns (uint256);

    // ---------------------------------------------------------------- internal

    function _isLeaving(IVetoEscrow.EpochView memory epoch) internal pure returns (bool) {
        return epoch.phase == EscrowPhase.Closed || epoch.phase == EscrowPhase.Claiming;
    }

    // ---------------------------------------------------------------- private

    /// Has `staker` ask the escrow for what is due: exactly that, and nothing where nothing is due.
    function _collect(address staker, uint256 due, bytes memory payment) private returns (uint256 paid) {
        vm.prank(staker);
        (bool isPaid, bytes memory result) = address(escrow).call(payment);
        if (!isPaid) {
            _forgetLogs();
            assertEq(due, 0, "what is due is not paid");
            return 0;
        }
        paid = abi.decode(result, (uint256));
        assertGt(due, 0, "paid too early, or twice");
        assertEq(paid, due, "paid something else");
    }

    /// What the vault would let go of all that would lie in `chosen`, unless it is worth nothing.
    function _redeemable(uint256 epoch, address chosen) private view returns (uint256 shares) {
        IVetoEscrow.EpochView memory before = escrow.getEpoch(epoch);
        // What lies in the vessel already comes back first.
        shares = before.idleShares + (chosen == address(0) ? 0 : vault.balanceOf(chosen));
        uint256 liquid = vault.liquidity();
        if (vault.previewRedeem(shares) > liquid) shares = vault.convertToShares(liquid);
        if (vault.previewRedeem(shares) == 0) shares = 0;
    }

    function _assetsDue(
        IVetoEscrow.EpochView memory before,
        uint256 epoch,
        address staker
    ) private view returns (uint256) {
        if (before.payer == address(0)) return 0;
        EpochBook memory book = bookOf(epoch);
        uint256 received = asset.balanceOf(before.payer) + book.assetsPaid;
        uint256 part = Math.mulDiv(received, escrow.positionOf(epoch, staker).shares, book.totalShares);
        return part - assetsHad[epoch][staker];
    }

    function _sharesDue(uint256 epoch, address staker) private view returns (uint256) {
        IVetoEscrow.EpochView memory before = escrow.getEpoch(epoch);
        if (before.end == ExitEnd.None) return 0;
        uint256 part = Math.mulDiv(before.sharesGiven, escrow.positionOf(epoch, staker).shares, before.totalShares);
        return part - sharesHad[epoch][staker];
    }

    function _isAmong(address[] memory used, address chosen) private pure returns (bool) {
        for (uint256 i = 0; i < used.length; ++i) if (used[i] == chosen) return true;
        return false;
    }
}
