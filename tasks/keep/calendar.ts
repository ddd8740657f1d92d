import { renderCalendar } from "../../src/calendar/icalendar.js";
import { chooseDeployment } from "../../src/deployment/choose.js";
import { listMoments } from "../../src/protocol/calendar.js";
import { SentenceError, UnreadableError } from "../../src/protocol/errors.js";
import { readPositionOf } from "../../src/protocol/position.js";
import { visible } from "../../src/protocol/visible.js";
import { describeMoment } from "../../src/status/moment.js";
import { readStatus } from "../../src/status/readStatus.js";
import { checkWritable, openOutput, writeWhole } from "../../src/terminal/output.js";
import { readAddress } from "../readOption.js";
import { connectReading, refusePassingChain } from "../connect.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";

interface Arguments {
  out: string | undefined;
  account: string | undefined;
  dao: string | undefined;
  json: string | undefined;
}

const calendar: Verb<Arguments> = async ({ out, account, dao, json }, hre) => {
  const { print, data } = openOutput(json);
  if (out === undefined) throw new SentenceError("Where to? Give a file to write, like --out dao.ics.");
  checkWritable(out);
  const whose = account === undefined ? undefined : readAddress(account, "account");
  const { connection, place } = await connectReading(hre);
  refusePassingChain(connection);
  const { provider } = place;
  const deployment = await chooseDeployment(place, dao, connection.networkName);
  const status = await readStatus(deployment, provider, tellProgress());
  const { block, name, chain, gaps } = status;
  const found = { deployment, provider, block, onProgress: tellProgress() };
  const position = whose === undefined ? undefined : await readPositionOf(whose, found);
  for (const gap of gaps) print(gap);
  // Whoever is shown a file believes it to be all there is.
  if (gaps.length > 0) {
    throw new UnreadableError(
      `A calendar would leave out what the node does not tell: ${visible(out)} stays as it was.`,
    );
  }
  const moments = listMoments({ ...status, position });
  const { timelock } = deployment.addresses;
  await writeWhole(out, renderCalendar(moments, { name, chain, timelock, block }));
  for (const { at, title, isCancelled } of moments) if (!isCancelled) print(`${describeMoment(at, status)}  ${title}`);
  print(`${moments.length === 0 ? "Nothing is to come. " : ""}Written to ${visible(out)}.`);
  await data({ file: out, block, moments });
};

export default calendar;
