import { chooseDeployment } from "../src/deployment/choose.js";
import { readStatus } from "../src/status/readStatus.js";
import { renderStatus } from "../src/status/render.js";
import { formatTime } from "../src/protocol/format.js";
import { openOutput } from "../src/terminal/output.js";
import { connect, refusePassingChain } from "./connect.js";
import type { Verb } from "./verb.js";

interface Arguments {
  dao: string | undefined;
  json: string | undefined;
}

const status: Verb<Arguments> = async ({ dao, json }, hre) => {
  const { connection, place } = await connect(hre);
  refusePassingChain(connection);
  const deployment = await chooseDeployment(place, dao, connection.networkName);
  const { print, data } = openOutput(json);
  const now = await readStatus(deployment, place.provider);
  const { number, timestamp } = now.block;
  print(`${now.name} on ${connection.networkName}, chain ${now.chain}, block ${number}, ${formatTime(timestamp)}\n`);
  print(renderStatus(now));
  await data({ dao: deployment.dao, addresses: deployment.addresses, ...now });
};

export default status;
