import { existsSync } from "node:fs";
import path from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction, TaskArguments } from "hardhat/types/tasks";

import { isPackaged } from "./home.js";
import { inProject } from "./inProject.js";
import { outliveReaders } from "../src/terminal/reader.js";
import { withSentences } from "./withSentences.js";

/** A verb: gets its arguments as declared in `plugin.ts`. */
export type Verb<Arguments extends TaskArguments> = (args: Arguments, hre: HardhatRuntimeEnvironment) => Promise<void>;

/**
 * The action of a verb. Contracts are compiled first: a verb's imports need the generated types, which a fresh clone
 * does not have yet; the package has them. What a person can mend is told in a sentence.
 */
export const verb =
  <Arguments extends TaskArguments>(load: () => Promise<{ default: Verb<Arguments> }>) =>
  (): Promise<{ default: NewTaskActionFunction<Arguments> }> =>
    Promise.resolve({
      default: async (args, hre) => {
        outliveReaders();
        if (isPackaged) {
          const { default: run } = await load();
          await inProject(hre, () => withSentences(() => run(args, hre)));
          return;
        }
        const hasTypes = existsSync(path.join(hre.config.paths.root, "types"));
        if (!hasTypes) process.stderr.write("Compiling the contracts, this once …\n");
        // `hardhat test` has compiled them, and other files of tests are reading the types: nothing may rewrite them now.
        if (process.env.HH_TEST !== "true") await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
        const { default: run } = await load();
        await withSentences(() => run(args, hre));
      },
    });
