import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import standard from "../config/default.js";
import { deployTribune } from "../deploy/deployTribune.js";
import { parseDao } from "../src/config/parse.js";
import { findScenario, SCENARIOS } from "../src/scenarios/catalogue.js";
import { playScenario } from "../src/scenarios/playScenario.js";
import { renderOutcome } from "../src/scenarios/render/outcome.js";
import { createTimeline } from "../src/scenarios/render/timeline.js";
import { SentenceError } from "../src/terminal/errors.js";
import { openOutput } from "../src/terminal/output.js";
import { renderPairs } from "../src/terminal/table.js";
import type { Verb } from "./verb.js";

interface Arguments {
  name: string | undefined;
  list: boolean;
  json: string | undefined;
}

/** Stories begin at the same second every time, so that two reports can be compared. */
const BEGINNING = "2026-01-01T00:00:00Z";

const scenario: Verb<Arguments> = async ({ name, list, json }, hre) => {
  const { print, data } = openOutput(json);
  if (list) {
    print(renderPairs(SCENARIOS.map(({ name, summary }) => [name, summary])));
    await data(SCENARIOS.map(({ name, title, summary }) => ({ name, title, summary })));
    return;
  }
  if (name === undefined) throw new SentenceError(`Which scenario? ${SCENARIOS.map(({ name }) => name).join(", ")}`);
  const story = findScenario(name);
  refuseOtherNetworks(hre);

  const stream = json === "-" ? process.stderr : process.stdout;
  const isWatched = stream.isTTY;
  print(story.title);
  const report = await playScenario(
    story,
    {
      dao: parseDao(standard, "config/default.ts"),
      createChain: () => hre.network.create({ network: "default", override: { initialDate: BEGINNING } }),
      deploy: (connection, dao) => deployTribune(connection, dao),
    },
    createTimeline({
      print,
      colors: isWatched && process.env.NO_COLOR === undefined,
      busy: isWatched ? (what) => stream.write(`\r\u001b[2K${what}`) : undefined,
    }),
  );
  print();
  print(renderOutcome(report.outcome));
  await data(report);
};

function refuseOtherNetworks(hre: HardhatRuntimeEnvironment): void {
  // Undefined unless given, whatever Hardhat's type says.
  const network = hre.globalOptions.network as string | undefined;
  if (network === undefined || network === "default") return;
  throw new SentenceError(
    `A scenario moves time, so it runs on the chain inside Hardhat, not on ${network}: leave out --network.`,
  );
}

export default scenario;
