/** A rule that keeps ETH from being counted twice or lost, and how a contract looks that lacks it. */
export interface Rule {
  readonly id: string;
  readonly says: string;
  readonly file: string;
  /** Found once in the file, and replaced. */
  readonly from: string;
  readonly to: string;
  /** Whether only blocks of Gloas can break it. */
  readonly isGloas?: boolean;
}

const VAULT = "contracts/staking/OperatorVault.sol";
const KEYS = "contracts/staking/vault/VaultKeys.sol";
const CHECKPOINTS = "contracts/staking/vault/VaultCheckpoints.sol";
const REGISTRY = "contracts/staking/OperatorRegistry.sol";
const POOL = "contracts/staking/StakingPool.sol";

/** The rules of a key and a checkpoint: without any one of them some history counts wrongly. */
export const RULES: readonly Rule[] = [
  {
    id: "R1",
    says: "a key is activated once",
    file: VAULT,
    from: "_advance(root, KeyStatus.Predeposited, KeyStatus.Activated);",
    to: "_status[root] = KeyStatus.Activated;",
  },
  {
    id: "R2",
    says: "a key that is exiting is not activated",
    file: KEYS,
    from: "if (fields.exitEpoch != _FAR_FUTURE_EPOCH) revert ValidatorExiting(index, fields.exitEpoch);",
    to: "",
  },
  {
    id: "R3",
    says: "a key in flight counts what was sent, until it is seen",
    file: CHECKPOINTS,
    from: "_count(running, place, _FACE);",
    to: "_count(running, place, balance);",
  },
  {
    id: "R4",
    says: "what was sent is not counted on top of the balance",
    file: CHECKPOINTS,
    from: "_count(running, place, _FACE);",
    to: "_count(running, place, _FACE + balance);",
  },
  {
    id: "R5",
    says: "flight ends when the key is seen",
    file: CHECKPOINTS,
    from: "if (isInFlight && fields.activationEligibilityEpoch == _FAR_FUTURE_EPOCH) {",
    to: "if (isInFlight) {",
  },
  {
    id: "R6",
    says: "keys activated after the start count what was sent",
    file: VAULT,
    from: "if (_checkpoint.startedAt != 0) _checkpoint.added += uint16(indices.length);",
    to: "",
  },
  {
    id: "R7",
    says: "a key is proven once",
    file: CHECKPOINTS,
    from: "if (!running.open.has(place)) revert NotToBeProven(place);\n            running.open ^= BitSet.bit(place);",
    to: "running.open &= ~BitSet.bit(place);",
  },
  {
    id: "R8",
    says: "the payload of the block was executed",
    file: CHECKPOINTS,
    from: "BeaconRoots.checkExecuted(header, executedAt);",
    to: "executedAt;",
    isGloas: true,
  },
  {
    id: "R9",
    says: "what was proven for a checkpoint that is replaced counts for nothing",
    file: CHECKPOINTS,
    from: "        delete _checkpoint;\n",
    to: "        (running.added, running.gone, running.landed, running.stateRoot) = (0, 0, 0, bytes32(0));\n",
  },
  {
    id: "R10",
    says: "only ETH that was there at the start goes to the pool",
    file: CHECKPOINTS,
    from: "if (running.recorded != 0) _pool().collect{value: running.recorded}();",
    to: "if (address(this).balance != 0) _pool().collect{value: address(this).balance}();",
  },
  {
    id: "R11",
    says: "a key is withdrawn only without balance",
    file: CHECKPOINTS,
    from: "if (balance == 0 && fields.withdrawableEpoch <= running.epoch) {",
    to: "if (fields.withdrawableEpoch <= running.epoch) {",
  },
  {
    id: "R12",
    says: "what goes to the pool is not the vault's any more",
    file: REGISTRY,
    from: "_moveStaked(operator, total - result.recorded);",
    to: "_moveStaked(operator, total);",
  },
  {
    id: "R13",
    says: "what goes to the pool is not booked as the vaults' any more",
    file: POOL,
    from: "_books.value -= uint128(msg.value);",
    to: "",
  },
  {
    id: "R14",
    says: "what was recorded counts",
    file: CHECKPOINTS,
    from: "total: uint256(running.proven) * 1 gwei + running.recorded,",
    to: "total: uint256(running.proven) * 1 gwei,",
  },
];
