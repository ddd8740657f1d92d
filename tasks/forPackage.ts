import { readFileSync } from "node:fs";
import path from "node:path";

import { HardhatPluginError } from "hardhat/plugins";
import { TaskDefinitionType, type TaskDefinition } from "hardhat/types/tasks";

import { TRIBUNE_ROOT } from "./home.js";

const readVersion = (): string =>
  (JSON.parse(readFileSync(path.join(TRIBUNE_ROOT, "package.json"), "utf8")) as { version: string }).version;

/** Commands that need what the package does not carry: why, and what to do. */
const IN_THE_REPOSITORY: Readonly<Record<string, () => string>> = {
  "tribune verify": () =>
    "tribune verify works in Tribune's repository alone: an explorer is shown what the compiler was given, which the " +
    `package does not carry. Clone the repository at version ${readVersion()}, which this package was made of, and run ` +
    "npm ci there; copy deployments/<chain>/<dao>.json of this project to the same place in it; then, there: npx hardhat " +
    "tribune verify --dao <dao> --network <network>.",
};

/** What the package does of all commands: it lists the others as well, with a sentence about where they work. */
export const forPackage = (tasks: readonly TaskDefinition[]): TaskDefinition[] =>
  tasks.map((one) => {
    const sentence = IN_THE_REPOSITORY[one.id.join(" ")];
    if (sentence === undefined || one.type !== TaskDefinitionType.NEW_TASK) return one;
    const { type, id, options, positionalArguments } = one;
    const refuse = () => {
      throw new HardhatPluginError("tribune", sentence());
    };
    const description = "Works in Tribune's repository alone";
    return { type, id, description, options, positionalArguments, action: () => Promise.resolve({ default: refuse }) };
  });
