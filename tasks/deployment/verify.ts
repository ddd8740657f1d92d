import { modules } from "../../deploy/modules.js";
import { parseDao } from "../../src/config/parse.js";
import { chooseDeployment } from "../../src/deployment/choose.js";
import { readSeed } from "../../src/deployment/deployTribune.js";
import { isLocal } from "../../src/deployment/place.js";
import { listSources } from "../../src/deployment/sources/listSources.js";
import { readTerms } from "../../src/deployment/terms.js";
import { SentenceError, sentences, UnreadableError } from "../../src/protocol/errors.js";
import { visible } from "../../src/protocol/visible.js";
import { openOutput } from "../../src/terminal/output.js";
import { renderTable } from "../../src/terminal/table.js";
import { connectReading, refusePassingChain } from "../connect.js";
import type { Verb } from "../verb.js";
import { EXPLORERS, reading, showSource, type Verdict } from "./explorer.js";

interface Arguments {
  dao: string | undefined;
  explorer: string | undefined;
  only: string | undefined;
  json: string | undefined;
}

const run: Verb<Arguments> = async ({ dao: name, explorer: asked = "etherscan", only = "", json }, hre) => {
  const explorer = EXPLORERS.find((known) => known === asked);
  if (explorer === undefined) {
    throw new SentenceError(`--explorer is ${visible(asked)}: right is one of ${EXPLORERS.join(", ")}.`);
  }
  const { print, data } = openOutput(json);
  const { connection, place } = await connectReading(hre);
  refusePassingChain(connection);
  if (isLocal(place))
    throw new SentenceError("A local chain has no explorer: choose a public one, like --network hoodi.");
  const deployment = await chooseDeployment(place, name, connection.networkName);
  const { dao: id, chain, firstBlock } = deployment;
  const dao = parseDao(deployment.configuration, `the record of "${id}"`);
  const terms = await readTerms(dao, place.provider, firstBlock);
  const all = listSources(deployment, dao, terms, await readSeed(dao, place.provider), modules);
  const sources = all.filter(({ contractName }) => contractName.includes(only));
  if (sources.length === 0) {
    const names = all.map(({ contractName }) => contractName).join(", ");
    throw new SentenceError(`No contract of "${id}" has "${visible(only)}" in its name: there are ${names}.`);
  }
  print(`Showing ${explorer} the sources of ${sources.length} contracts of ${visible(dao.name)}, chain ${chain.id} …`);

  const reader = reading(hre, connection);
  const verdicts: Verdict[] = [];
  for (const [index, source] of sources.entries()) {
    process.stderr.write(`${index + 1} of ${sources.length}, ${source.contractName} at ${source.address} …\n`);
    verdicts.push(await showSource(source, explorer, reader));
  }
  print(
    renderTable(
      ["contract", "address", explorer],
      verdicts.map(({ source, outcome }) => [source.contractName, source.address, outcome]),
    ),
  );
  await data({ dao: id, chain, explorer, contracts: verdicts.map(({ source, ...told }) => ({ ...source, ...told })) });
  refuseUnverified(verdicts, explorer);
};

function refuseUnverified(verdicts: readonly Verdict[], explorer: string): void {
  const reasonsOf = (wanted: Verdict["outcome"]) =>
    verdicts
      .filter(({ outcome }) => outcome === wanted)
      .map(({ source, reason }) => `${source.contractName} at ${source.address}: ${reason ?? ""}`);
  const [unasked, refused] = [reasonsOf("not asked"), reasonsOf("refused")];
  if (unasked.length > 0) {
    const heading = `${explorer} could not be asked about all; the same command goes on:`;
    throw new UnreadableError(sentences(heading, [...unasked, ...refused]));
  }
  if (refused.length > 0) throw new SentenceError(sentences(`${explorer} has not verified:`, refused));
}

export default run;
