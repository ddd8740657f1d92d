import type { CliffVestingWallet, GovernanceToken, TribuneGovernor } from "../../../types/index.js";
import { anyone, manifest, named, nobody, owner, signature } from "./types.js";

/** What the Governor may be told to do: what was voted for, by way of the timelock. */
const governance = named("timelock");

export const governor = manifest<TribuneGovernor>({
  contract: "TribuneGovernor",
  functions: {
    // With as many votes as the threshold asks for.
    propose: anyone,
    castVote: anyone,
    castVoteWithReason: anyone,
    castVoteWithReasonAndParams: anyone,
    castVoteBySig: signature,
    castVoteWithReasonAndParamsBySig: signature,
    // What has succeeded.
    queue: anyone,
    execute: anyone,
    // Whoever has proposed it.
    cancel: owner,
    relay: governance,
    setLateQuorumVoteExtension: governance,
    setProposalThreshold: governance,
    setVotingDelay: governance,
    setVotingPeriod: governance,
    updateQuorumNumerator: governance,
    updateTimelock: governance,
    // Its executor is the timelock, so it refuses tokens.
    onERC721Received: nobody,
    onERC1155Received: nobody,
    onERC1155BatchReceived: nobody,
  },
  kept: { timelock: "_timelock" },
  variables: {
    _nameFallback: "rule",
    _versionFallback: "rule",
    _nonces: "record",
    _name: "rule",
    _proposals: "ballot",
    "_governanceCall._begin": "derived",
    "_governanceCall._end": "derived",
    "_governanceCall._data": "derived",
    _proposalThreshold: "rule",
    _votingDelay: "rule",
    _votingPeriod: "rule",
    _proposalVotes: "ballot",
    "_quorumNumeratorHistory._checkpoints": "rule",
    _voteExtension: "rule",
    _extendedDeadlines: "ballot",
    _timelock: "rule",
    _timelockIds: "ballot",
  },
  costs: {
    _proposalThreshold: "nothing by itself: who may propose",
    _votingDelay: "nothing by itself: how the DAO votes",
    _votingPeriod: "nothing by itself: how the DAO votes",
    "_quorumNumeratorHistory._checkpoints": "nothing by itself: how the DAO votes",
    _voteExtension: "nothing by itself: how the DAO votes",
    _timelock: "nothing by itself: where the DAO's decisions are queued",
  },
});

export const token = manifest<GovernanceToken>({
  contract: "GovernanceToken",
  functions: {
    transfer: owner,
    transferFrom: owner,
    approve: anyone,
    delegate: anyone,
    permit: signature,
    delegateBySig: signature,
  },
  variables: {
    _balances: "record",
    _allowances: "record",
    _totalSupply: "rule",
    _name: "rule",
    _symbol: "rule",
    _nameFallback: "rule",
    _versionFallback: "rule",
    _nonces: "record",
    _delegatee: "record",
    _delegateCheckpoints: "ballot",
    "_totalCheckpoints._checkpoints": "derived",
  },
});

export const vestingWallet = manifest<CliffVestingWallet>({
  contract: "CliffVestingWallet",
  functions: {
    // To its owner, what has vested.
    "release()": anyone,
    "release(address)": anyone,
    transferOwnership: owner,
    renounceOwnership: owner,
  },
  variables: { _owner: "record", _released: "derived", _erc20Released: "derived" },
});
