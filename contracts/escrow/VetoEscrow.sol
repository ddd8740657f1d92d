// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDualGovernance} from "../interfaces/IDualGovernance.sol";
import {IVessel} from "../interfaces/IVessel.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {IVotableSupply} from "../interfaces/IVotableSupply.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {EscrowPhase} from "../types/EscrowPhase.sol";
import {GovernanceState} from "../types/GovernanceState.sol";
import {LockLedger} from "./LockLedger.sol";

/// @title VetoEscrow
/// @notice Stakers lock shares here to object, and leave from here. Façade over `LockLedger` and the vessels.
/// @dev Signalling pokes the gate before and after. Leaving does not call it at all: nothing that governance may ever
/// do to the gate stands between a staker and the assets.
contract VetoEscrow is IVetoEscrow, Multicall, ReentrancyGuardTransient {
    using LockLedger for LockLedger.Context;
    using SafeERC20 for IERC20;

    /// @dev Gas the vault gets to tell its supply. The caller must bring it, so that nobody can make the vault
    /// seem silent by sending too little.
    uint256 private constant _SUPPLY_GAS = 200_000;
    /// @dev What is left to the escrow while the vault answers; the 64th part that EIP-150 withholds included.
    uint256 private constant _SUPPLY_GAS_REQUIRED = 215_000;
    /// @dev A caller's bound on a claim is at least this part of the epoch, so that rounding cannot be multiplied.
    uint256 private constant _CLAIM_PARTS = 64;

    /// @inheritdoc IVetoEscrow
    address public immutable SHARE;
    /// @inheritdoc IVetoEscrow
    address public immutable VAULT;
    /// @inheritdoc IVetoEscrow
    address public immutable VESSEL_IMPLEMENTATION;

    address private immutable _DEPLOYER;
    /// @dev Where the supply is read: the vault if it reports a votable one, else the share.
    address private immutable _SUPPLY_SOURCE;
    bytes4 private immutable _SUPPLY_SELECTOR;

    LockLedger.Context private _ledger;

    /// @param vesselImplementation Knows the vault, its share, and how one leaves it.
    constructor(IVessel vesselImplementation) {
        if (address(vesselImplementation).code.length == 0) revert NoCode(address(vesselImplementation));
        VESSEL_IMPLEMENTATION = address(vesselImplementation);
        SHARE = vesselImplementation.SHARE();
        VAULT = vesselImplementation.VAULT();
        _DEPLOYER = msg.sender;
        bool reports = ERC165Checker.supportsInterface(VAULT, type(IVotableSupply).interfaceId);
        _SUPPLY_SOURCE = reports ? VAULT : SHARE;
        _SUPPLY_SELECTOR = reports ? IVotableSupply.votableSupply.selector : IERC20.totalSupply.selector;
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
        _unlock(shares, expectedEpoch == 0 ? _ledger.runningEpoch : expectedEpoch);
    }

    // ── rage quit ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVetoEscrow
    function startRageQuit(uint256 extension, uint256 withdrawalDelay) external {
        address gate_ = _ledger.gate;
        if (msg.sender != gate_) revert CallerIsNotGate(msg.sender, gate_);
        _ledger.close(extension, withdrawalDelay);
    }

    /// @inheritdoc IVetoEscrow
    function beginExit(uint256 epoch, bytes32 salt) external nonReentrant {
        _checkPhase(epoch, EscrowPhase.Closed);
        // Neither another block nor another caller finds the same address, so a vessel that was tampered with
        // before it existed is simply never used: the attempt reverts and the next one gets another.
        address vessel = Clones.cloneDeterministicWithImmutableArgs(
            VESSEL_IMPLEMENTATION,
            abi.encodePacked(address(this)),
            keccak256(abi.encode(epoch, salt, msg.sender, block.number, block.prevrandao))
        );
        uint256 shares = _ledger.epochs[epoch].totalShares;
        IERC20(SHARE).safeTransfer(vessel, shares);
        uint256 arrived = Math.min(IERC20(SHARE).balanceOf(vessel), shares);
        (bool before, uint256 supplyBefore) = _readSupply();
        IVessel(vessel).open(arrived);
        (bool later, uint256 supplyAfter) = _readSupply();
        bool burnt = before && later && supplyAfter < supplyBefore;
        _ledger.begin(epoch, vessel, arrived, burnt ? supplyBefore - supplyAfter : 0);
    }

    /// @inheritdoc IVetoEscrow
    function claim(uint256 epoch, uint256 maxShares) external nonReentrant {
        LockLedger.Epoch storage closed = _ledger.epochs[epoch];
        EscrowPhase phase = _ledger.phaseOf(epoch);
        // After the extension has begun only latecomers and donations are swept in, until the first withdrawal.
        bool open = phase >= EscrowPhase.Claiming && !closed.assetsFixed;
        if (!open) revert UnexpectedPhase(epoch, phase, EscrowPhase.Claiming);
        uint256 minimum = Math.ceilDiv(closed.totalShares, _CLAIM_PARTS);
        if (maxShares < minimum) revert BoundTooSmall(maxShares, minimum);

        IVessel vessel = IVessel(closed.vessel);
        bool claiming = phase == EscrowPhase.Claiming;
        uint256 outstanding = closed.totalShares - closed.goneShares;
        bool nothingLeft = claiming && (outstanding == 0 || vessel.isWorthless(outstanding));
        if (!nothingLeft) {
            uint256 shares = vessel.claim(maxShares);
            if (shares == 0) revert NothingToClaim(epoch);
            outstanding = _ledger.recordClaim(epoch, shares);
            nothingLeft = claiming && (outstanding == 0 || vessel.isWorthless(outstanding));
        }
        if (nothingLeft) _ledger.startExtension(epoch);
    }

    /// @inheritdoc IVetoEscrow
    function withdraw(uint256 epoch, address receiver) external nonReentrant returns (uint256 assets) {
        if (receiver == address(0)) revert ZeroReceiver();
        LockLedger.Epoch storage closed = _ledger.epochs[epoch];
        uint256 completeAfter = LockLedger.completeAfterOf(closed);
        if (completeAfter == 0) revert UnexpectedPhase(epoch, _ledger.phaseOf(epoch), EscrowPhase.Withdrawing);
        uint256 withdrawableAfter = completeAfter + closed.withdrawalDelay;
        if (block.timestamp <= withdrawableAfter) {
            revert NotYetWithdrawable(epoch, withdrawableAfter, block.timestamp);
        }
        IVessel vessel = IVessel(closed.vessel);
        uint256 balance = closed.assetsFixed ? 0 : vessel.assets();
        uint256 shares;
        (shares, assets) = _ledger.withdraw(epoch, msg.sender, balance);
        emit AssetsWithdrawn(epoch, msg.sender, receiver, shares, assets);
        vessel.pay(receiver, assets);
    }

    // ── views ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVetoEscrow
    function readSignal(
        GovernanceState state
    ) external view returns (uint256 locked, bool answered, uint256 supply, bool rageQuitComplete) {
        locked = _ledger.lockedShares;
        if (locked != 0 || state != GovernanceState.Normal) (answered, supply) = votableSupply();
        if (state == GovernanceState.RageQuit) {
            uint256 completeAfter = _ledger.completeAfter;
            rageQuitComplete = completeAfter != 0 && block.timestamp > completeAfter;
        }
    }

    /// @inheritdoc IVetoEscrow
    function lockedShares() external view returns (uint256) {
        return _ledger.lockedShares;
    }

    /// @inheritdoc IVetoEscrow
    function votableSupply() public view returns (bool answered, uint256 supply) {
        (answered, supply) = _readSupply();
        uint256 leaving = _ledger.leavingShares;
        supply = supply > leaving ? supply - leaving : 0;
        if (supply > type(uint128).max) supply = type(uint128).max;
    }

    /// @inheritdoc IVetoEscrow
    function runningEpoch() external view returns (uint256) {
        return _ledger.runningEpoch;
    }

    /// @inheritdoc IVetoEscrow
    function leavingShares() external view returns (uint256) {
        return _ledger.leavingShares;
    }

    /// @inheritdoc IVetoEscrow
    function positionOf(uint256 epoch, address staker) external view returns (Position memory) {
        return _ledger.positions[epoch][staker];
    }

    /// @inheritdoc IVetoEscrow
    function getEpoch(uint256 epoch) external view returns (EpochView memory epochView) {
        LockLedger.Epoch storage closed = _ledger.epochs[epoch];
        epochView.phase = _ledger.phaseOf(epoch);
        if (epochView.phase == EscrowPhase.Signalling) {
            epochView.totalShares = epochView.outstandingShares = _ledger.lockedShares;
            return epochView;
        }
        epochView.totalShares = closed.totalShares;
        epochView.outstandingShares = closed.totalShares - closed.goneShares;
        epochView.vessel = closed.vessel;
        epochView.extensionStartedAt = closed.extensionStartedAt;
        epochView.completeAfter = LockLedger.completeAfterOf(closed);
        if (epochView.completeAfter != 0) {
            epochView.withdrawableAfter = epochView.completeAfter + closed.withdrawalDelay;
        }
        if (closed.assetsFixed) epochView.assets = closed.assets;
        else if (closed.vessel != address(0)) epochView.assets = IVessel(closed.vessel).assets();
    }

    /// @inheritdoc IVetoEscrow
    function gate() external view returns (address) {
        return _ledger.gate;
    }

    // ── private ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _lock(uint256 shares, uint256 expectedEpoch) private {
        IDualGovernance gate_ = _boundGate();
        uint256 minLock = gate_.advance();
        uint256 running = _ledger.runningEpoch;
        if (expectedEpoch != 0 && expectedEpoch != running) revert UnexpectedEpoch(running, expectedEpoch);
        _ledger.lock(running, msg.sender, shares, minLock);
        uint256 expected;
        // A token that lies so far that this wraps is refused below.
        unchecked {
            expected = IERC20(SHARE).balanceOf(address(this)) + shares;
        }
        IERC20(SHARE).safeTransferFrom(msg.sender, address(this), shares);
        uint256 balance = IERC20(SHARE).balanceOf(address(this));
        if (balance != expected) revert SharesNotReceived(balance, expected);
        gate_.advance();
    }

    function _unlock(uint256 shares, uint256 epoch) private {
        IDualGovernance gate_ = _boundGate();
        gate_.advance();
        uint256 running = _ledger.runningEpoch;
        if (epoch != running) {
            if (epoch < running) revert EpochClosed(epoch, running);
            revert UnexpectedEpoch(running, epoch);
        }
        _ledger.unlock(running, msg.sender, shares);
        IERC20(SHARE).safeTransfer(msg.sender, shares);
        gate_.advance();
    }

    /// @dev The one call back: before a share moves, so that a transition that is due is made, and again after it.
    function _boundGate() private view returns (IDualGovernance gate_) {
        gate_ = IDualGovernance(_ledger.gate);
        if (address(gate_) == address(0)) revert GateNotBound();
    }

    function _checkPhase(uint256 epoch, EscrowPhase expected) private view {
        EscrowPhase actual = _ledger.phaseOf(epoch);
        if (actual != expected) revert UnexpectedPhase(epoch, actual, expected);
    }

    function _readSupply() private view returns (bool answered, uint256 supply) {
        if (gasleft() < _SUPPLY_GAS_REQUIRED) revert InsufficientGas(gasleft(), _SUPPLY_GAS_REQUIRED);
        return BoundedCall.read(_SUPPLY_SOURCE, _SUPPLY_SELECTOR, _SUPPLY_GAS);
    }
}
