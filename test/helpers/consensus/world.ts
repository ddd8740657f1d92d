import { BeaconChain, type ChainOptions } from "./chain.js";
import { GWEI_PER_ETH, SHARD_COMMITTEE_PERIOD } from "./constants.js";
import { credentials, somePubkey, someSignature } from "./depositData.js";
import { validatorAt, type DepositRequest, type ValidatorRecord } from "./state.js";

export const GENESIS_TIME = 1_700_000_000;
/** An address of a vault that never does anything. */
export const VAULT = `0x${"c0".repeat(20)}`;

export const eth = (amount: number): bigint => BigInt(Math.round(amount * 1e9));

/** A deposit for the key with this number, under 0x02 credentials of the vault. */
export function depositOf(key: number, amount: bigint, to = credentials("0x02", VAULT)): DepositRequest {
  return { pubkey: somePubkey(key), withdrawalCredentials: to, amount, signature: someSignature(key) };
}

/** A chain with a block in slot 1. */
export function newChain(options: Partial<ChainOptions> = {}): BeaconChain {
  const chain = new BeaconChain({ genesisTime: GENESIS_TIME, ...options });
  chain.addBlock(1);
  return chain;
}

/** Lets epochs pass, then sweeps. */
export function passEpochs(chain: BeaconChain, count: number): void {
  chain.advanceEpochs(count);
  chain.addBlock(chain.state.slot + 1);
}

/** Deposits 32 ETH for each key and waits until all are active; if told, until they may leave too. */
export function enlist(chain: BeaconChain, keys: readonly number[], isOld = false): ValidatorRecord[] {
  const first = chain.state.validators.length;
  chain.addBlock(undefined, { deposits: keys.map((key) => depositOf(key, 32n * GWEI_PER_ETH)) });
  // The deposits' requests are processed one block later in Gloas.
  chain.addBlock();
  for (let waited = 0; chain.state.validators.length < first + keys.length; waited++) {
    if (waited > 100) throw new Error("the deposits never come through");
    chain.advanceEpochs(1);
  }
  chain.advanceEpochs(10 + (isOld ? SHARD_COMMITTEE_PERIOD : 0));
  return keys.map((_, index) => validatorAt(chain.state, first + index));
}
