// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVessel} from "../interfaces/IVessel.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {IVotableSupply} from "../interfaces/IVotableSupply.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {EscrowPhase} from "../types/EscrowPhase.sol";
import {ExitTerms} from "../types/ExitTerms.sol";
import {GovernanceState} from "../types/GovernanceState.sol";
import {NoCode} from "../types/NoCode.sol";
import {ExitLedger} from "./ExitLedger.sol";
import {LockLedger} from "./LockLedger.sol";
import {Vessels} from "./Vessels.sol";

/// @title EscrowReader
/// @notice What the escrow knows, and how it looks at share, vault and vessels: each with a bounded question, so that
/// none of them can stop a poke by what it answers, or does not.
abstract contract EscrowReader is IVetoEscrow {
    using ExitLedger for ExitLedger.Epoch;
    using LockLedger for LockLedger.Context;
    using Vessels for ExitLedger.Epoch;

    /// @dev A vault with fewer shares than this is nobody's yet. [shares]
    uint256 private constant _MIN_SUPPLY = 1e9;
    /// @dev The floor is this part of the supply that the escrow finds.
    uint256 private constant _FLOOR_PARTS = 1000;

    // Gas is granted, so that no vault can burn more, and must be brought, so that nobody can make a vault seem silent,
    // or unwilling, by sending too little. [gas]
    uint256 private constant _SUPPLY_GAS = 200_000;
    uint256 private constant _LEAVING_GAS = 400_000;
    uint256 private constant _BALANCE_GAS = 250_000;
    uint256 private constant _REQUESTED_GAS = 600_000;
    /// @dev Some vaults look at each of their markets to give a price.
    uint256 private constant _WORTH_GAS = 1_000_000;
    /// @dev What is left to the escrow while the other contract answers.
    uint256 internal constant _OWN_GAS = 15_000;
    /// @dev What may be used up after a claim: what came back, lies idle and was received, the worth, and writing it down.
    uint256 private constant _WATCH_GAS = 3 * _BALANCE_GAS + _SUPPLY_GAS + 350_000;
    /// @dev And for each vessel.
    uint256 private constant _WATCH_VESSEL_GAS = _BALANCE_GAS + _REQUESTED_GAS + 20_000;

    /// @inheritdoc IVetoEscrow
    address public immutable SHARE;
    /// @inheritdoc IVetoEscrow
    address public immutable VAULT;
    /// @inheritdoc IVetoEscrow
    address public immutable VESSEL_IMPLEMENTATION;
    /// @inheritdoc IVetoEscrow
    uint256 public immutable SUPPLY_FLOOR;
    /// @inheritdoc IVetoEscrow
    uint256 public constant NUMBERED_VESSELS = Vessels.NUMBERED;

    /// @dev Whether the vault said, when the escrow was made, that it reports a votable supply.
    bool private immutable _REPORTS;

    LockLedger.Context internal _ledger;
    /// @dev Written once, by the constructor: one slot is cheaper to read than seven constants are to carry.
    ExitTerms internal _terms;

    /// @dev Shares are between escrow, vessel and vault: what the vault says of its supply means nothing.
    bool internal transient _isExiting;

    constructor(IVessel vesselImplementation, ExitTerms memory terms) {
        if (address(vesselImplementation).code.length == 0) revert NoCode(address(vesselImplementation));
        VESSEL_IMPLEMENTATION = address(vesselImplementation);
        SHARE = vesselImplementation.SHARE();
        VAULT = vesselImplementation.VAULT();
        uint256 supply = IERC20(SHARE).totalSupply();
        if (supply < _MIN_SUPPLY) revert TooFewShares(supply, _MIN_SUPPLY);
        SUPPLY_FLOOR = supply / _FLOOR_PARTS;
        _REPORTS = ERC165Checker.supportsInterface(VAULT, type(IVotableSupply).interfaceId);

        _checkTerm(1, terms.wordDelay);
        _checkTerm(terms.wordDelay, terms.callOffDelay);
        _checkTerm(1, terms.stallDelay);
        _checkTerm(Math.max(terms.callOffDelay, terms.stallDelay), terms.holdLimit);
        _checkTerm(terms.holdLimit, terms.exitLimit);
        _terms = terms;
    }

    // ── what the gate reads ─────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVetoEscrow
    function readSignal(GovernanceState state) external view returns (Signal memory signal) {
        signal.locked = _ledger.lockedShares;
        if (state != GovernanceState.RageQuit) {
            bool needsSupply = signal.locked != 0 || state != GovernanceState.Normal;
            if (needsSupply) (signal.answered, signal.supply) = _readVotableSupply({isLeaving: false});
            return signal;
        }
        signal.completeAfter = _ledger.completeAfter;
        bool isOver = signal.completeAfter != 0;
        if (isOver) signal.votable = _lastClosed().votableShares;
        (signal.answered, signal.supply) = _readVotableSupply({isLeaving: !isOver});
    }

    /// @inheritdoc IVetoEscrow
    function votableSupply() external view returns (bool answered, uint256 supply) {
        bool isLeaving = _ledger.runningEpoch > 1 && _lastClosed().extensionStartedAt == 0;
        return _readVotableSupply(isLeaving);
    }

    /// @inheritdoc IVetoEscrow
    function leavingShares(bool isReported) external view returns (uint256) {
        ExitLedger.Epoch storage closed = _lastClosed();
        if (closed.extensionStartedAt != 0) return 0;
        uint256 units = closed.idle();
        uint256 idle = units == 0 ? 0 : _toShares(units);
        uint256 contained;
        bool asksVault = !isReported && !closed.burnsAtRequest;
        uint256 count = closed.vesselCount;
        for (uint256 i = 0; i < count; ++i) {
            address vessel = closed.at(i);
            contained = Math.saturatingAdd(contained, IERC20(SHARE).balanceOf(vessel));
            if (asksVault) contained = Math.saturatingAdd(contained, IVessel(vessel).pendingShares());
        }
        return idle + Math.min(closed.away(), contained);
    }

    /// @inheritdoc IVetoEscrow
    function isExitStalled() external view returns (bool) {
        ExitLedger.Epoch storage closed = _lastClosed();
        if (closed.totalShares == 0 || closed.extensionStartedAt != 0) return false;
        return closed.isHeld() && block.timestamp > closed.markOf() + _terms.stallDelay;
    }

    // ── views ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVetoEscrow
    function lockedShares() external view returns (uint256) {
        return _ledger.lockedShares;
    }

    /// @inheritdoc IVetoEscrow
    function idleShares() external view returns (uint256) {
        return _ledger.idleShares;
    }

    /// @inheritdoc IVetoEscrow
    function runningEpoch() external view returns (uint256) {
        return _ledger.runningEpoch;
    }

    /// @inheritdoc IVetoEscrow
    function positionOf(uint256 epoch, address staker) external view returns (Position memory) {
        return _ledger.positions[epoch][staker];
    }

    /// @inheritdoc IVetoEscrow
    function paymentsOf(uint256 epoch, address staker) external view returns (Payments memory) {
        return _ledger.payments[epoch][staker];
    }

    /// @inheritdoc IVetoEscrow
    function dueTo(uint256 epoch, address staker) external view returns (uint256 assets, uint256 shares) {
        EscrowPhase phase = _ledger.phaseOf(epoch);
        if (phase < EscrowPhase.Extension) return (0, 0);
        shares = _ledger.sharesDue(epoch, staker);
        address payer = _ledger.epochs[epoch].payer;
        if (phase == EscrowPhase.Withdrawing && payer != address(0)) {
            assets = _ledger.assetsDue(epoch, staker, IVessel(payer).assets());
        }
    }

    /// @inheritdoc IVetoEscrow
    function getEpoch(uint256 epoch) external view returns (EpochView memory epochView) {
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        epochView.phase = _ledger.phaseOf(epoch);
        if (epochView.phase == EscrowPhase.Signalling) {
            epochView.totalShares = epochView.outstandingShares = epochView.idleShares = _ledger.lockedShares;
            return epochView;
        }
        epochView.end = closed.end;
        epochView.totalShares = closed.totalShares;
        epochView.redeemedShares = closed.redeemedShares;
        epochView.outstandingShares = closed.outstanding();
        if (closed.extensionStartedAt == 0) epochView.idleShares = closed.idle();
        else epochView.sharesGiven = closed.idle();
        epochView.sharesPaid = closed.sharesPaid;
        epochView.assetsReceived = _receivedOf(closed);
        epochView.assetsPaid = closed.assetsPaid;
        epochView.payer = closed.payer;
        epochView.closedAt = closed.closedAt;
        epochView.markedAt = closed.markOf();
        epochView.extensionStartedAt = closed.extensionStartedAt;
        epochView.completeAfter = closed.completeAfter();
        if (epochView.completeAfter != 0) {
            epochView.withdrawableAfter = epochView.completeAfter + closed.withdrawalDelay;
        }
    }

    /// @inheritdoc IVetoEscrow
    function callOffAfter(uint256 epoch) public view returns (uint256) {
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        if (closed.totalShares == 0 || closed.extensionStartedAt != 0) return 0;
        return closed.clockOf(_terms);
    }

    /// @inheritdoc IVetoEscrow
    function vesselsOf(uint256 epoch) external view returns (address[] memory vessels) {
        ExitLedger.Epoch storage closed = _ledger.epochs[epoch];
        vessels = new address[](closed.vesselCount);
        for (uint256 i = 0; i < vessels.length; ++i) vessels[i] = closed.at(i);
    }

    /// @inheritdoc IVetoEscrow
    function vesselAt(uint256 epoch, uint256 number) external view returns (address) {
        return Vessels.addressOf(VESSEL_IMPLEMENTATION, epoch, number);
    }

    /// @inheritdoc IVetoEscrow
    function gate() external view returns (address) {
        return _ledger.gate;
    }

    /// @inheritdoc IVetoEscrow
    function exitTerms() external view returns (ExitTerms memory) {
        return _terms;
    }

    // ── questions ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Whoever claims brings it beside what the vessel needs, so that no vault that burns its gas, or answers as dearly as
    /// it may, keeps what has arrived in a vessel from going where it belongs. [gas]
    function _gasToWatch(ExitLedger.Epoch storage closed) internal view returns (uint256) {
        return _WATCH_GAS + closed.vesselCount * _WATCH_VESSEL_GAS;
    }

    function _see(ExitLedger.Epoch storage closed) internal view returns (ExitLedger.Sight memory sight) {
        sight.idle = _idleOf(closed);
        sight.held = _heldByVessels(closed);
        sight.received = _receivedOf(closed);
        sight.answered = true;
        uint256 count = closed.vesselCount;
        for (uint256 i = 0; i < count && sight.answered; ++i) {
            uint256 requested;
            (sight.answered, requested) = _read(closed.at(i), IVessel.requestedShares.selector, _REQUESTED_GAS);
            sight.requested = Math.min(Math.saturatingAdd(sight.requested, requested), type(uint128).max);
        }
    }

    /// @dev What really lies in the escrow for the epoch. [shares]
    function _idleOf(ExitLedger.Epoch storage closed) private view returns (uint256) {
        uint256 units = closed.idle();
        return units == 0 ? 0 : _toSharesIfAnswered(units, _ledgerShares());
    }

    /// @dev A share that is silent counts as nothing. [shares]
    function _heldByVessels(ExitLedger.Epoch storage closed) private view returns (uint256 held) {
        uint256 count = closed.vesselCount;
        for (uint256 i = 0; i < count; ++i) held = Math.min(held + _balanceOf(closed.at(i)), type(uint128).max);
    }

    function _receivedOf(ExitLedger.Epoch storage closed) private view returns (uint256) {
        address payer = closed.payer;
        if (payer == address(0)) return 0;
        (, uint256 held) = _read(payer, IVessel.assets.selector, _BALANCE_GAS);
        return Math.min(held, type(uint128).max) + closed.assetsPaid;
    }

    function _readVotableSupply(bool isLeaving) private view returns (bool answered, uint256 supply) {
        if (_isExiting) return (false, 0);
        bool isReported;
        if (_REPORTS) {
            (isReported, supply) = _read(VAULT, IVotableSupply.votableSupply.selector, _SUPPLY_GAS);
        }
        if (isReported) answered = true;
        else (answered, supply) = _readTotalSupply();
        if (!answered) return (false, 0);
        if (isLeaving) {
            // One question for everything: if any part of it stays open, the last record stands.
            bytes memory question = abi.encodeCall(this.leavingShares, (isReported));
            uint256 leaving;
            (answered, leaving) = _read(address(this), question, _LEAVING_GAS);
            supply = Math.saturatingSub(supply, leaving);
        }
        if (supply < SUPPLY_FLOOR) supply = SUPPLY_FLOOR;
        if (supply > type(uint128).max) supply = type(uint128).max;
    }

    function _readTotalSupply() internal view returns (bool answered, uint256 supply) {
        return _read(SHARE, IERC20.totalSupply.selector, _SUPPLY_GAS);
    }

    /// @dev Asked until the vault has answered once: so it is granted more only where more is left, lest a vault that has burnt
    /// what a claim granted it makes the claim fail.
    function _readWorth(ExitLedger.Epoch storage closed) internal view returns (uint128) {
        uint256 granted = Math.max(_SUPPLY_GAS, Math.min(_WORTH_GAS, gasleft() / 2));
        bytes memory question = abi.encodeCall(IVessel.worthOf, (closed.totalShares));
        (, uint256 worth) = _read(closed.payer, question, granted);
        return uint128(Math.min(worth, type(uint128).max));
    }

    function _balanceOf(address account) internal view returns (uint256 balance) {
        (, balance) = _readBalance(account);
    }

    function _readBalance(address account) internal view returns (bool answered, uint256 balance) {
        (answered, balance) = _read(SHARE, abi.encodeCall(IERC20.balanceOf, (account)), _BALANCE_GAS);
        balance = Math.min(balance, LockLedger.LIMIT);
    }

    /// @dev Nobody makes an honest contract seem silent by bringing too little gas.
    function _read(
        address target,
        bytes memory question,
        uint256 gasLimit
    ) private view returns (bool answered, uint256 word) {
        BoundedCall.requireGas(gasLimit + gasLimit / 32 + _OWN_GAS);
        return BoundedCall.read(target, question, gasLimit);
    }

    function _read(
        address target,
        bytes4 selector,
        uint256 gasLimit
    ) private view returns (bool answered, uint256 word) {
        BoundedCall.requireGas(gasLimit + gasLimit / 32 + _OWN_GAS);
        return BoundedCall.read(target, selector, gasLimit);
    }

    /// @dev Everything that should lie in the escrow. [shares]
    function _ledgerShares() internal view returns (uint256) {
        return uint256(_ledger.lockedShares) + _ledger.idleShares;
    }

    /// @dev What `units` of the ledger are in shares, rounded down: less if somebody took shares out of the escrow.
    function _toShares(uint256 units) internal view returns (uint256) {
        return _toSharesAt(units, IERC20(SHARE).balanceOf(address(this)), _ledgerShares());
    }

    /// @dev As {_toShares}, where a share that is silent about balances counts as if none were missing.
    /// @param ledger Everything that should lie in the escrow before the payment. [shares]
    function _toSharesIfAnswered(uint256 units, uint256 ledger) internal view returns (uint256) {
        (bool answered, uint256 balance) = _readBalance(address(this));
        return answered ? _toSharesAt(units, balance, ledger) : units;
    }

    function _toSharesAt(uint256 units, uint256 balance, uint256 ledger) internal pure returns (uint256) {
        return balance >= ledger ? units : Math.mulDiv(units, balance, ledger);
    }

    /// @dev What `shares` that enter count as, rounded down.
    /// @param balance Of the escrow before they enter.
    function _toUnits(uint256 shares, uint256 balance) internal view returns (uint256) {
        uint256 ledger = _ledgerShares();
        if (balance >= ledger) return shares;
        if (balance < _leastBalance()) revert NoSharesLeft(ledger);
        return Math.mulDiv(shares, ledger, balance);
    }

    /// @dev With less than a millionth of the ledgers left a share would count without bound. [shares]
    function _leastBalance() internal view returns (uint256) {
        return Math.ceilDiv(_ledgerShares(), 1e6);
    }

    function _lastClosed() internal view returns (ExitLedger.Epoch storage) {
        return _ledger.epochs[_ledger.runningEpoch - 1];
    }

    function _checkTerm(uint256 shorter, uint256 longer) private pure {
        if (longer < shorter) revert ExitTermOutOfOrder(longer, shorter);
    }
}
