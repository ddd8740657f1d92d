import { SentenceError } from "../../src/protocol/errors.js";
import { formatAmount, formatTime } from "../../src/protocol/format.js";
import { readHead } from "../../src/staking/beaconNode/beaconNode.js";
import { AT_ANY_AGE, DAILY, proveCheckpoints, type CheckpointOutcome } from "../../src/staking/prover/checkpoint.js";
import { finaliseQueue, type FinalisedQueue } from "../../src/staking/prover/finalise.js";
import { readOperators } from "../../src/staking/prover/pool.js";
import { readTime } from "../../src/staking/prover/prover.js";
import { openOutput } from "../../src/terminal/output.js";
import { repeat } from "../../src/terminal/repeat.js";
import { stopOnSignal } from "../../src/terminal/stopOnSignal.js";
import { readNumber } from "../readOption.js";
import type { Verb } from "../verb.js";
import { UNREAD } from "../withSentences.js";
import { openProver, type OpenedProver, type ProverArguments } from "./openProver.js";

interface Arguments extends ProverArguments {
  watch: boolean;
  every: string | undefined;
  json: string | undefined;
}

/** Between two looks: an ordinary beacon node forgets a state about a quarter of an hour after its block. [seconds] */
const EVERY = 600n;

type Print = (text: string) => void;

const checkpoint: Verb<Arguments> = async ({ watch, every, json, ...args }, hre) => {
  if (watch && json !== undefined) throw new SentenceError("--json is for one look, without --watch.");
  const interval = Number(every === undefined ? EVERY : readNumber(every, "every")) * 1_000;
  if (interval === 0 || (every !== undefined && !watch)) {
    throw new SentenceError("--every is for --watch: at least a second, like 600.");
  }
  const { print, data } = openOutput(json);
  const opened = await openProver(hre, args, "placed", print);
  if (watch) {
    await keepChecking(opened, interval, print);
    return;
  }
  const { prover, operators } = opened;
  const outcomes = await proveCheckpoints(prover, operators, AT_ANY_AGE);
  if (outcomes.length === 0) print("No operator has keys or ETH in its vault.");
  tellOutcomes(outcomes, print);
  const watermark = await prover.contracts.registry.watermark();
  print(`Everybody is checked since ${formatTime(watermark)}.`);
  const finalised = await finaliseQueue(prover);
  tellFinalised(finalised, print);
  if (outcomes.some((one) => !one.isFinished)) {
    process.stderr.write(
      "What is not finished is started anew where the chain allows it: an hour after it was started, if nobody has proven " +
        "anything. Run the command again then, or with --watch.\n",
    );
    // Not everything was proven.
    process.exitCode = UNREAD;
  }
  await data({ outcomes, watermark, finalised });
};

/** Looks until a signal comes. Tells what it does, and what is new about what it cannot do. */
async function keepChecking({ prover, which }: OpenedProver, interval: number, print: Print): Promise<void> {
  const stop = stopOnSignal();
  const told = new Set<string>();
  const tellOnce: Print = (text) => {
    if (!told.has(text)) print(text);
    told.add(text);
  };
  const look = async (): Promise<void> => {
    await readHead(prover.node, prover.network, await readTime(prover));
    const outcomes = await proveCheckpoints(prover, await readOperators(prover.contracts, which), DAILY);
    tellOutcomes(outcomes, tellOnce);
    tellFinalised(await finaliseQueue(prover), tellOnce);
  };
  print(`Looking every ${interval / 1_000} seconds.`);
  try {
    await repeat(look, interval, stop);
  } finally {
    stop.release();
  }
}

function tellOutcomes(outcomes: readonly CheckpointOutcome[], print: Print): void {
  for (const { operatorId, number, proven, reason } of outcomes) {
    const what = `operator ${operatorId}: checkpoint ${number} is`;
    print(
      reason === undefined
        ? `${what} finished, ${proven} keys were proven here.`
        : `${what} not finished. ${reason.replace(/\.$/, "")}.`,
    );
  }
}

function tellFinalised({ shares, assets, refusal }: FinalisedQueue, print: Print): void {
  if (shares > 0n) print(`${formatAmount(assets)} ETH can be claimed by those who waited for it.`);
  if (refusal !== undefined) print(`Somebody waits, and is not paid yet: ${refusal}.`);
}

export default checkpoint;
