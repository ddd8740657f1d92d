import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { ForkName } from "../../../src/staking/stream/stateTypes.js";
import type { BeaconChain } from "./chain.js";
import { FAR_FUTURE, SECONDS_PER_SLOT, SLOTS_PER_EPOCH } from "./constants.js";
import type { BeaconHeader } from "./ssz.js";
import type { PendingDeposit, ValidatorRecord } from "./state.js";
import { serializeState } from "./stateBytes.js";

/** A block and its state, which is made piece by piece when somebody asks for it. */
export interface ServedBlock {
  readonly fork: ForkName;
  readonly root: string;
  readonly header: BeaconHeader;
  readonly pieces: () => Iterable<Uint8Array>;
  /** Of the state, if the server is to tell it. [bytes] */
  readonly size?: number;
}

export interface ServedChain {
  /** In order, as they are when somebody asks. */
  readonly blocks: () => readonly ServedBlock[];
  /** [unix seconds] */
  readonly genesisTime: number;
  readonly chainId?: number;
  /**
   * How old the oldest state is that the server has, as a node that is no archive: it keeps those since the last finalised
   * block, and forgets them soon after. All of them if not told. [epochs]
   */
  readonly statesKept?: number;
  /** Those of the newest state, for whoever asks for some by their keys. */
  readonly validators?: () => readonly ValidatorRecord[];
  /** Deposits that the newest state has not processed. */
  readonly pendingDeposits?: () => readonly PendingDeposit[];
}

/** Two until a block is final, and some more. [epochs] */
export const ORDINARY = 4;

/** How the server does what it should not. */
export interface Fault {
  /** Another status, with the API's own form of an error, or another body. */
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Other data in JSON. */
  readonly change?: (data: Record<string, unknown>) => unknown;
  /** Another state. */
  readonly pieces?: () => Iterable<Uint8Array>;
  /** Breaks the line after so many bytes. */
  readonly breakAfter?: number;
  /** Says nothing any more after so many bytes. */
  readonly hangAfter?: number;
}

export interface BeaconServer {
  readonly url: string;
  /** What was asked for. */
  readonly requests: string[];
  /** Lets the server misbehave where the path contains `part`. */
  readonly misbehave: (part: string, fault: Fault) => void;
  readonly behave: () => void;
  readonly close: () => Promise<void>;
}

/** The chain of the model, as a server serves it. */
export const servedBlocks = (chain: BeaconChain): ServedBlock[] =>
  chain.blocks.map(({ fork, root, header, state }) => ({
    fork,
    root,
    header,
    pieces: () => [serializeState(fork, state)],
  }));

/** A beacon node's standard API on loopback, as far as provers need it, over blocks that a test has made. */
export async function serveBeacon(chain: ServedChain): Promise<BeaconServer> {
  const requests: string[] = [];
  const faults = new Map<string, Fault>();
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push(path);
    const fault = [...faults].find(([part]) => path.includes(part))?.[1] ?? {};
    answer(chain, request, response, fault).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    misbehave: (part, fault) => faults.set(part, fault),
    behave: () => {
      faults.clear();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(
  chain: ServedChain,
  { url = "", headers }: IncomingMessage,
  response: ServerResponse,
  fault: Fault,
): Promise<void> {
  if (fault.status !== undefined || fault.body !== undefined) {
    const status = fault.status ?? 200;
    response.writeHead(status, { "content-type": "application/json", ...fault.headers });
    response.end(fault.body ?? JSON.stringify({ code: status, message: `status ${status} of the test` }));
    return;
  }
  const [, kind = "", id = ""] =
    /^\/eth\/v[12]\/(beacon\/genesis|config\/spec|beacon\/headers|beacon\/states\/head\/(?:validators|pending_deposits)|debug\/beacon\/states)\/?(.*)$/.exec(
      url,
    ) ?? [];
  if (kind === "debug/beacon/states") {
    const block = findBlock(chain, id);
    if (block === undefined || isForgotten(chain, block) || headers.accept !== "application/octet-stream") {
      notFound(response, "State not found");
      return;
    }
    await sendState(response, block, fault);
    return;
  }
  if (kind === "beacon/states/head/validators") {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ data: listValidators(chain, id) }));
    return;
  }
  if (kind === "beacon/states/head/pending_deposits") {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ version: "fulu", data: listPending(chain) }));
    return;
  }
  const data = dataFor(chain, kind, id);
  if (data === undefined) {
    notFound(response, "NOT_FOUND: beacon block");
    return;
  }
  const text = JSON.stringify({ execution_optimistic: false, finalized: false, data: fault.change?.(data) ?? data });
  response.writeHead(200, { "content-type": "application/json" });
  if (fault.hangAfter !== undefined) response.write(text.slice(0, fault.hangAfter));
  else if (fault.breakAfter !== undefined) {
    response.write(text.slice(0, fault.breakAfter), () => response.destroy());
  } else response.end(text);
}

