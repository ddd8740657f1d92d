import { formatEther, formatUnits, parseEther, parseUnits } from "ethers";

import { chooseDeployment } from "../../src/deployment/choose.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { readParticipant } from "../../src/protocol/plans/participant.js";
import { visible } from "../../src/protocol/visible.js";
import { wait } from "../../src/deployment/confirmations.js";
import { lineWriter } from "../../src/terminal/lines.js";
import { checkWritable, toPrintable } from "../../src/terminal/output.js";
import { stopOnSignal } from "../../src/terminal/stopOnSignal.js";
import { readCheckpoint, writeCheckpoint, type Checkpoint } from "../../src/watch/checkpoint.js";
import { Attempts, type KeeperMemory } from "../../src/watch/attempts.js";
import { actOn } from "../../src/watch/keeper.js";
import type { WatchEdges } from "../../src/watch/edges.js";
import { runWatch } from "../../src/watch/run.js";
import type { Bounds } from "../../src/watch/sendBounded.js";
import { parseWebhook, postEvent } from "../../src/watch/webhook.js";
import { readEvery, waitAfter } from "../every.js";
import { readEther, readGwei } from "../readOption.js";
import { connect, connectReading, refusePassingChain, type Connected } from "../connect.js";
import { sendingAccount } from "../participate/sendingAccount.js";
import type { Verb } from "../verb.js";

interface Arguments {
  act: boolean;
  once: boolean;
  account: string | undefined;
  maxGasPrice: string | undefined;
  minBalance: string | undefined;
  webhook: string | undefined;
  checkpoint: string | undefined;
  every: string | undefined;
  dao: string | undefined;
  json: string | undefined;
}

/** Unless other bounds are given. */
const DEFAULTS = { maxGasPrice: parseUnits("50", "gwei"), minBalance: parseEther("0.05") };
/** A transaction that takes longer is looked for again in the next round. [ms] */
const PATIENCE = 120_000;

const watch: Verb<Arguments> = async (args, hre) => {
  const { json, checkpoint: file, once } = args;
  const bounds = readBounds(args);
  const every = readEvery(args.every);
  // Not on the command line, where others may see it in the list of processes.
  const address = args.webhook ?? process.env.TRIBUNE_WEBHOOK;
  const url = address === undefined ? undefined : parseWebhook(address);
  if (file !== undefined) checkWritable(file);
  if (json !== undefined && json !== "-") checkWritable(json);

  const connected = await (args.act ? connect(hre) : connectReading(hre));
  const { connection, place } = connected;
  refusePassingChain(connection);
  const deployment = await chooseDeployment(place, args.dao, connection.networkName);
  const { addresses, firstBlock, dao } = deployment;
  const whose = { chain: place.chain.id, timelock: addresses.timelock };
  const found = file === undefined ? undefined : await readCheckpoint(file, whose);
  const say = (text: string) => {
    const stream = json === "-" ? process.stderr : process.stdout;
    stream.write(`${toPrintable(text, stream.isTTY && !process.env.NO_COLOR)}\n`);
  };
  let kept: Checkpoint | undefined = found;
  const keep = async (fresh: Partial<Checkpoint>): Promise<void> => {
    if (file === undefined) return;
    kept = { ...whose, outbox: [], ...kept, ...fresh } as Checkpoint;
    await writeCheckpoint(file, kept);
  };
  // One that cannot be written keeps nobody from acting: the watch's own next save says so.
  const attempts = new Attempts(found?.keeper, (keeper: KeeperMemory) => keep({ keeper }).catch(() => undefined));
  const complain = (sentence: string): void => {
    process.stderr.write(`${visible(sentence)}\n`);
  };
  const write = json === undefined || json === "-" ? undefined : lineWriter(json, complain);
  const stop = stopOnSignal();
  const { isStopped } = stop;
  try {
    const edges: WatchEdges = {
      tell: (event) => {
        say(`block ${event.block}  ${event.text.replaceAll("\n", "\n  ")}`);
        const line = JSON.stringify(event);
        if (json === "-") process.stdout.write(`${line}\n`);
        else write?.(line);
      },
      complain,
      deliver: url && ((event) => postEvent({ url, about: { dao, chain: place.chain.id } }, event, { fetch, wait })),
      save: file === undefined ? undefined : (memory, outbox) => keep({ memory, outbox, keeper: attempts.memory }),
      act: args.act
        ? await keeper(connected, args.account, deployment, { ...bounds, isStopped }, attempts, say)
        : undefined,
      wait: (failures) => stop.wait(waitAfter(failures, every)),
      isStopped,
    };
    const start = { memory: found?.memory, outbox: found?.outbox ?? [] };
    await runWatch({ provider: place.provider, addresses, firstBlock }, start, edges, once);
  } finally {
    stop.release();
  }
};

function readBounds({ act, account, maxGasPrice, minBalance }: Arguments): Bounds {
  if (!act && (account ?? maxGasPrice ?? minBalance) !== undefined) {
    throw new SentenceError("--account, --max-gas-price and --min-balance are for --act.");
  }
  return {
    patience: PATIENCE,
    maxGasPrice: maxGasPrice === undefined ? DEFAULTS.maxGasPrice : readGwei(maxGasPrice, "max-gas-price"),
    minBalance: minBalance === undefined ? DEFAULTS.minBalance : readEther(minBalance, "min-balance"),
  };
}

async function keeper(
  connected: Connected,
  given: string | undefined,
  deployment: Parameters<typeof readParticipant>[0],
  bounds: Bounds,
  attempts: Attempts,
  say: (text: string) => void,
): Promise<WatchEdges["act"]> {
  const { place } = connected;
  const account = await sendingAccount(connected, given);
  say(
    `Acting as ${account}: gas up to ${formatUnits(bounds.maxGasPrice, "gwei")} gwei, and ${formatEther(bounds.minBalance)} ETH stay.`,
  );
  return async (view) => {
    const participant = await readParticipant(deployment, place.provider, account);
    return await actOn(view, participant, bounds, attempts);
  };
}

export default watch;
