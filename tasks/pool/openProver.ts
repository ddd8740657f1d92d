import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SentenceError } from "../../src/protocol/errors.js";
import { readHead, readNetworkOf, type StateProgress } from "../../src/staking/beaconNode/beaconNode.js";
import { openTransport } from "../../src/staking/beaconNode/transport.js";
import type { LogRange } from "../../src/staking/prover/vaultLogs.js";
import type { WhichOperators } from "../../src/protocol/state/operators.js";
import { readOperators, type OperatorState } from "../../src/staking/prover/pool.js";
import type { Prover } from "../../src/staking/prover/prover.js";
import { RUN_AGAIN } from "../../src/sending/sendCalls.js";
import { readNumber } from "../readOption.js";
import { tellProgress } from "../progress.js";
import { sendTelling } from "../sending.js";
import { openSendingPool, readIds, type SendingPoolArguments } from "./open.js";

export interface ProverArguments extends SendingPoolArguments {
  readonly beacon: string | undefined;
  readonly operators: string | undefined;
  readonly batch: string | undefined;
  readonly since?: string | undefined;
}

export interface OpenedProver {
  readonly prover: Prover;
  readonly operators: readonly OperatorState[];
  /** Those, as they are named. */
  readonly which: WhichOperators;
  /** Where the pool's logs are. */
  readonly range: LogRange;
}

const USUAL_BATCH = 32n;
const MOST_IN_BATCH = 256n;

/**
 * The pool, its operators, and a beacon node of the same network that keeps up.
 * @param usual Which operators, if none are named.
 */
export async function openProver(
  hre: HardhatRuntimeEnvironment,
  { beacon, operators: ids, batch, since, again, ...pool }: ProverArguments,
  usual: "all" | "placed",
  print: (line: string) => void,
): Promise<OpenedProver> {
  if (beacon === undefined)
    throw new SentenceError("Which beacon node? Give its address with --beacon, like http://127.0.0.1:5052.");
  const size = batch === undefined ? USUAL_BATCH : readNumber(batch, "batch");
  if (size < 1n || size > MOST_IN_BATCH) throw new SentenceError(`--batch: ${size} is not from 1 to ${MOST_IN_BATCH}.`);
  const from = since === undefined ? undefined : Number(readNumber(since, "since"));
  const node = openTransport(beacon);
  const { provider, contracts, first, firstBlock } = await openSendingPool(hre, pool);
  const { chainId } = await provider.getNetwork();
  const network = await readNetworkOf(node, chainId);
  const latest = await provider.getBlock("latest");
  await readHead(node, network, BigInt(latest?.timestamp ?? 0));
  const prover: Prover = {
    provider,
    contracts,
    node,
    network,
    sender: first.address,
    batch: Number(size),
    send: sendTelling({ provider: provider, account: first.address }, print, { advice: RUN_AGAIN, isAgain: again }),
    onProgress: tellState(),
  };
  const which = readIds(ids) ?? usual;
  return {
    prover,
    operators: await readOperators(contracts, which),
    which,
    range: { since: from ?? firstBlock, onProgress: tellProgress() },
  };
}

/** What takes no longer needs no word. [ms] */
const QUIET = 5_000;
const MEGABYTE = 1_000_000;

/** Tells on standard error how far a state has come, now and then. */
function tellState(): (progress: StateProgress) => void {
  let told = Date.now();
  return ({ read, total }) => {
    if (Date.now() - told < QUIET) return;
    told = Date.now();
    const of = total === undefined ? "" : ` of ${Math.ceil(total / MEGABYTE)}`;
    process.stderr.write(`Reading the state: ${Math.floor(read / MEGABYTE)}${of} MB …\n`);
  };
}