function notFound(response: ServerResponse, message: string): void {
  response.writeHead(404, { "content-type": "application/json" });
  response.end(JSON.stringify({ code: 404, message }));
}

function findBlock({ blocks }: ServedChain, id: string): ServedBlock | undefined {
  const all = blocks();
  if (id === "head") return all.at(-1);
  if (id === "finalized") return all.at(-3);
  return all.find(({ root, header }) => root === id || header.stateRoot === id || header.slot.toString() === id);
}

function isForgotten({ blocks, statesKept = Infinity }: ServedChain, { header }: ServedBlock): boolean {
  const head = blocks().at(-1)?.header.slot ?? 0;
  return head - header.slot > statesKept * SLOTS_PER_EPOCH;
}

/** Of the API's many fields, those that name a validator. */
const listValidators = ({ validators }: ServedChain, query: string) => {
  const ids = new Set(query.replace("?id=", "").split(","));
  const found = (validators?.() ?? []).filter(({ pubkey }) => ids.has(pubkey));
  return found.map(({ pubkey, withdrawalCredentials: withdrawal_credentials, slashed, exitEpoch }, index) => ({
    index: index.toString(),
    status: "pending_initialized",
    validator: { pubkey, withdrawal_credentials, slashed, exit_epoch: toUint64(exitEpoch) },
  }));
};

const toUint64 = (epoch: number): string => (epoch === FAR_FUTURE ? 2n ** 64n - 1n : epoch).toString();

const listPending = ({ pendingDeposits }: ServedChain) =>
  (pendingDeposits?.() ?? []).map(({ pubkey, withdrawalCredentials, amount, signature, slot }) => ({
    pubkey,
    withdrawal_credentials: withdrawalCredentials,
    amount: amount.toString(),
    signature,
    slot: slot.toString(),
  }));

function dataFor(chain: ServedChain, kind: string, id: string): Record<string, unknown> | undefined {
  switch (kind) {
    case "beacon/genesis":
      return {
        genesis_time: chain.genesisTime.toString(),
        genesis_validators_root: `0x${"9e".repeat(32)}`,
        genesis_fork_version: "0x10000038",
      };
    case "config/spec":
      return {
        PRESET_BASE: "mainnet",
        CONFIG_NAME: "model",
        DEPOSIT_CHAIN_ID: (chain.chainId ?? 31337).toString(),
        DEPOSIT_CONTRACT_ADDRESS: "0x00000000219ab540356cBB839Cbe05303d7705Fa",
        SECONDS_PER_SLOT: SECONDS_PER_SLOT.toString(),
        SLOTS_PER_EPOCH: SLOTS_PER_EPOCH.toString(),
        BLOB_SCHEDULE: [{ EPOCH: "0", MAX_BLOBS_PER_BLOCK: "9" }],
      };
    case "beacon/headers": {
      const block = findBlock(chain, id);
      return block && headerData(block);
    }
    default:
      return undefined;
  }
}

const headerData = ({ root, header }: ServedBlock) => ({
  root,
  canonical: true,
  header: {
    message: {
      slot: header.slot.toString(),
      proposer_index: header.proposerIndex.toString(),
      parent_root: header.parentRoot,
      state_root: header.stateRoot,
      body_root: header.bodyRoot,
    },
    signature: `0x${"00".repeat(96)}`,
  },
});

async function sendState(response: ServerResponse, block: ServedBlock, fault: Fault): Promise<void> {
  const headers: Record<string, string> = {
    "content-type": "application/octet-stream",
    "eth-consensus-version": block.fork,
    ...(block.size === undefined ? {} : { "content-length": block.size.toString() }),
    ...fault.headers,
  };
  response.writeHead(200, Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== "")));
  const limit = fault.breakAfter ?? fault.hangAfter ?? Infinity;
  let sent = 0;
  for (const piece of (fault.pieces ?? block.pieces)()) {
    const part = piece.subarray(0, limit - sent);
    sent += part.length;
    // Waits where the reader is slow, so that nothing piles up here.
    if (!response.write(part)) await once(response, "drain");
    if (sent < limit) continue;
    if (fault.breakAfter !== undefined) response.destroy();
    return;
  }
  response.end();
}
