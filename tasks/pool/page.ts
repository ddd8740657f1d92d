import { LINE_WIDTH } from "../../src/scenarios/render/timeline.js";
import { playPool, renderPoolPage } from "../../src/scenarios/pool/poolPage.js";
import { openOutput } from "../../src/terminal/output.js";
import { createEnvironment, refuseOtherNetworks } from "../environment.js";
import type { Verb } from "../verb.js";

interface Arguments {
  json: string | undefined;
}

const page: Verb<Arguments> = async ({ json }, hre) => {
  refuseOtherNetworks(hre, "This page");
  const { print, data } = openOutput(json);
  print("\nWhat a pool of many operators adds: config/pool.ts, on the chain inside Hardhat\n");
  const view = await playPool(createEnvironment(hre));
  print(renderPoolPage(view, process.stdout.isTTY ? Math.min(LINE_WIDTH, process.stdout.columns) : LINE_WIDTH));
  await data(view);
};

export default page;
