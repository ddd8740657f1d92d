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
const EXITS = "contracts/staking/vault/VaultExits.sol";
const EXIT_ORDER = "contracts/staking/registry/ExitOrder.sol";
const REGISTRY = "contracts/staking/OperatorRegistry.sol";
const POOL = "contracts/staking/StakingPool.sol";
const CLAIMS = "contracts/staking/pool/PoolClaims.sol";
const WIND_DOWN = "contracts/staking/pool/WindDown.sol";

/**
 * The rules that keep ETH from being counted twice or lost, of a key's life and of checkpoints (1 to 23), of exits (24, 25)
 * and of the wind-down (26 to 28): without any one of them some history counts wrongly. `RULES_CAUGHT_OTHERWISE` has those of which that is not so.
 */
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
  {
    id: "R15",
    says: "a key has the vault's credentials",
    file: KEYS,
    // What `activateBy` adds to its call.
    from: "            recent.header.stateRoot,\n            withdrawalCredentials(),\n",
    to:
      "recent.header.stateRoot," +
      "msg.sig == IOperatorVault.activate.selector ? bytes32(msg.data[msg.data.length - 32:]) : withdrawalCredentials(),",
  },
  {
    id: "R16",
    says: "the key that gets ETH is the one that is proven",
    file: VAULT,
    from: "if (root != proven) revert PubkeyMismatch(proven, root);",
    to: "proven;",
  },
  {
    id: "R17",
    says: "a key is activated by a proof that is younger than an hour",
    file: KEYS,
    from: "if (recent.timestamp < oldest) revert ProofTooOld(recent.timestamp, oldest);",
    to: "oldest;",
  },
  {
    id: "R18",
    says: "a key in flight is proven with its fields",
    file: CHECKPOINTS,
    from: "if (balances[i] == 0 || _inFlight.has(place)) revert FieldsMissing(indices[i]);",
    to: "if (balances[i] == 0) revert FieldsMissing(indices[i]);",
  },
  {
    id: "R19",
    says: "a balance is that of the key's own validator",
    file: KEYS,
    from: "if (_keys[place].index != index) revert IndexMismatch(place, index, _keys[place].index);",
    to: "",
  },
  {
    id: "R20",
    says: "what is proven is of the block of the start",
    file: CHECKPOINTS,
    from: "BeaconProofs.checkHeader(running.blockRoot, header);",
    to: "",
  },
  {
    id: "R21",
    says: "nothing takes effect before the last key is proven",
    file: CHECKPOINTS,
    from: "if (running.open == 0) _finish();",
    to: "_finish();",
  },
  {
    id: "R22",
    says: "a bond is released after the loss of the same checkpoint",
    file: REGISTRY,
    from: "        int256 change = total.toInt256()",
    to: "        bond.releaseKeys(result.withdrawn, operator.keys);\n        int256 change = total.toInt256()",
  },
  {
    id: "R23",
    says: "the haircut of a slashed key ends when it is withdrawn",
    file: CHECKPOINTS,
    from: "_setHaircut((uint256(running.slashed) * 1 gwei) / _HAIRCUT_PART);",
    to: "",
  },
  {
    id: "R24",
    says: "a key that is withdrawn is leaving no longer",
    file: EXITS,
    from: "            _standing.exiting -= leaving;",
    to: "",
  },
  {
    id: "R25",
    says: "no more keys are forced to exit than are asked for, and one",
    file: EXIT_ORDER,
    from: "if (asked >= demand) revert NoDemand(asked, demand);",
    to: "",
  },
  {
    id: "R26",
    says: "what a wind-down has paid is paid once",
    file: WIND_DOWN,
    from: "self.holders[holder].paid += uint128(assets);",
    to: "",
  },
  {
    id: "R27",
    says: "shares that are surrendered are nobody's any more",
    file: CLAIMS,
    from: "        _burn(msg.sender, shares);\n",
    to: "",
  },
  {
    id: "R28",
    says: "what was idle is divided by a wind-down, too",
    file: POOL,
    from: "supply, books_.idle);\n        (_books",
    to: "supply, 0);\n        (_books",
  },
];
