import { UnreadableError } from "../../protocol/errors.js";
import { quoted } from "../../protocol/visible.js";
import { SszError } from "../ssz/structs.js";
import { readState, type ReadState } from "../stream/readState.js";
import type { WantedValidators } from "../stream/selection.js";
import { isForkName } from "../stream/stateTypes.js";
import { genesisAnswer, headerAnswer, specAnswer } from "./answers.js";
import { headerRoot, type BeaconHeader } from "./header.js";
import { getBytesOf, getJson, unread, type BytesAnswer, type Transport } from "./transport.js";

/** What never changes on a network. */
export interface BeaconNetwork {
  /** Of the execution chain whose deposits count. */
  readonly chainId: bigint;
  readonly depositContract: string;
  /** [unix seconds] */
  readonly genesisTime: bigint;
  readonly genesisForkVersion: string;
  /** [seconds] */
  readonly secondsPerSlot: bigint;
  readonly slotsPerEpoch: bigint;
}

/** A block's header, whose fields have been hashed: they are those of `root`. */
export interface KnownBlock {
  readonly root: string;
  readonly header: BeaconHeader;
}

/** What a node is asked for: `head`, `finalized`, a slot, or a block's root. */
export type BlockId = "head" | "finalized" | bigint | `0x${string}`;

/** How far a state has come. [bytes] */
export interface StateProgress {
  readonly read: number;
  /** If the node has told it. */
  readonly total: number | undefined;
}

export async function readNetwork(node: Transport): Promise<BeaconNetwork> {
  const genesis = await getJson(node, "/eth/v1/beacon/genesis", genesisAnswer);
  const path = "/eth/v1/config/spec";
  const { data: spec } = await getJson(node, path, specAnswer);
  if (spec.PRESET_BASE !== "mainnet") {
    const words = `its states are of the preset ${quoted(spec.PRESET_BASE)}, and those that can be proven of mainnet's`;
    throw unread(node, path, words, "unsupported");
  }
  return {
    chainId: spec.DEPOSIT_CHAIN_ID,
    depositContract: spec.DEPOSIT_CONTRACT_ADDRESS,
    genesisTime: genesis.data.genesis_time,
    genesisForkVersion: genesis.data.genesis_fork_version,
    secondsPerSlot: spec.SECONDS_PER_SLOT,
    slotsPerEpoch: spec.SLOTS_PER_EPOCH,
  };
}

/** @throws UnreadableError unless the node follows the beacon chain of the execution chain with this id. */
export async function readNetworkOf(node: Transport, chainId: bigint): Promise<BeaconNetwork> {
  const network = await readNetwork(node);
  if (network.chainId === chainId) return network;
  const words = `it follows the beacon chain of chain ${network.chainId}, and the deployment is on chain ${chainId}`;
  throw unread(node, "/eth/v1/config/spec", words, "other");
}

/** @throws UnreadableError also if the header is not that of the block asked for. */
export async function readHeader(node: Transport, id: BlockId): Promise<KnownBlock> {
  const path = `/eth/v1/beacon/headers/${id}`;
  const { data } = await getJson(node, path, headerAnswer);
  const { message } = data.header;
  const header: BeaconHeader = {
    slot: message.slot,
    proposerIndex: message.proposer_index,
    parentRoot: message.parent_root,
    stateRoot: message.state_root,
    bodyRoot: message.body_root,
  };
  const root = headerRoot(header);
  if (root !== data.root) {
    throw unread(
      node,
      path,
      `it says that the block's root is ${data.root}, and its header hashes to ${root}`,
      "garbled",
    );
  }
  if (id.toString().startsWith("0x") && root !== id.toString().toLowerCase()) {
    throw unread(node, path, `the header of another block came, ${root}`, "garbled");
  }
  if (typeof id === "bigint" && header.slot !== id) {
    throw unread(node, path, `the header of slot ${header.slot} came`, "garbled");
  }
  return { root, header };
}

/** A node whose newest block is older lags. [seconds] */
const MOST_BEHIND = 600n;

/**
 * The newest block that the node knows.
 * @param now [unix seconds]
 * @throws UnreadableError if it is too old for the node to be of use.
 */
export async function readHead(node: Transport, network: BeaconNetwork, now: bigint): Promise<KnownBlock> {
  const head = await readHeader(node, "head");
  const behind = now - timeOfSlot(network, head.header.slot);
  if (behind <= MOST_BEHIND) return head;
  const words = `its newest block is of slot ${head.header.slot}, ${behind} seconds ago: it lags`;
  throw unread(node, "/eth/v1/beacon/headers/head", words, "behind");
}

/** [unix seconds] */
export const timeOfSlot = ({ genesisTime, secondsPerSlot }: BeaconNetwork, slot: bigint): bigint =>
  genesisTime + slot * secondsPerSlot;

/**
 * Reads the state of a block as it goes by, and makes sure that it is the one whose root the header has.
 * @throws UnreadableError if any other state came, or a part of one.
 */
export async function readStateOf(
  node: Transport,
  { header }: KnownBlock,
  wanted: WantedValidators,
  onProgress: (progress: StateProgress) => void = () => undefined,
): Promise<ReadState> {
  const { path, answer } = await openState(node, header);
  const { headers, chunks, size, cancel } = answer;
  const version = headers.get("eth-consensus-version")?.toLowerCase();
  if (version === undefined || !isForkName(version)) {
    await cancel();
    const words =
      version === undefined
        ? "it does not say of which fork the state is (Eth-Consensus-Version)"
        : `the state is of the fork ${quoted(version)}, for which there is no layout: nothing can be proven of it`;
    throw unread(node, path, words, "unsupported");
  }
  const checkSlot = (slot: number): void => {
    if (BigInt(slot) === header.slot) return;
    throw unread(node, path, `the state of slot ${slot} came, and slot ${header.slot} was asked for`, "garbled");
  };
  let state: ReadState;
  try {
    state = await readState(version, chunks, wanted, {
      checkSlot,
      onProgress: (read) => {
        onProgress({ read, total: size });
      },
    });
  } catch (error) {
    if (!(error instanceof SszError)) throw error;
    throw unread(node, path, `what came is no state of ${version}: ${error.message}`, "garbled", error);
  }
  if (state.root === header.stateRoot) return state;
  throw unread(node, path, `the state that came has the root ${state.root}`, "garbled");
}

/**
 * By its root, and by the slot where a node does not know that: some look a root up in their newest state, which does not
 * tell its own.
 */
async function openState(
  node: Transport,
  { stateRoot, slot }: BeaconHeader,
): Promise<{ path: string; answer: BytesAnswer }> {
  const pathOf = (id: string | bigint): string => `/eth/v2/debug/beacon/states/${id}`;
  const [byRoot, bySlot] = [pathOf(stateRoot), pathOf(slot)];
  try {
    return { path: byRoot, answer: await getBytesOf(node, byRoot) };
  } catch (error) {
    if (!(error instanceof UnreadableError) || error.trouble !== "forgotten") throw error;
    return { path: bySlot, answer: await getBytesOf(node, bySlot) };
  }
}
