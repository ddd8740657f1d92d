import { findScenario, SCENARIOS } from "../src/scenarios/catalogue.js";
import { playScenario } from "../src/scenarios/playScenario.js";
import { renderOutcome } from "../src/scenarios/render/outcome.js";
import { renderChart } from "../src/scenarios/render/svg/chart.js";
import { createTimeline, LINE_WIDTH } from "../src/scenarios/render/timeline.js";
import type { Scenario, Environment } from "../src/scenarios/scenario.js";
import { SentenceError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";
import { checkWritable, openOutput, writeText, type Output } from "../src/terminal/output.js";
import { renderPairs } from "../src/terminal/table.js";
import { createEnvironment, refuseOtherNetworks } from "./environment.js";
import type { Verb } from "./verb.js";

interface Arguments {
  name: string | undefined;
  list: boolean;
  json: string | undefined;
  svg: string | undefined;
}

const scenario: Verb<Arguments> = async ({ name, list, json, svg }, hre) => {
  const output = openOutput(json);
  if (list || name === undefined) {
    await showList(output);
    return;
  }
  const story = findScenario(name);
  refuseOtherNetworks(hre, "A scenario");
  if (svg === "-") throw new SentenceError("--svg takes a file, like story.svg.");
  if (svg !== undefined) checkWritable(svg);
  await tell(story, createEnvironment(hre), output, { stream: json === "-" ? process.stderr : process.stdout, svg });
};

async function showList({ print, data }: Output): Promise<void> {
  print(renderPairs(SCENARIOS.map(({ name, summary }) => [name, summary])));
  await data(SCENARIOS.map(({ name, title, summary }) => ({ name, title, summary })));
}

async function tell(
  story: Scenario,
  environment: Environment,
  { print, data }: Output,
  { stream, svg }: { readonly stream: NodeJS.WriteStream; readonly svg: string | undefined },
): Promise<void> {
  // Who pipes a story into `head` has read enough.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const isWatched = stream.isTTY;
  const width = isWatched ? Math.min(LINE_WIDTH, stream.columns) : LINE_WIDTH;
  print(story.title);
  const report = await playScenario(
    story,
    environment,
    createTimeline({
      print,
      colors: isWatched,
      width,
      busy: isWatched ? (what) => stream.write(`\r\u001b[2K${what}`) : undefined,
    }),
  );
  print();
  print(renderOutcome(report.outcome, width));
  if (svg !== undefined) {
    await writeText(svg, renderChart(report));
    print(`Drawn into ${visible(svg)}.`);
  }
  await data(report);
}

export default scenario;
