import path from "node:path";

import { loadDao } from "../../src/config/load.js";
import { attach } from "../../src/deployment/attach/attach.js";
import { parseAddressBook } from "../../src/deployment/attach/addressBook.js";
import { writeRecord } from "../../src/deployment/record.js";
import {
  describeFinding,
  describeUnread,
  errorsOf,
  renderAddresses,
  renderReport,
} from "../../src/deployment/renderDeployment.js";
import { SentenceError, sentences, UnreadableError } from "../../src/protocol/errors.js";
import { visible } from "../../src/protocol/visible.js";
import { readText } from "../../src/terminal/input.js";
import { openOutput } from "../../src/terminal/output.js";
import { readAddress } from "../readOption.js";
import { connectReading, refusePassingChain } from "../connect.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";

interface Arguments {
  dao: string | undefined;
  timelock: string | undefined;
  addresses: string | undefined;
  firstBlock: string | undefined;
  json: string | undefined;
}

const run: Verb<Arguments> = async ({ dao: file, timelock, addresses: book, firstBlock, json }, hre) => {
  if (file === undefined) {
    throw new SentenceError("Of which DAO? Give the configuration that it was deployed with: --dao config/my-dao.ts");
  }
  if ((timelock === undefined) === (book === undefined)) {
    throw new SentenceError("Which deployment? Give either --timelock 0x… or --addresses file.json");
  }
  const { print, data } = openOutput(json);
  const block = firstBlock === undefined ? undefined : parseBlock(firstBlock);
  const addresses = book === undefined ? undefined : parseAddressBook(await readText(book), book);
  const { connection, place } = await connectReading(hre);
  refusePassingChain(connection);
  const at = addresses?.timelock ?? readAddress(timelock ?? "", "timelock");
  print(`Looking on ${connection.networkName}, chain ${place.chain.id}, for what belongs to the timelock ${at} …`);
  const subject = {
    ...{ timelock: at, addresses, firstBlock: block },
    load: (findFacts: Parameters<typeof loadDao>[1]) => loadDao(file, findFacts),
  };
  const { artifacts } = hre;
  const search = { readArtifact: (name: string) => artifacts.readArtifact(name), onProgress: tellProgress() };
  const { deployment, report, file: record, isKept } = await attach(subject, place, search);

  print(renderAddresses(deployment.addresses));
  print(`Deployed by ${deployment.deployer} after block ${deployment.firstBlock}.`);
  print(renderReport(report));
  const { configuration, ...facts } = deployment;
  const wrong = errorsOf(report).map(describeFinding);
  const unread = report.unread.map(describeUnread);
  if (unread.length > 0) {
    const heading = "The deployment could not be read, so nothing is proven and nothing was written:";
    throw new UnreadableError(sentences(heading, [...unread, ...wrong]));
  }
  if (wrong.length > 0) {
    throw new SentenceError(sentences(`This is not what ${visible(file)} describes, so nothing was written:`, wrong));
  }
  if (!isKept) await writeRecord(record, deployment);
  print(isKept ? `It is on record already: ${path.relative("", record)}.` : `Written to ${path.relative("", record)}.`);
  await data({ ...facts, file: record, configuration, verification: report });
};

function parseBlock(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new SentenceError(`--first-block is ${visible(text)}: right is the number of a block, like 1234567.`);
}

export default run;
