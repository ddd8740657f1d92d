// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICircuitBreaker} from "../interfaces/ICircuitBreaker.sol";
import {IDeadlock} from "../interfaces/IDeadlock.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {ITiebreakerCommittee} from "../interfaces/ITiebreakerCommittee.sol";
import {NoCode} from "../types/NoCode.sol";

/// @title TiebreakerCommittee
/// @notice Counts what sub-committees approve, waits, and then acts as the tiebreaker of one timelock.
/// @dev An approval belongs to one set of members and to one thing: this scheduling of an operation, this term of a
/// breaker, this gate. Whatever of it changes, the motion is another one, and starts with no approval.
contract TiebreakerCommittee is ITiebreakerCommittee {
    /// @notice One bit each in a motion's slot.
    uint256 public constant MAX_MEMBERS = 32;
    /// @notice Longest delay that leaves a deadlock a way out. [seconds]
    uint256 public constant DELAY_LIMIT = 365 days;
    /// @inheritdoc ITiebreakerCommittee
    uint256 public constant MOTION_MARGIN = 90 days;

    /// @inheritdoc ITiebreakerCommittee
    address public immutable TIMELOCK;
    /// @inheritdoc ITiebreakerCommittee
    uint256 public immutable DELAY;

    /// @inheritdoc ITiebreakerCommittee
    address public breaker;
    // One slot with the breaker: how many times it and the members were replaced, and the quorum.
    uint32 private _breakerGeneration;
    uint32 private _generation;
    uint8 private _quorum;
    address[] private _members;
    mapping(uint256 generation => mapping(address member => uint256 place)) private _places;
    mapping(bytes32 key => Motion) private _motions;

    modifier onlyTimelock() {
        if (msg.sender != TIMELOCK) revert CallerIsNotTimelock(msg.sender, TIMELOCK);
        _;
    }

    /// @param timelock Whose tiebreaker this is meant to be; it may replace members, quorum and breaker.
    /// @param breaker_ Zero for none.
    /// @param members_ The sub-committees.
    /// @param quorum_ More than half of them, and at least two.
    /// @param delay From the quorum to the earliest execution. [seconds]
    constructor(address timelock, address breaker_, address[] memory members_, uint256 quorum_, uint256 delay) {
        if (timelock.code.length == 0) revert NoCode(timelock);
        if (delay == 0 || delay > DELAY_LIMIT) revert DelayOutOfRange(delay, DELAY_LIMIT);
        TIMELOCK = timelock;
        DELAY = delay;
        _setMembers(members_, quorum_);
        _setBreaker(breaker_);
    }

    /// @inheritdoc ITiebreakerCommittee
    function approve(Action action, bytes32 subject) external {
        uint32 bit = _bitOf(msg.sender);
        bytes32 key = _keyOf(action, subject);
        Motion memory motion_ = _liveMotion(key);
        if (motion_.approvals & bit != 0) revert AlreadyApproved(msg.sender);
        if (motion_.approvals == 0) motion_.lapsesAfter = uint40(block.timestamp + MOTION_MARGIN);
        motion_.approvals |= bit;
        uint256 approvals = _count(motion_.approvals);
        emit Approved(action, subject, msg.sender, approvals);
        if (motion_.quorumAt == 0 && approvals >= _quorum) {
            motion_.quorumAt = uint40(block.timestamp);
            motion_.lapsesAfter = uint40(block.timestamp + DELAY + MOTION_MARGIN);
            emit QuorumReached(action, subject, block.timestamp + DELAY);
        }
        _motions[key] = motion_;
    }

    /// @inheritdoc ITiebreakerCommittee
    function withdrawApproval(Action action, bytes32 subject) external {
        uint32 bit = _bitOf(msg.sender);
        bytes32 key = _keyOf(action, subject);
        Motion memory motion_ = _liveMotion(key);
        if (motion_.approvals & bit == 0) revert NotApproved(msg.sender);
        motion_.approvals ^= bit;
        uint256 approvals = _count(motion_.approvals);
        if (motion_.quorumAt != 0 && approvals < _quorum) {
            motion_.quorumAt = 0;
            motion_.lapsesAfter = uint40(block.timestamp + MOTION_MARGIN);
        }
        if (approvals == 0) delete _motions[key];
        else _motions[key] = motion_;
        emit ApprovalWithdrawn(action, subject, msg.sender, approvals);
    }

    /// @inheritdoc ITiebreakerCommittee
    function execute(Action action, bytes32 subject) external {
        bytes32 key = _keyOf(action, subject);
        Motion memory motion_ = _motions[key];
        if (motion_.approvals != 0 && block.timestamp > motion_.lapsesAfter) revert MotionLapsed(motion_.lapsesAfter);
        if (motion_.quorumAt == 0) revert NoQuorum(_count(motion_.approvals), _quorum);
        if (block.timestamp < motion_.quorumAt + DELAY) revert MotionTooYoung(motion_.quorumAt + DELAY);
        delete _motions[key];
        emit MotionExecuted(action, subject);
        IDualGovernanceTimelock timelock = IDualGovernanceTimelock(TIMELOCK);
        if (action == Action.Release) IDeadlock(address(timelock.gate())).release(subject);
        else if (action == Action.Resume) ICircuitBreaker(breaker).resume(_toAddress(subject));
        else timelock.replaceSilentGate();
    }

    /// @inheritdoc ITiebreakerCommittee
    function setMembers(address[] calldata members_, uint256 quorum_) external onlyTimelock {
        _setMembers(members_, quorum_);
    }

    /// @inheritdoc ITiebreakerCommittee
    function setBreaker(address breaker_) external onlyTimelock {
        _setBreaker(breaker_);
    }

    /// @inheritdoc ITiebreakerCommittee
    function motion(Action action, bytes32 subject) external view returns (Motion memory) {
        return _liveMotion(_keyOf(action, subject));
    }

    /// @inheritdoc ITiebreakerCommittee
    function hasApproved(Action action, bytes32 subject, address member) external view returns (bool) {
        return _liveMotion(_keyOf(action, subject)).approvals & _bitOf(member) != 0;
    }

    /// @inheritdoc ITiebreakerCommittee
    function members() external view returns (address[] memory) {
        return _members;
    }

    /// @inheritdoc ITiebreakerCommittee
    function quorum() external view returns (uint256) {
        return _quorum;
    }

    // ── private ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _setMembers(address[] memory members_, uint256 quorum_) private {
        uint256 count = members_.length;
        if (count > MAX_MEMBERS) revert TooManyMembers(count, MAX_MEMBERS);
        uint256 minimum = count < 2 ? 2 : count / 2 + 1;
        if (quorum_ < minimum || quorum_ > count) revert QuorumOutOfRange(quorum_, minimum, count);
        uint32 generation = ++_generation;
        for (uint256 i = 0; i < count; ++i) {
            address member = members_[i];
            if (member == address(0)) revert MemberZero();
            if (_places[generation][member] != 0) revert MemberRepeated(member);
            _places[generation][member] = i + 1;
        }
        _members = members_;
        _quorum = uint8(quorum_);
        emit MembersSet(members_, quorum_);
    }

    function _setBreaker(address breaker_) private {
        if (breaker_ != address(0) && breaker_.code.length == 0) revert NoCode(breaker_);
        breaker = breaker_;
        ++_breakerGeneration;
        emit BreakerSet(breaker_);
    }

    /// @dev All zero once it has lapsed.
    function _liveMotion(bytes32 key) private view returns (Motion memory motion_) {
        motion_ = _motions[key];
        if (block.timestamp > motion_.lapsesAfter) delete motion_;
    }

    function _bitOf(address member) private view returns (uint32) {
        uint256 place = _places[_generation][member];
        if (place == 0) revert CallerIsNotMember(member);
        return uint32(1) << uint32(place - 1);
    }

    /// @dev What makes a motion this one: the members that approve it, and what exactly it is about.
    function _keyOf(Action action, bytes32 subject) private view returns (bytes32) {
        IDualGovernanceTimelock timelock = IDualGovernanceTimelock(TIMELOCK);
        uint256 about;
        if (action == Action.Release) {
            about = timelock.getOperation(subject).sequence;
            if (about == 0) revert InvalidSubject(action, subject);
        } else {
            address account = _toAddress(subject);
            address expected = action == Action.Resume ? breaker : address(timelock.gate());
            bool isValid =
                action == Action.Resume
                    ? expected != address(0) && ICircuitBreaker(expected).isNamed(account)
                    : expected == account;
            if (!isValid || bytes32(uint256(uint160(account))) != subject) revert InvalidSubject(action, subject);
            about = action == Action.Resume ? _breakerGeneration : uint160(expected);
        }
        return keccak256(abi.encode(_generation, action, subject, about));
    }

    function _toAddress(bytes32 subject) private pure returns (address) {
        return address(uint160(uint256(subject)));
    }

    function _count(uint32 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits &= bits - 1) ++count;
    }
}
