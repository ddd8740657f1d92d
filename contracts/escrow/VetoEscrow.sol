// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDualGovernance} from "../interfaces/IDualGovernance.sol";
import {IVessel} from "../interfaces/IVessel.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {EscrowPhase} from "../types/EscrowPhase.sol";
import {ExitTerms} from "../types/ExitTerms.sol";
import {NoCode} from "../types/NoCode.sol";
import {EscrowReader} from "./EscrowReader.sol";
import {ExitLedger} from "./ExitLedger.sol";
import {LockLedger} from "./LockLedger.sol";
import {Vessels} from "./Vessels.sol";

/// @title VetoEscrow
/// @notice Stakers lock shares here to object, and leave from here. Façade over the ledgers and the vessels.
/// @dev Signalling pokes the gate before and after. Leaving does not call it at all: nothing that governance may ever
/// do to the gate stands between a staker and the assets.
contract VetoEscrow is EscrowReader, Multicall, ReentrancyGuardTransient {
    using ExitLedger for ExitLedger.Epoch;
    using LockLedger for LockLedger.Context;
    using SafeERC20 for IERC20;
    using Vessels for ExitLedger.Epoch;

    address private immutable _DEPLOYER;

    /// @dev Nobody enters while shares are on their way, and nobody believes what the vault says of its supply.
    modifier exiting() {
        _isExiting = true;
        _;
        _isExiting = false;
    }

    /// @param vesselImplementation Knows the vault, its share, and the ways of leaving it.
    /// @param terms How long an exit may take.
    constructor(IVessel vesselImplementation, ExitTerms memory terms) EscrowReader(vesselImplementation, terms) {
        _DEPLOYER = msg.sender;
        _ledger.runningEpoch = 1;
    }

    /// @inheritdoc IVetoEscrow
    function bindGate(address gate_) external {
        if (msg.sender != _DEPLOYER) revert CallerIsNotDeployer(msg.sender, _DEPLOYER);
        if (_ledger.gate != address(0)) revert GateAlreadyBound(_ledger.gate);
        if (gate_.code.length == 0) revert NoCode(gate_);
        _ledger.gate = gate_;
        emit GateBound(gate_);
    }

    // ── signalling ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVetoEscrow
    function lock(uint256 shares, uint256 expectedEpoch) external nonReentrant {
        _lock(shares, expectedEpoch);
    }

    /// @inheritdoc IVetoEscrow
    function lockWithPermit(
        uint256 shares,
        uint256 expectedEpoch,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        // Whoever used the permit first has given the same allowance; without any, the transfer fails below.
        try IERC20Permit(SHARE).permit(msg.sender, address(this), shares, deadline, v, r, s) {} catch {}
        _lock(shares, expectedEpoch);
    }

    /// @inheritdoc IVetoEscrow
    function unlock(uint256 shares, uint256 expectedEpoch) external nonReentrant {
        uint256 meant = expectedEpoch == 0 ? _ledger.runningEpoch : expectedEpoch;
        IDualGovernance gate_ = _boundGate();
        gate_.pokeForMinLock();
        uint256 running = _ledger.runningEpoch;
        if (meant < running) revert EpochClosed(meant, running);
        if (meant != running) revert UnexpectedEpoch(running, meant);
        uint256 amount = _toSharesIfAnswered(shares, _ledgerShares());
        _ledger.unlock(running, msg.sender, shares);
        IERC20(SHARE).safeTransfer(msg.sender, amount);
        gate_.pokeForMinLock();
    }

    // ── rage quit ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVetoEscrow
    function startRageQuit(uint256 extension, uint256 withdrawalDelay) external {
        address gate_ = _ledger.gate;
        if (msg.sender != gate_) revert CallerIsNotGate(msg.sender, gate_);
        _ledger.close(extension, withdrawalDelay);
    }

    /// @inheritdoc IVetoEscrow
    function createVessel(uint256 epoch, uint256 number) external returns (address) {
        return Vessels.create(VESSEL_IMPLEMENTATION, epoch, number);
    }

    /// @inheritdoc IVetoEscrow
    function beginExit(uint256 epoch, address vessel) external nonReentrant exiting returns (address used) {
        _checkLeaving(epoch);
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        used = closed.provide(VESSEL_IMPLEMENTATION, epoch, vessel, _terms);
        // A vault may refuse a request as long as something lies claimable, even a stranger's dust.
        _collect(epoch, used, 0);
        if (closed.neverAsked() == 0) {
            if (closed.idle() == 0) revert NothingToBegin(epoch);
            ExitLedger.Sight memory sight = _see(closed);
            uint256 limit = Math.ceilDiv(closed.totalShares, ExitLedger.PARTS);
            if (!closed.isAskable(sight)) revert RequestPending(sight.requested, limit);
        }
        _beginExit(epoch, used);
        _watch(epoch);
    }

    /// @inheritdoc IVetoEscrow
    function claim(uint256 epoch, address vessel) external nonReentrant exiting {
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        if (!closed.isUsed(vessel)) revert NotAVessel(epoch, vessel);
        _collect(epoch, vessel, _gasToWatch(closed));
        _watch(epoch);
    }

    /// @inheritdoc IVetoEscrow
    function callOff(uint256 epoch) external nonReentrant {
        _checkLeaving(epoch);
        if (!_watch(epoch)) revert ClockRunning(epoch, callOffAfter(epoch), block.timestamp);
    }

    // ── payments ────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVetoEscrow
    function withdraw(uint256 epoch, address receiver) external nonReentrant returns (uint256 assets) {
        if (receiver == address(0)) revert ZeroReceiver();
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        uint256 completeAfter = closed.completeAfter();
        if (completeAfter == 0) revert UnexpectedPhase(epoch, _ledger.phaseOf(epoch), EscrowPhase.Withdrawing);
        uint256 withdrawableAfter = completeAfter + closed.withdrawalDelay;
        if (block.timestamp <= withdrawableAfter) {
            revert NotYetWithdrawable(epoch, withdrawableAfter, block.timestamp);
        }
        address payer = closed.payer;
        if (payer == address(0)) revert NothingToWithdraw(epoch, msg.sender);
        assets = _ledger.payAssets(epoch, msg.sender, IVessel(payer).assets());
        emit AssetsWithdrawn(epoch, msg.sender, receiver, assets);
        IVessel(payer).pay(receiver, assets);
    }

    /// @inheritdoc IVetoEscrow
    function takeShares(uint256 epoch, address receiver) external nonReentrant returns (uint256 shares) {
        if (receiver == address(0)) revert ZeroReceiver();
        _checkExtensionStarted(epoch);
        uint256 ledger = _ledgerShares();
        shares = _ledger.payShares(epoch, msg.sender);
        emit SharesTaken(epoch, msg.sender, receiver, shares);
        IERC20(SHARE).safeTransfer(receiver, _toSharesIfAnswered(shares, ledger));
    }

    /// @inheritdoc IVetoEscrow
    function moveShares(uint256 epoch, uint256 expectedEpoch) external nonReentrant returns (uint256 shares) {
        _checkExtensionStarted(epoch);
        IDualGovernance gate_ = _boundGate();
        uint256 minLock = gate_.pokeForMinLock();
        uint256 running = _ledger.runningEpoch;
        if (expectedEpoch != 0 && expectedEpoch != running) revert UnexpectedEpoch(running, expectedEpoch);
        shares = _ledger.moveShares(epoch, running, msg.sender, minLock);
        gate_.pokeForMinLock();
    }

    // ── private ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _lock(uint256 shares, uint256 expectedEpoch) private {
        IDualGovernance gate_ = _boundGate();
        uint256 minLock = gate_.pokeForMinLock();
        uint256 running = _ledger.runningEpoch;
        if (expectedEpoch != 0 && expectedEpoch != running) revert UnexpectedEpoch(running, expectedEpoch);
        uint256 balance = IERC20(SHARE).balanceOf(address(this));
        _ledger.lock(running, msg.sender, _toUnits(shares, balance), minLock);
        uint256 expected;
        // A token that lies so far that this wraps is refused below.
        unchecked {
            expected = balance + shares;
        }
        IERC20(SHARE).safeTransferFrom(msg.sender, address(this), shares);
        balance = IERC20(SHARE).balanceOf(address(this));
        if (balance != expected) revert SharesNotReceived(balance, expected);
        gate_.pokeForMinLock();
    }

    /// @dev Claims what the vault owes `vessel`, and counts what came back. What lay in a vessel before the epoch used it
    /// is a gift: it counts as no progress.
    /// @param kept What the vault cannot burn. [gas]
    function _collect(uint256 epoch, address vessel, uint256 kept) private {
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        (bool answered, uint256 before) = _readBalance(address(this));
        // Of a share that does not answer, no more is counted than what exceeds the ledgers.
        if (!answered) before = _ledgerShares();
        address payer = closed.payer;
        BoundedCall.requireGas(kept + _OWN_GAS);
        uint256 redeemed = IVessel(vessel).claim{gas: gasleft() - kept}(payer == address(0) ? vessel : payer);
        if (redeemed != 0 && closed.isUsed(vessel)) _recordRedeemed(epoch, vessel, redeemed);
        uint256 returned = Math.saturatingSub(_balanceOf(address(this)), before);
        if (returned == 0) return;
        // Where next to nothing was left, what comes back is this epoch's alone.
        uint256 units = _toUnits(returned, Math.max(before, _leastBalance()));
        closed.recordReturn(_ledger.receiveShares(units), returned);
        emit SharesReturned(epoch, vessel, returned);
    }

    /// @dev Gives the vessel all there is; what the vault does not take comes back in the same call.
    function _beginExit(uint256 epoch, address vessel) private {
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        uint256 units = closed.idle();
        uint256 available = _toShares(units);
        uint256 least = Math.min(available, Math.ceilDiv(closed.totalShares, ExitLedger.PARTS));
        (, uint256 supply) = _readTotalSupply();
        uint256 before = IERC20(SHARE).balanceOf(vessel);
        IERC20(SHARE).safeTransfer(vessel, available);
        (uint256 way, uint256 shares, uint256 redeemed) = IVessel(vessel).beginExit(available, least);
        uint256 later = IERC20(SHARE).balanceOf(vessel);
        if (later != before) revert SharesNotTaken(later, before);
        if (shares != available) units = Math.mulDiv(units, shares, available, Math.Rounding.Ceil);

        _ledger.sendShares(units);
        closed.recordExitBegun(units, shares);
        closed.use(vessel);
        emit ExitBegun(epoch, vessel, way, shares);
        if (redeemed != 0) {
            _recordRedeemed(epoch, vessel, redeemed);
            if (vessel != closed.payer) _collect(epoch, vessel, 0);
            return;
        }
        // What the request itself has burnt, the supply no longer contains; some vaults mint a fee in the same call.
        (bool answered, uint256 supplyLater) = _readTotalSupply();
        closed.burnsAtRequest = answered && Math.saturatingSub(supply, supplyLater) >= (shares + 1) / 2;
    }

    function _recordRedeemed(uint256 epoch, address vessel, uint256 shares) private {
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        closed.recordRedeemed(shares);
        emit SharesRedeemed(epoch, vessel, shares, closed.redeemedShares);
    }

    /// @dev Writes down what is seen of the exit; whether the extension started.
    function _watch(uint256 epoch) private returns (bool started) {
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        if (closed.extensionStartedAt != 0) return false;
        ExitLedger.Sight memory sight;
        // With everything redeemed there is nothing to look at.
        if (closed.outstanding() != 0) {
            sight = _see(closed);
            if (closed.worth == 0 && closed.payer != address(0)) closed.worth = _readWorth(closed);
        }
        started = closed.watch(sight, _terms);
        if (!started) return false;
        uint256 completeAfter = closed.completeAfter();
        _ledger.completeAfter = uint40(completeAfter);
        emit ExtensionStarted(epoch, closed.end, completeAfter, completeAfter + closed.withdrawalDelay);
    }

    /// @dev The one call back: before a share moves, so that a transition that is due is made, and again after it.
    function _boundGate() private view returns (IDualGovernance gate_) {
        gate_ = IDualGovernance(_ledger.gate);
        if (address(gate_) == address(0)) revert GateNotBound();
    }

    function _checkLeaving(uint256 epoch) private view {
        EscrowPhase phase = _ledger.phaseOf(epoch);
        if (phase != EscrowPhase.Closed && phase != EscrowPhase.Claiming) {
            revert UnexpectedPhase(epoch, phase, EscrowPhase.Closed);
        }
    }

    function _checkExtensionStarted(uint256 epoch) private view {
        if (_ledger.epochs[epoch].extensionStartedAt == 0) {
            revert UnexpectedPhase(epoch, _ledger.phaseOf(epoch), EscrowPhase.Extension);
        }
    }
}
