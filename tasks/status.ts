import { chooseDeployment } from "../src/deployment/choose.js";
import { readPositionOf } from "../src/protocol/position.js";
import { listAccountCommands } from "../src/status/accountCommands.js";
import { listOpenCommands } from "../src/status/openCommands.js";
import { readVersion } from "../src/status/version.js";
import { readStatus } from "../src/status/readStatus.js";
import { renderAccount } from "../src/status/renderAccount.js";
import { renderStatus } from "../src/status/renderStatus.js";
import { SentenceError } from "../src/protocol/errors.js";
import { formatTime } from "../src/protocol/format.js";
import { visible } from "../src/protocol/visible.js";
import { openOutput } from "../src/terminal/output.js";
import { refresh } from "../src/terminal/refresh.js";
import { stopOnSignal } from "../src/terminal/stopOnSignal.js";
import { runWatch } from "../src/watch/run.js";
import { readAddress } from "./readOption.js";
import { connectReading, refusePassingChain } from "./connect.js";
import { readEvery, waitAfter } from "./every.js";
import { tellProgress } from "./progress.js";
import type { Verb } from "./verb.js";
import { UNREAD } from "./withSentences.js";

interface Arguments {
  dao: string | undefined;
  account: string | undefined;
  watch: boolean;
  every: string | undefined;
  json: string | undefined;
}

/** Clears the terminal, and begins at its top. */
const CLEAR = "\u001b[2J\u001b[3J\u001b[H";

const status: Verb<Arguments> = async ({ dao, account, watch, every, json }, hre) => {
  if (watch && json !== undefined) {
    throw new SentenceError("--watch shows a screen; npx hardhat tribune watch --json - writes what changes as data.");
  }
  const interval = readEvery(every);
  if (every !== undefined && !watch) throw new SentenceError("--every is for --watch.");
  const { print, data } = openOutput(json);
  const whose = account === undefined ? undefined : readAddress(account, "account");
  const { connection, place } = await connectReading(hre);
  refusePassingChain(connection);
  const { provider } = place;
  const deployment = await chooseDeployment(place, dao, connection.networkName);

  const read = async () => {
    const now = await readStatus(deployment, provider, tellProgress());
    const found = { deployment, provider, block: now.block, onProgress: tellProgress() };
    return { now, position: whose === undefined ? undefined : await readPositionOf(whose, found) };
  };
  const show = ({ now, position }: Awaited<ReturnType<typeof read>>): void => {
    const { number, timestamp } = now.block;
    print(
      `${visible(now.name)} on ${connection.networkName}, chain ${now.chain}, block ${number}, ${formatTime(timestamp)}\n`,
    );
    print(renderStatus(now));
    if (position !== undefined) print(`\n${renderAccount(position, now)}`);
  };
  const complain = (sentence: string): void => {
    process.stderr.write(`${visible(sentence)}\n`);
  };

  if (!watch) {
    const { now, position } = await read();
    show({ now, position });
    // What is shown may not be all there is.
    if (now.gaps.length > 0) process.exitCode = UNREAD;
    const own = position && { account: { ...position, commands: listAccountCommands(position, now) } };
    await data({
      ...{ dao: deployment.dao, addresses: deployment.addresses, ...now },
      ...{ commands: listOpenCommands(now), ...own },
    });
    return;
  }
  const stop = stopOnSignal();
  try {
    if (process.stdout.isTTY) {
      const showFresh = async (): Promise<void> => {
        const fresh = await read();
        process.stdout.write(CLEAR);
        show(fresh);
      };
      await refresh({ version: () => readVersion(provider), show: showFresh, complain }, interval, stop);
      return;
    }
    // Nobody reads a screen that is not there: what changes is enough.
    show(await read());
    const { addresses, firstBlock } = deployment;
    const start = { memory: undefined, outbox: [] };
    await runWatch({ provider, addresses, firstBlock }, start, {
      tell: ({ block, text }) => {
        print(`block ${block}  ${text}`);
      },
      complain,
      wait: (failures) => stop.wait(waitAfter(failures, interval)),
      isStopped: () => stop.isStopped(),
    });
  } finally {
    stop.release();
  }
};

export default status;
