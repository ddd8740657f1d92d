import { compareSnapshots, takeSnapshots, writeSnapshots } from "../src/snapshots/snapshots.js";
import { SentenceError, sentences } from "../src/protocol/errors.js";
import { openOutput } from "../src/terminal/output.js";
import { openChain } from "./openChain.js";
import type { Verb } from "./verb.js";

interface Arguments {
  check: boolean;
}

const snapshots: Verb<Arguments> = async ({ check }, hre) => {
  const { print } = openOutput(undefined);
  const { root } = hre.config.paths;
  const taken = await takeSnapshots(hre.artifacts, openChain(hre));
  const differences = await compareSnapshots(root, taken);
  if (check) {
    if (differences.length > 0) {
      const advice = "If that is meant, run `npm run snapshots:update` and commit the result.";
      throw new SentenceError(`${sentences("The code and its snapshots differ:", differences)}\n${advice}`);
    }
    print("Gas, sizes and storage layouts are what snapshots/ says.");
    return;
  }
  const files = await writeSnapshots(root, taken);
  for (const line of differences) print(line);
  print(`Written: ${files.join(", ")}.`);
};

export default snapshots;
