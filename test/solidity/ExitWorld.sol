// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {VetoEscrow} from "../../contracts/escrow/VetoEscrow.sol";
import {StandardVessel} from "../../contracts/escrow/exits/StandardVessel.sol";
import {ConfigChecks} from "../../contracts/governance/ConfigChecks.sol";
import {DualGovernance} from "../../contracts/governance/DualGovernance.sol";
import {IDualGovernanceTimelock} from "../../contracts/interfaces/IDualGovernanceTimelock.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {AssetMock} from "../../contracts/mocks/AssetMock.sol";
import {SwitchingVaultMock} from "../../contracts/mocks/vaults/SwitchingVaultMock.sol";
import {DualGovernanceConfig, PhaseConfig, SignallingConfig} from "../../contracts/types/DualGovernanceConfig.sol";
import {ExitEnd} from "../../contracts/types/ExitEnd.sol";
import {ExitTerms} from "../../contracts/types/ExitTerms.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {SupplyRecord} from "../../contracts/types/Machine.sol";
import {OperationStub} from "./OperationStub.sol";
import {Test} from "./Test.sol";

/// Escrow and gate with their default rules over a vault that misbehaves, and the truth beside: what the vault really
/// holds, whose shares lie in the escrow, what the votable supply really is. After every move the properties of an exit
/// are checked against it.
abstract contract ExitWorld is Test {
    uint256 internal constant PARTS = 64;
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant TIMEOUT = 365 days;
    ExitTerms internal terms = ExitTerms(7 days, 120 days, 120 days, 365 days, 730 days, 14 days, true);

    AssetMock public asset;
    SwitchingVaultMock public vault;
    VetoEscrow public escrow;
    DualGovernance public gate;
    address[] internal users;

    /// The truth about one epoch: shares in the escrow that are its own, and whether no view has lied since its closing.
    mapping(uint256 epoch => int256) internal fair;
    mapping(uint256 epoch => bool) internal isTainted;
    mapping(uint256 epoch => bool) private _isEndSeen;
    mapping(uint256 epoch => address) private _freshVessel;
    /// Shares given to vessels by transfer. [shares]
    mapping(address vessel => uint256) internal givenTo;
    /// Whether an issuer ever took shares out of the escrow.
    bool internal isClawed;
    /// How many operations may have rounded.
    uint256 internal roundings;
    /// The lowest true votable supply since RageQuit was entered. [shares]
    uint256 private _lowestTruth;
    uint256 private _seenEpoch = 1;

    function _deployWorld(bool reports) internal {
        vm.warp(START);
        asset = new AssetMock("Asset", "A", 18);
        vault = new SwitchingVaultMock(asset, reports);
    }

    /// Once the vault has shares.
    function _deployGate() internal {
        StandardVessel vessel = new StandardVessel(IERC4626(address(vault)));
        escrow = new VetoEscrow(vessel, terms);
        OperationStub timelock = new OperationStub(ConfigChecks.TimelockBounds(3 days, 5 days, 180 days, 60 days));
        timelock.setTimeout(TIMEOUT);
        DualGovernanceConfig memory config = DualGovernanceConfig({
            signalling: SignallingConfig(0.01e18, 0.1e18, 5 days, 45 days, 1 days, 5 hours, 3 days),
            phases: PhaseConfig(5 hours, 5 hours, 7 days, 60 days, 180 days, 15 days)
        });
        gate = new DualGovernance(IDualGovernanceTimelock(address(timelock)), escrow, config);
        escrow.bindGate(address(gate));
        for (uint256 i = 0; i < users.length; ++i) {
            vm.prank(users[i]);
            vault.approve(address(escrow), type(uint256).max);
        }
    }

    // ---------------------------------------------------------------- moves; a refusal is no error

    function _lock(address user, uint256 shares) internal returns (bool done) {
        uint256 before = vault.balanceOf(address(escrow));
        vm.prank(user);
        (done, ) = address(escrow).call(abi.encodeCall(escrow.lock, (shares, 0)));
        _count(escrow.runningEpoch(), before);
    }

    function _unlock(address user, uint256 shares) internal returns (bool done) {
        uint256 before = vault.balanceOf(address(escrow));
        vm.prank(user);
        (done, ) = address(escrow).call(abi.encodeCall(escrow.unlock, (shares, 0)));
        _count(escrow.runningEpoch(), before);
    }

    function _begin(uint256 epoch, address vessel) internal returns (bool done) {
        (uint256 before, uint256 idle) = (vault.balanceOf(address(escrow)), escrow.idleShares());
        (done, ) = address(escrow).call(abi.encodeCall(escrow.beginExit, (epoch, vessel)));
        _countExit(epoch, before, idle);
    }

    function _claim(uint256 epoch, address vessel) internal returns (bool done) {
        (uint256 before, uint256 idle) = (vault.balanceOf(address(escrow)), escrow.idleShares());
        (done, ) = address(escrow).call(abi.encodeCall(escrow.claim, (epoch, vessel)));
        _countExit(epoch, before, idle);
    }

    function _takeShares(uint256 epoch, address user) internal returns (bool done) {
        uint256 before = vault.balanceOf(address(escrow));
        vm.prank(user);
        (done, ) = address(escrow).call(abi.encodeCall(escrow.takeShares, (epoch, user)));
        _count(epoch, before);
    }

    function _moveShares(uint256 epoch, address user) internal returns (bool done) {
        uint256 ledger = escrow.lockedShares() + escrow.idleShares();
        uint256 balance = vault.balanceOf(address(escrow));
        bytes memory answer;
        vm.prank(user);
        (done, answer) = address(escrow).call(abi.encodeCall(escrow.moveShares, (epoch, 0)));
        if (!done) return false;
        uint256 shares = abi.decode(answer, (uint256));
        if (balance < ledger) shares = Math.mulDiv(shares, balance, ledger);
        fair[epoch] -= int256(shares);
        fair[escrow.runningEpoch()] += int256(shares);
        ++roundings;
    }

    function _withdraw(uint256 epoch, address user) internal returns (bool done) {
        vm.prank(user);
        (done, ) = address(escrow).call(abi.encodeCall(escrow.withdraw, (epoch, user)));
    }

    /// What lies in the escrow and is nobody's is taken first.
    function _clawBack(uint256 shares) internal {
        uint256 balance = vault.balanceOf(address(escrow));
        if (shares == 0 || shares > balance) return;
        vault.clawBack(address(escrow), shares);
        isClawed = true;
        uint256 owned = Math.min(balance, escrow.lockedShares() + escrow.idleShares());
        uint256 lost = Math.saturatingSub(shares, balance - owned);
        if (lost == 0) return;
        for (uint256 epoch = 1; epoch <= escrow.runningEpoch(); ++epoch) {
            fair[epoch] = (fair[epoch] * int256(owned - lost)) / int256(owned);
        }
    }

    function _callOff(uint256 epoch) internal returns (bool done) {
        (done, ) = address(escrow).call(abi.encodeCall(escrow.callOff, (epoch)));
    }

    /// The keeper: claims what there is to claim, begins what there is to begin, in every vessel anybody could name.
    function _keep() internal {
        uint256 running = escrow.runningEpoch();
        for (uint256 epoch = 1; epoch < running; ++epoch) {
            address[] memory used = escrow.vesselsOf(epoch);
            bool isOver = _hasEnded(epoch);
            for (uint256 i = 0; i < used.length; ++i) {
                SwitchingVaultMock.Request memory request = vault.requestOf(used[i]);
                bool isOpen = request.claimable + request.cancelled + vault.balanceOf(used[i]) > 0;
                if (!isOver || isOpen) _claim(epoch, used[i]);
            }
        }
        uint256 last = running - 1;
        if (last > 0) {
            // Until nothing is left, or all five have refused one after the other: they would again.
            uint256 refusals;
            for (uint256 i = 0; i < 15 && refusals < 5; ++i) {
                if (_hasEnded(last) || escrow.getEpoch(last).idleShares == 0) break;
                refusals = _begin(last, _vesselFor(last, i % 5)) ? 0 : refusals + 1;
            }
            // With nothing used, no claim has looked at the clocks.
            if (!_hasEnded(last)) _callOff(last);
        }
        gate.poke();
        if (last == 0 || _hasEnded(last)) return;
        assertLe(block.timestamp, escrow.getEpoch(last).closedAt + terms.exitLimit, "P-b: no end");
    }

    /// Four numbered ones, and one that was fresh.
    function _vesselFor(uint256 epoch, uint256 number) internal returns (address vessel) {
        if (number < 4) return escrow.vesselAt(epoch, number);
        if (_freshVessel[epoch] != address(0)) return _freshVessel[epoch];
        (uint256 before, uint256 idle) = (vault.balanceOf(address(escrow)), escrow.idleShares());
        try escrow.beginExit(epoch, address(0)) returns (address used) {
            vessel = _freshVessel[epoch] = used;
        } catch {}
        _countExit(epoch, before, idle);
    }

    // ---------------------------------------------------------------- the properties

    function _check() internal {
        uint256 running = escrow.runningEpoch();
        if (vault.lie() != SwitchingVaultMock.Lie.None) {
            for (uint256 epoch = 1; epoch < running; ++epoch) if (!_hasEnded(epoch)) isTainted[epoch] = true;
        }
        for (uint256 epoch = 1; epoch < running; ++epoch) {
            IVetoEscrow.EpochView memory closed = escrow.getEpoch(epoch);
            if (closed.end != ExitEnd.None && !_isEndSeen[epoch]) _checkEnd(epoch, closed);
            _checkPayments(epoch, closed);
            assertTrue(fair[epoch] >= -_dust(), "P-a: one epoch moved another's shares");
        }
        assertTrue(fair[running] >= -_dust(), "P-a: a closed epoch moved the running one's shares");
        _checkLedgers(running);
        _checkSupply(running);
    }

    function _checkEnd(uint256 epoch, IVetoEscrow.EpochView memory closed) private {
        _isEndSeen[epoch] = true;
        if (epoch + 1 == escrow.runningEpoch()) _lowestTruth += escrow.readSignal(GovernanceState.RageQuit).votable;
        (uint256 held, uint256 gifts) = _heldFor(epoch);
        bool isHeld = held >= gifts && (held - gifts) * PARTS >= closed.totalShares;
        if (closed.end == ExitEnd.CalledOff) assertFalse(isHeld, "P-b: called off while the vault holds 1/64");
        bool isLate =
            block.timestamp > closed.markedAt + terms.holdLimit || block.timestamp > closed.closedAt + terms.exitLimit;
        if (closed.end == ExitEnd.ClockRanOut) assertTrue(isLate, "P-b: clock early");
        bool isBelieved = closed.end == ExitEnd.VaultsWord && isHeld && !isTainted[epoch];
        if (isBelieved) {
            uint256 worth = vault.worth(closed.totalShares);
            assertGe(closed.assetsReceived * 10, worth * 4, "P-b: word, though the vault holds it and paid < 40 %");
        }
    }

    function _checkPayments(uint256 epoch, IVetoEscrow.EpochView memory closed) private view {
        assertLe(closed.assetsPaid, closed.assetsReceived, "P-a: paid more than arrived");
        assertLe(closed.sharesPaid, closed.sharesGiven, "P-a: gave more than came back");
        uint256 positions;
        for (uint256 i = 0; i < users.length; ++i) {
            uint256 position = escrow.positionOf(epoch, users[i]).shares;
            IVetoEscrow.Payments memory had = escrow.paymentsOf(epoch, users[i]);
            positions += position;
            assertLe(
                had.assets * closed.totalShares,
                closed.assetsReceived * position,
                "P-a: more assets than pro rata"
            );
            assertLe(had.shares * closed.totalShares, closed.sharesGiven * position, "P-a: more shares than pro rata");
        }
        assertEq(positions, closed.totalShares, "P-e: positions of a closed epoch");
    }

    function _checkLedgers(uint256 running) private view {
        uint256 positions;
        for (uint256 i = 0; i < users.length; ++i) positions += escrow.positionOf(running, users[i]).shares;
        assertEq(positions, escrow.lockedShares(), "P-e: the running ledger is not the sum of positions");
        uint256 idle;
        for (uint256 epoch = 1; epoch < running; ++epoch) {
            IVetoEscrow.EpochView memory closed = escrow.getEpoch(epoch);
            idle += closed.idleShares + closed.sharesGiven - closed.sharesPaid;
        }
        assertEq(idle, escrow.idleShares(), "P-e: idle shares");
        if (isClawed) return;
        uint256 balance = vault.balanceOf(address(escrow));
        assertGe(balance, escrow.lockedShares() + idle, "P-e: ledgers exceed what the escrow holds");
    }

    /// What is given away in a vessel's name nobody votes any more: the giver's loss.
    function _checkSupply(uint256 running) private {
        uint256 truth = _trueVotable();
        bool isNew = running != _seenEpoch;
        _seenEpoch = running;
        bool isRageQuit = gate.persistedState() == GovernanceState.RageQuit;
        _lowestTruth = isNew || !isRageQuit ? truth : Math.min(_lowestTruth, truth);
        if (!isRageQuit || isTainted[running - 1]) return;
        uint256 total = escrow.getEpoch(running - 1).totalShares;
        (, uint256 gifts) = _heldFor(running - 1);
        (bool answered, uint256 told) = escrow.votableSupply();
        (, SupplyRecord memory record, ) = gate.effective();
        uint256 below = Math.saturatingSub(truth, told + gifts);
        if (answered) assertLe(below * PARTS, total, "P-d: votable below the truth");
        // On entry the ledger leaves, as locked: where an issuer has taken shares, the record starts lower than the truth.
        if (isClawed) return;
        uint256 missing = Math.saturatingSub(_lowestTruth, record.lowest + gifts);
        assertLe(missing * PARTS, total, "P-d: recorded supply below the truth");
    }

    // ---------------------------------------------------------------- the truth

    /// Total supply less what is leaving and still contained in it.
    function _trueVotable() internal view returns (uint256) {
        uint256 still;
        bool leavesOutQueued = _reportsQueued();
        for (uint256 epoch = 1; epoch < escrow.runningEpoch(); ++epoch) {
            IVetoEscrow.EpochView memory closed = escrow.getEpoch(epoch);
            uint256 contained = closed.idleShares;
            if (contained > 0) contained = _atEscrowsRate(contained);
            address[] memory used = escrow.vesselsOf(epoch);
            for (uint256 i = 0; i < used.length; ++i) {
                if (closed.end == ExitEnd.None) contained += vault.balanceOf(used[i]);
                if (!leavesOutQueued) contained += vault.containsOf(used[i]);
            }
            still += Math.min(contained, closed.totalShares);
        }
        return Math.max(Math.saturatingSub(vault.trueSupply(), still), escrow.SUPPLY_FLOOR());
    }

    function _heldFor(uint256 epoch) internal view returns (uint256 held, uint256 gifts) {
        address[] memory used = escrow.vesselsOf(epoch);
        for (uint256 i = 0; i < used.length; ++i) {
            held += vault.holdsOf(used[i]);
            gifts += vault.giftsTo(used[i]) + givenTo[used[i]];
        }
    }

    function _hasEnded(uint256 epoch) internal view returns (bool) {
        return escrow.getEpoch(epoch).end != ExitEnd.None;
    }

    function _dust() private view returns (int256) {
        return int256(8 * (roundings + PARTS));
    }

    function _reportsQueued() private view returns (bool) {
        return vault.REPORTS() && vault.burnAt() != SwitchingVaultMock.Stage.Request;
    }

    function _atEscrowsRate(uint256 units) private view returns (uint256) {
        uint256 ledger = escrow.lockedShares() + escrow.idleShares();
        uint256 balance = vault.balanceOf(address(escrow));
        return balance < ledger ? Math.mulDiv(units, balance, ledger) : units;
    }

    /// What entered or left the escrow for `epoch`.
    function _count(uint256 epoch, uint256 before) private {
        fair[epoch] += int256(vault.balanceOf(address(escrow))) - int256(before);
        ++roundings;
    }

    /// What entered or left the escrow for a closed epoch; more than was ever sent is a gift, and nobody's.
    function _countExit(uint256 epoch, uint256 before, uint256 idle) private {
        int256 units = int256(escrow.idleShares()) - int256(idle);
        int256 shares = int256(vault.balanceOf(address(escrow))) - int256(before);
        bool isShort = before < escrow.lockedShares() + idle;
        fair[epoch] +=
            isShort && shares < units
                ? shares
                : isShort && shares < 0
                    ? shares
                    : units;
        ++roundings;
    }
}
