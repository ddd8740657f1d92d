import { chooseDeployment } from "../src/deployment/choose.js";
import { readPositionOf } from "../src/protocol/position.js";
import { listAccountCommands } from "../src/status/accountCommands.js";
import { listOpenCommands } from "../src/status/openCommands.js";
import { readStatus } from "../src/status/readStatus.js";
import { renderAccount } from "../src/status/renderAccount.js";
import { renderStatus } from "../src/status/renderStatus.js";
import { formatTime } from "../src/protocol/format.js";
import { visible } from "../src/protocol/visible.js";
import { openOutput } from "../src/terminal/output.js";
import { readAddress } from "./committee/options.js";
import { connectReading, refusePassingChain } from "./connect.js";
import { tellProgress } from "./progress.js";
import type { Verb } from "./verb.js";
import { UNREAD } from "./withSentences.js";

interface Arguments {
  dao: string | undefined;
  account: string | undefined;
  json: string | undefined;
}

const status: Verb<Arguments> = async ({ dao, account, json }, hre) => {
  const { print, data } = openOutput(json);
  const whose = account === undefined ? undefined : readAddress(account, "account");
  const { connection, place } = await connectReading(hre);
  refusePassingChain(connection);
  const deployment = await chooseDeployment(place, dao, connection.networkName);
  const now = await readStatus(deployment, place.provider, tellProgress());
  const { number, timestamp } = now.block;
  print(
    `${visible(now.name)} on ${connection.networkName}, chain ${now.chain}, block ${number}, ${formatTime(timestamp)}\n`,
  );
  print(renderStatus(now));
  const found = { deployment, provider: place.provider, block: now.block, onProgress: tellProgress() };
  const position = whose === undefined ? undefined : await readPositionOf(whose, found);
  if (position !== undefined) print(`\n${renderAccount(position, now)}`);
  // What is shown may not be all there is.
  if (now.gaps.length > 0) process.exitCode = UNREAD;
  const own = position && { account: { ...position, commands: listAccountCommands(position, now) } };
  await data({ dao: deployment.dao, addresses: deployment.addresses, ...now, commands: listOpenCommands(now), ...own });
};

export default status;
