import { fork as forkProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { readHeader, readStateOf } from "../../../src/staking/beaconNode/beaconNode.js";
import { openTransport } from "../../../src/staking/beaconNode/transport.js";
import { proveState } from "../../../src/staking/proveState.js";
import { isForkName, STATES, type ForkName } from "../../../src/staking/stream/stateTypes.js";
import { serveBeacon } from "./beaconServer.js";
import { somePubkey } from "./depositData.js";
import { hugeState } from "./hugeState.js";
import { CREDENTIALS, makeState } from "./proofs.js";
import { rootOfHeader } from "./ssz.js";
import { hugeStateBytes, serializeState } from "./stateBytes.js";
import { newValidator } from "./state.js";
import { eth, GENESIS_TIME } from "./world.js";

/**
 * What it takes to read a state of many validators: one process serves it piece by piece, another reads it and proves
 * fields and balances of 256 of its validators.
 *
 *     npx tsx test/helpers/consensus/measureState.ts fulu 1000000
 */
export interface Measurement {
  readonly fork: ForkName;
  readonly validators: number;
  /** [bytes] */
  readonly size: number;
  /** Of the process that reads, at its peak. [bytes] */
  readonly memory: number;
  /** [seconds] */
  readonly time: number;
  readonly nodes: number;
}

const OURS = `0x02${"00".repeat(11)}${"ee".repeat(20)}`;
const KEYS = 256;

export async function measureState(fork: ForkName, validators: number): Promise<Measurement> {
  const server = start("serve", fork, validators.toString());
  try {
    const [url] = (await once(server, "message")) as [string];
    const reader = start("read", fork, url);
    const [[measured]] = (await Promise.all([once(reader, "message"), once(reader, "exit")])) as [
      [Omit<Measurement, "fork" | "validators">],
      unknown,
    ];
    return { fork, validators, ...measured };
  } finally {
    server.kill();
  }
}

const start = (...args: readonly string[]) =>
  forkProcess(fileURLToPath(import.meta.url), args, { execArgv: ["--import", "tsx"] });

async function serve(fork: ForkName, length: number): Promise<void> {
  const { layout } = STATES[fork];
  const usual = newValidator(somePubkey(1), CREDENTIALS, eth(32));
  const ours = newValidator(somePubkey(2), OURS, eth(33));
  const named = new Map(Array.from({ length: KEYS }, (_, key) => [Math.floor((key * length) / KEYS), ours]));
  const base = serializeState(fork, makeState(layout, []).node);
  const header = {
    slot: 12_345_678,
    proposerIndex: 1,
    parentRoot: `0x${"01".repeat(32)}`,
    stateRoot: hugeState(layout, length, usual, named).root,
    bodyRoot: `0x${"02".repeat(32)}`,
  };
  const pieces = () =>
    hugeStateBytes(
      fork,
      base,
      length,
      (index) => named.get(index) ?? usual,
      (index) => named.get(index)?.balance ?? 32_012_345_678n,
    );
  const block = { fork, root: rootOfHeader(header), header, pieces };
  const { url } = await serveBeacon({ blocks: () => [block], genesisTime: GENESIS_TIME });
  process.send?.(url);
}

async function read(url: string): Promise<void> {
  const began = performance.now();
  const node = openTransport(url);
  let size = 0;
  const state = await readStateOf(
    node,
    await readHeader(node, "head"),
    { withdrawalCredentials: [OURS] },
    (progress) => {
      size = progress.read;
    },
  );
  const indices = state.found.map(({ index }) => index);
  if (indices.length !== KEYS) throw new Error(`${indices.length} validators were found`);
  proveState(state.tree, state.layout, { fields: indices, balances: indices });
  const time = (performance.now() - began) / 1000;
  process.send?.({ size, time, memory: process.resourceUsage().maxRSS * 1024, nodes: state.nodeCount });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first = "", second = "", third = ""] = process.argv.slice(2);
  if (first === "serve" && isForkName(second)) await serve(second, Number(third));
  else if (first === "read") await read(third);
  else if (isForkName(first)) process.stdout.write(`${JSON.stringify(await measureState(first, Number(second)))}\n`);
}
