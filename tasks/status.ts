import { chooseDeployment } from "../src/deployment/choose.js";
import { listOpenCommands } from "../src/status/openCommands.js";
import { readStatus } from "../src/status/readStatus.js";
import { renderStatus } from "../src/status/renderStatus.js";
import { formatTime } from "../src/protocol/format.js";
import { visible } from "../src/protocol/visible.js";
import { openOutput } from "../src/terminal/output.js";
import { connectReading, refusePassingChain } from "./connect.js";
import { tellProgress } from "./progress.js";
import type { Verb } from "./verb.js";
import { UNREAD } from "./withSentences.js";

interface Arguments {
  dao: string | undefined;
  json: string | undefined;
}

const status: Verb<Arguments> = async ({ dao, json }, hre) => {
  const { print, data } = openOutput(json);
  const { connection, place } = await connectReading(hre);
  refusePassingChain(connection);
  const deployment = await chooseDeployment(place, dao, connection.networkName);
  const now = await readStatus(deployment, place.provider, tellProgress());
  const { number, timestamp } = now.block;
  print(
    `${visible(now.name)} on ${connection.networkName}, chain ${now.chain}, block ${number}, ${formatTime(timestamp)}\n`,
  );
  print(renderStatus(now));
  // What is shown may not be all there is.
  if (now.gaps.length > 0) process.exitCode = UNREAD;
  await data({ dao: deployment.dao, addresses: deployment.addresses, ...now, commands: listOpenCommands(now) });
};

export default status;
