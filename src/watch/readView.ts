import type { Block, Provider } from "ethers";

import type { TribuneAddresses } from "../protocol/addresses.js";
import { listBodies } from "../protocol/committees/permissions.js";
import { readPowers } from "../protocol/committees/powers.js";
import { connectProtocol, type ProtocolContracts } from "../protocol/contracts.js";
import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { readObeyedTimelock } from "../protocol/obeyedTimelock.js";
import { readPendingState } from "../protocol/operations/pending.js";
import { readGate, type GateView } from "../protocol/state/gate.js";
import { readRageQuits } from "../protocol/state/rageQuits.js";
import type { KnownOperation, Term, View } from "./types.js";

/** What is watched. */
export interface WatchPlace {
  readonly provider: Provider;
  readonly addresses: TribuneAddresses;
  /** From before the deployment. */
  readonly firstBlock: number;
  /** By the clock of this machine, unless another is given. [unix seconds] */
  readonly now?: (() => bigint) | undefined;
}

/** The newest block. */
export async function readHead(provider: Provider): Promise<View["block"]> {
  return toBlock(await provider.getBlock("latest"));
}

export function toBlock(block: Block | null): View["block"] {
  if (block?.hash == null) {
    throw new UnreadableError("The chain could not be read (eth_getBlockByNumber): there is no block.", "behind");
  }
  return { number: block.number, hash: block.hash, timestamp: BigInt(block.timestamp) };
}

/** Everything that conditions are judged by. @param terms As last read: they change seldom, and take many requests. */
export async function readView(
  { provider, addresses }: WatchPlace,
  block: View["block"],
  operations: readonly Pick<KnownOperation, "id" | "title">[],
  terms: readonly Term[],
  oldHead: string | undefined,
): Promise<View> {
  const contracts = connectProtocol(addresses, provider);
  const { timelock, escrow, governor } = contracts;
  const at = { blockTag: block.number };
  const [gate, obeyed, governing, sequence, runningEpoch, rageQuits, found] = await Promise.all([
    readGateOrSilence(contracts, block.number),
    timelock.gate(at),
    readObeyedTimelock(governor, block.number),
    timelock.lastSequence(at),
    escrow.runningEpoch(at),
    readRageQuits(escrow, block.number),
    Promise.all(
      operations.map(async ({ id, title }) => {
        const state = await readPendingState(timelock, id, block);
        return state && { id, title, ...state };
      }),
    ),
  ]);
  return {
    ...{ block, oldHead },
    ...gate,
    replacedBy: obeyed === addresses.gate ? undefined : obeyed,
    decidesIn: governing === addresses.timelock ? undefined : governing,
    operations: found.filter((one) => one !== undefined),
    ...{ rageQuits, terms, sequence, runningEpoch },
  };
}

async function readGateOrSilence(
  contracts: ProtocolContracts,
  block: number,
): Promise<{ readonly gate: GateView | undefined; readonly silence: string | undefined }> {
  try {
    return { gate: await readGate(contracts, block), silence: undefined };
  } catch (error) {
    // A node that does not answer is no gate that does not.
    if (!(error instanceof SentenceError) || error instanceof UnreadableError) throw error;
    return { gate: undefined, silence: error.message };
  }
}

/** Whose power ends, and when. */
export async function readTerms({ provider, addresses }: WatchPlace, block: View["block"]): Promise<Term[]> {
  const powers = await readPowers(addresses, provider, block.number);
  return listBodies(powers, block.timestamp, addresses.bodies).flatMap(({ path, label, endsAt }) =>
    endsAt === undefined ? [] : [{ path, label, endsAt }],
  );
}
