// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title ITiebreakerCommittee
/// @notice A quorum of sub-committees, each a Safe or any other account, that may act as the timelock's tiebreaker after a
/// delay of its own. Timelock, gate and circuit breaker judge whether there is a deadlock; this contract only counts.
interface ITiebreakerCommittee {
    /// @notice The three things a tiebreaker can do.
    enum Action {
        /// Let a pending operation through the gate. Subject: the operation's identifier.
        Release,
        /// End the pause of a contract that the circuit breaker names. Subject: its address.
        Resume,
        /// Install the fallback gate in the place of a silent one. Subject: the silent gate's address.
        ReplaceGate
    }

    /// @notice How far a motion has come.
    struct Motion {
        /// The last second in which its approvals count; 0 if there are none. [unix seconds]
        uint40 lapsesAfter;
        /// Since when a quorum approves without a break; 0 if none does. [unix seconds]
        uint40 quorumAt;
        /// Bit i: member number i approves.
        uint32 approvals;
    }

    /// @notice The delay is 0 or above its limit. [seconds]
    error DelayOutOfRange(uint256 delay, uint256 limit);
    /// @notice Only the timelock may do this.
    error CallerIsNotTimelock(address caller, address timelock);
    /// @notice Only a member may do this.
    error CallerIsNotMember(address caller);
    /// @notice More members than a motion can count.
    error TooManyMembers(uint256 count, uint256 limit);
    /// @notice A member is the zero address.
    error MemberZero();
    /// @notice `member` is named twice.
    error MemberRepeated(address member);
    /// @notice A quorum is more than half of the members, at least two and at most all.
    error QuorumOutOfRange(uint256 quorum, uint256 minimum, uint256 members);
    /// @notice The subject is no account, or not what this action is about.
    error InvalidSubject(Action action, bytes32 subject);
    /// @notice `member` has approved this motion already.
    error AlreadyApproved(address member);
    /// @notice `member` has not approved this motion.
    error NotApproved(address member);
    /// @notice Too few members approve.
    error NoQuorum(uint256 approvals, uint256 quorum);
    /// @notice The delay since the quorum has not passed. [unix seconds]
    error MotionTooYoung(uint256 executableAt);
    /// @notice The motion was not executed in time. [unix seconds]
    error MotionLapsed(uint256 lapsedAt);

    /// @notice The sub-committees and how many of them must agree; every approval given before is void.
    event MembersSet(address[] members, uint256 quorum);
    /// @notice The circuit breaker that Resume acts through.
    event BreakerSet(address indexed breaker);
    /// @notice `member` approves; `approvals` now do.
    event Approved(Action indexed action, bytes32 indexed subject, address indexed member, uint256 approvals);
    /// @notice `member` no longer approves; `approvals` still do.
    event ApprovalWithdrawn(Action indexed action, bytes32 indexed subject, address indexed member, uint256 approvals);
    /// @notice A quorum approves: the motion may be executed from `executableAt` on.
    event QuorumReached(Action indexed action, bytes32 indexed subject, uint256 executableAt);
    /// @notice What a quorum had approved was done.
    event MotionExecuted(Action indexed action, bytes32 indexed subject);

    /// @notice Approves a motion, and opens it if need be. Only members, once each.
    /// @dev A motion is about one thing: this scheduling of the operation, this breaker, this gate.
    function approve(Action action, bytes32 subject) external;

    /// @notice Takes an approval back. Below the quorum the delay starts anew when it is reached again.
    function withdrawApproval(Action action, bytes32 subject) external;

    /// @notice Does what a quorum has approved for the whole delay. Anybody may call; reverts, and can be tried again,
    /// while there is no deadlock.
    function execute(Action action, bytes32 subject) external;

    /// @notice Replaces the members and the quorum; every approval given before is void. Only the timelock.
    /// @param quorum More than half of the members, and at least two.
    function setMembers(address[] calldata members, uint256 quorum) external;

    /// @notice Replaces the circuit breaker (zero for none); motions to resume start anew. Only the timelock.
    function setBreaker(address breaker) external;

    /// @notice How far a motion has come; all zero if it has lapsed.
    function motion(Action action, bytes32 subject) external view returns (Motion memory);

    /// @notice Whether `member` approves a motion.
    function hasApproved(Action action, bytes32 subject, address member) external view returns (bool);

    /// @notice The sub-committees.
    function members() external view returns (address[] memory);

    /// @notice How many members must agree.
    function quorum() external view returns (uint256);

    /// @notice The circuit breaker that Resume acts through; zero for none.
    function breaker() external view returns (address);

    /// @notice The timelock whose tiebreaker this is meant to be.
    function TIMELOCK() external view returns (address);

    /// @notice From the quorum to the earliest execution. [seconds]
    function DELAY() external view returns (uint256);

    /// @notice How long a motion has to reach a quorum, from its first approval or since it lost one; and again, after the
    /// delay, to be executed. Then it lapses, with its approvals. [seconds]
    function MOTION_MARGIN() external view returns (uint256);
}
