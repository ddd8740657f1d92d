// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ICircuitBreaker} from "../interfaces/ICircuitBreaker.sol";
import {IDeadlock} from "../interfaces/IDeadlock.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IGovernanceState} from "../interfaces/IGovernanceState.sol";
import {IPausableUntil} from "../interfaces/external/IPausableUntil.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {GovernanceState} from "../types/GovernanceState.sol";
import {NoCode} from "../types/NoCode.sol";

/// @title CircuitBreaker
/// @notice Pauses named contracts once, for a fixed time. Everything it may do was settled when it was deployed and bound;
/// a DAO that wants another term deploys another one and lets its contracts obey that.
/// @dev The pausables are trusted with nothing: each call to one is bounded in gas, and what it says is checked.
contract CircuitBreaker is ICircuitBreaker {
    /// @notice Nobody needs a longer pause to gather a vote. [seconds]
    uint256 public constant SEAL_DURATION_LIMIT = 30 days;
    /// @notice The seal committee's right must be renewed by governance at least this often. [seconds]
    uint256 public constant SEAL_TERM_LIMIT = 365 days;
    uint256 public constant MAX_PAUSABLES = 8;

    /// @dev What one pausable may burn to pause or resume. [gas]
    uint256 private constant _CALL_GAS = 300_000;
    /// @dev What one pausable may burn to answer. [gas]
    uint256 private constant _VIEW_GAS = 500_000;
    /// @dev What the gate may burn to answer, with a vault, vessels and blockers that burn all they get. [gas]
    uint256 private constant _GATE_GAS = 1_700_000;
    /// @dev What must be left before anything is asked of a pausable, after what EIP-150 holds back. [gas]
    uint256 private constant _GAS_REQUIRED = 1_000_000;

    /// @inheritdoc ICircuitBreaker
    address public immutable TIMELOCK;
    /// @inheritdoc ICircuitBreaker
    address public immutable SEAL_COMMITTEE;
    /// @inheritdoc ICircuitBreaker
    address public immutable RESEAL_COMMITTEE;
    /// @inheritdoc ICircuitBreaker
    uint256 public immutable SEAL_DURATION;
    /// @inheritdoc ICircuitBreaker
    uint256 public immutable SEAL_EXPIRY;

    address private immutable _DEPLOYER;

    /// @inheritdoc ICircuitBreaker
    uint256 public sealedAt;
    /// @inheritdoc ICircuitBreaker
    mapping(address pausable => bool) public isNamed;
    address[] private _pausables;

    modifier onlyNamed(address pausable) {
        if (!isNamed[pausable]) revert PausableNotNamed(pausable);
        _;
    }

    /// @param timelock Whose gate says in which state governance is.
    /// @param sealCommittee May pause once.
    /// @param resealCommittee May prolong a pause while governance is not Normal; another body than the first.
    /// @param sealDuration How long a seal pauses. [seconds]
    /// @param sealExpiry The last second in which it may be used. [unix seconds]
    constructor(
        address timelock,
        address sealCommittee,
        address resealCommittee,
        uint256 sealDuration,
        uint256 sealExpiry
    ) {
        if (timelock.code.length == 0) revert NoCode(timelock);
        if (sealCommittee == address(0) || resealCommittee == address(0)) revert CommitteeZero();
        if (sealCommittee == resealCommittee) revert CommitteesEqual(sealCommittee);
        if (sealDuration == 0 || sealDuration > SEAL_DURATION_LIMIT) {
            revert SealDurationOutOfRange(sealDuration, SEAL_DURATION_LIMIT);
        }
        uint256 latest = block.timestamp + SEAL_TERM_LIMIT;
        if (sealExpiry < block.timestamp || sealExpiry > latest) {
            revert SealExpiryOutOfRange(sealExpiry, block.timestamp, latest);
        }
        TIMELOCK = timelock;
        SEAL_COMMITTEE = sealCommittee;
        RESEAL_COMMITTEE = resealCommittee;
        SEAL_DURATION = sealDuration;
        SEAL_EXPIRY = sealExpiry;
        _DEPLOYER = msg.sender;
    }

    /// @inheritdoc ICircuitBreaker
    function bind(address[] calldata pausables_) external {
        if (msg.sender != _DEPLOYER) revert CallerIsNotDeployer(msg.sender, _DEPLOYER);
        if (_pausables.length != 0) revert AlreadyBound();
        if (pausables_.length == 0) revert NoPausables();
        if (pausables_.length > MAX_PAUSABLES) revert TooManyPausables(pausables_.length, MAX_PAUSABLES);
        for (uint256 i = 0; i < pausables_.length; ++i) {
            address pausable = pausables_[i];
            if (isNamed[pausable]) revert PausableRepeated(pausable);
            (bool answered, ) = _readPaused(pausable);
            (bool answers, ) = _readResume(pausable);
            if (!answered || !answers) revert PausableWithoutAnswer(pausable);
            isNamed[pausable] = true;
        }
        _pausables = pausables_;
        emit PausablesBound(pausables_);
    }

    /// @inheritdoc ICircuitBreaker
    function seal(address[] calldata pausables_) external {
        if (msg.sender != SEAL_COMMITTEE) revert CallerIsNotSealCommittee(msg.sender, SEAL_COMMITTEE);
        if (sealedAt != 0) revert SealSpent(sealedAt);
        if (block.timestamp > SEAL_EXPIRY) revert SealExpired(SEAL_EXPIRY);
        if (pausables_.length > MAX_PAUSABLES) revert TooManyPausables(pausables_.length, MAX_PAUSABLES);
        // Spent before anything foreign runs.
        sealedAt = block.timestamp;
        bool hasPaused;
        for (uint256 i = 0; i < pausables_.length; ++i) {
            _checkNamedOnce(pausables_, i);
            try this.tryToSeal(pausables_[i]) {
                hasPaused = true;
                emit Sealed(pausables_[i], SEAL_DURATION);
            } catch (bytes memory reason) {
                // Whatever a pausable does ends in this error; too little gas in another.
                if (bytes4(reason) != PauseFailed.selector) LowLevelCall.bubbleRevert(reason);
                emit SealFailed(pausables_[i]);
            }
        }
        if (!hasPaused) revert NothingPaused();
    }

    /// @notice One pause of {seal}; whatever it did is undone if it fails, so that a pause which runs already stays.
    function tryToSeal(address pausable) external {
        if (msg.sender != address(this)) revert CallerIsNotBreaker(msg.sender, address(this));
        // A shorter pause by somebody else must not keep it from this one.
        if (_endOfPause(pausable) < block.timestamp + SEAL_DURATION) _resume(pausable);
        if (!_pause(pausable, SEAL_DURATION)) revert PauseFailed(pausable);
    }

    /// @inheritdoc ICircuitBreaker
    function reseal(address pausable) external onlyNamed(pausable) {
        if (msg.sender != RESEAL_COMMITTEE) revert CallerIsNotResealCommittee(msg.sender, RESEAL_COMMITTEE);
        address gate = _gate();
        if (_isNormal(gate)) revert GovernanceIsNormal(gate);
        if (_endOfPause(pausable) == type(uint256).max) revert NoRunningPause(pausable);
        if (!_resume(pausable)) revert ResumeFailed(pausable);
        if (!_pause(pausable, type(uint256).max)) revert PauseFailed(pausable);
        emit Resealed(pausable);
    }

    /// @inheritdoc ICircuitBreaker
    function resume(address pausable) external onlyNamed(pausable) {
        if (msg.sender != TIMELOCK && !_isTiebreakerInDeadlock(msg.sender)) revert CallerCannotResume(msg.sender);
        if (!_resume(pausable)) revert ResumeFailed(pausable);
        emit Resumed(pausable, msg.sender);
    }

    /// @inheritdoc ICircuitBreaker
    function isSealUsable() external view returns (bool) {
        return sealedAt == 0 && block.timestamp <= SEAL_EXPIRY && _pausables.length != 0;
    }

    /// @inheritdoc ICircuitBreaker
    function admitsReseal(address pausable) external view returns (bool) {
        return isNamed[pausable] && !_isNormal(_gate()) && _endOfPause(pausable) != type(uint256).max;
    }

    /// @inheritdoc ICircuitBreaker
    function pausables() external view returns (address[] memory) {
        return _pausables;
    }

    // ── private ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Believes the pausable's own word that it is paused, not that the call went through.
    function _pause(address pausable, uint256 duration) private returns (bool isPaused) {
        if (_send(pausable, abi.encodeCall(IPausableUntil.pauseFor, (duration)))) (, isPaused) = _readPaused(pausable);
    }

    function _resume(address pausable) private returns (bool isResumed) {
        if (!_send(pausable, abi.encodeCall(IPausableUntil.resume, ()))) return false;
        (bool answered, bool isPaused) = _readPaused(pausable);
        return answered && !isPaused;
    }

    function _send(address pausable, bytes memory order) private returns (bool success) {
        BoundedCall.requireGas(_GAS_REQUIRED);
        return BoundedCall.send(pausable, order, _CALL_GAS);
    }

    function _isTiebreakerInDeadlock(address account) private view returns (bool isDeadlocked) {
        if (account != IDualGovernanceTimelock(TIMELOCK).tiebreaker()) return false;
        (, isDeadlocked) = BoundedCall.readBool(_gate(), abi.encodeCall(IDeadlock.isDeadlocked, ()), _GATE_GAS);
    }

    /// @dev A gate that does not answer counts as Normal: a power is never gained by a failure.
    function _isNormal(address gate) private view returns (bool) {
        (bool answered, uint256 state) = BoundedCall.read(gate, IGovernanceState.effectiveState.selector, _GATE_GAS);
        return !answered || state == uint256(GovernanceState.Normal) || state > uint256(type(GovernanceState).max);
    }

    /// @dev When a running pause ends; 2^256 − 1 if none runs, or none that ends by itself. [unix seconds]
    function _endOfPause(address pausable) private view returns (uint256) {
        (, bool isPaused) = _readPaused(pausable);
        (bool answered, uint256 resumesAt) = _readResume(pausable);
        return isPaused && answered && resumesAt > block.timestamp ? resumesAt : type(uint256).max;
    }

    function _checkNamedOnce(address[] calldata pausables_, uint256 index) private view {
        address pausable = pausables_[index];
        if (!isNamed[pausable]) revert PausableNotNamed(pausable);
        for (uint256 i = 0; i < index; ++i) {
            if (pausables_[i] == pausable) revert PausableRepeated(pausable);
        }
    }

    function _readPaused(address pausable) private view returns (bool answered, bool isPaused) {
        BoundedCall.requireGas(_GAS_REQUIRED);
        return BoundedCall.readBool(pausable, abi.encodeCall(IPausableUntil.isPaused, ()), _VIEW_GAS);
    }

    function _readResume(address pausable) private view returns (bool answered, uint256 resumesAt) {
        BoundedCall.requireGas(_GAS_REQUIRED);
        return BoundedCall.read(pausable, IPausableUntil.getResumeSinceTimestamp.selector, _VIEW_GAS);
    }

    function _gate() private view returns (address) {
        return address(IDualGovernanceTimelock(TIMELOCK).gate());
    }
}
