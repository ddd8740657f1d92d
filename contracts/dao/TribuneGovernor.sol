// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {NoCode} from "../types/NoCode.sol";

/// @title TribuneGovernor
/// @notice The DAO's voice, of OpenZeppelin's parts alone. It has no guardian and no owner: settings change by vote.
/// @dev Proposals pass to the timelock, and the timelock asks its gate. A Governor knows nothing of gates, hence:
/// - while stakers object, a proposal that waits shows `Queued`, however long it is blocked;
/// - `proposalEta` is the end of the base delay, not a promise that anything executes then;
/// - an operation that expired, or that de-escalation withdrew, shows `Canceled`;
/// - calls of this contract's own settings must go through {execute} here: executed on the timelock directly they
///   revert, because the Governor has not announced them to itself.
/// A description that ends in `#proposer=0x…` may be proposed by that account only, so nobody can front-run it.
contract TribuneGovernor is
    Governor,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorPreventLateQuorum,
    GovernorTimelockControl
{
    /// @notice What a vote can change later.
    struct Settings {
        /// From the proposal to the snapshot and the start of the vote. [seconds]
        uint48 votingDelay;
        /// Length of the vote. [seconds]
        uint32 votingPeriod;
        /// Votes needed to propose; zero lets everybody propose. [votes, token units]
        uint256 proposalThreshold;
        /// For and abstain votes needed, of the past total supply. [10,000 = 100 %]
        uint256 quorumNumerator;
        /// The vote lasts at least this long after the quorum was reached. [seconds]
        uint48 lateQuorumExtension;
    }

    /// @notice The token counts votes by another clock than block time. [the token's clock; unix seconds]
    error ClockIsNotTimestamp(uint256 clock, uint256 timestamp);

    /// @param name_ Also the name of the EIP-712 domain of votes by signature; at most 31 bytes.
    constructor(
        string memory name_,
        IVotes token_,
        TimelockController timelock_,
        Settings memory settings
    )
        Governor(name_)
        GovernorSettings(settings.votingDelay, settings.votingPeriod, settings.proposalThreshold)
        GovernorVotes(token_)
        GovernorVotesQuorumFraction(settings.quorumNumerator)
        GovernorPreventLateQuorum(settings.lateQuorumExtension)
        GovernorTimelockControl(timelock_)
    {
        if (address(timelock_).code.length == 0) revert NoCode(address(timelock_));
        // A token that counts blocks would turn every setting above into a different length of time.
        if (clock() != block.timestamp) revert ClockIsNotTimestamp(clock(), block.timestamp);
    }

    /// @notice What `quorumNumerator` is a fraction of: basis points, so that 4 % and 0.25 % are both exact.
    function quorumDenominator() public pure override returns (uint256) {
        return 10_000;
    }

    // ---------------------------------------------------------------- where OpenZeppelin's parts meet

    /// @inheritdoc Governor
    function state(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(proposalId);
    }

    /// @inheritdoc Governor
    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @inheritdoc Governor
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    /// @inheritdoc Governor
    function proposalDeadline(
        uint256 proposalId
    ) public view override(Governor, GovernorPreventLateQuorum) returns (uint256) {
        return super.proposalDeadline(proposalId);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}
