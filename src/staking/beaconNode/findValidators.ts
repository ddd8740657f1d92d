import { FAR_FUTURE_EPOCH } from "../leaves.js";
import { validatorsAnswer } from "./answers.js";
import { getJson, unread, type Transport } from "./transport.js";

/** A validator, as a node tells of it. */
export interface ToldValidator {
  readonly pubkey: string;
  readonly withdrawalCredentials: string;
  readonly isSlashed: boolean;
  /** Undefined if it stays. */
  readonly exitEpoch: bigint | undefined;
}

/** So many are asked for at once: the API takes 64. */
const AT_ONCE = 32;

/**
 * Validators that exist with these public keys, in the newest state. Nothing of it is proven: it is for who wants to know
 * before anything is sent, and not for who believes.
 */
export async function findValidators(node: Transport, pubkeys: readonly string[]): Promise<readonly ToldValidator[]> {
  const found: ToldValidator[] = [];
  for (let first = 0; first < pubkeys.length; first += AT_ONCE) {
    const asked = pubkeys.slice(first, first + AT_ONCE).map((pubkey) => pubkey.toLowerCase());
    const path = `/eth/v1/beacon/states/head/validators?id=${asked.join(",")}`;
    const { data } = await getJson(node, path, validatorsAnswer);
    for (const { validator } of data) {
      const { pubkey, slashed, withdrawal_credentials: withdrawalCredentials, exit_epoch: exit } = validator;
      if (!asked.includes(pubkey)) throw unread(node, path, `it tells of ${pubkey}, which nobody asked for`, "garbled");
      const exitEpoch = exit === FAR_FUTURE_EPOCH ? undefined : exit;
      found.push({ pubkey, withdrawalCredentials, isSlashed: slashed, exitEpoch });
    }
  }
  return found;
}
