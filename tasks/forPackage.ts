import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { HardhatPluginError } from "hardhat/plugins";
import { TaskDefinitionType, type TaskDefinition } from "hardhat/types/tasks";

import { TRIBUNE_ROOT } from "./home.js";

/** Where the sources of the package in `root` are: it knows its commit unless it was made of changed files. */
function tellSources(root: string): string {
  const commit = path.join(root, "dist", "commit.txt");
  if (existsSync(commit)) return `check out ${readFileSync(commit, "utf8").trim()}, which this package was made of`;
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  return `give it the sources that this package, ${version}, was made of: it does not know their commit`;
}

/** Commands that need what the package does not carry: why, and what to do. */
const IN_THE_REPOSITORY: Readonly<Record<string, (root: string) => string>> = {
  "tribune verify": (root) =>
    "tribune verify works in Tribune's repository alone: an explorer is shown what the compiler was given, which the " +
    `package does not carry. Clone the repository and ${tellSources(root)}; run npm ci there; copy ` +
    "deployments/<chain>/<dao>.json of this project to the same place in it; then, there: npx hardhat tribune verify " +
    "--dao <dao> --network <network>.",
};

/**
 * What the package does of all commands: it lists the others as well, with a sentence about where they work.
 * @param root Of the package.
 */
export const forPackage = (tasks: readonly TaskDefinition[], root = TRIBUNE_ROOT): TaskDefinition[] =>
  tasks.map((one) => {
    const sentence = IN_THE_REPOSITORY[one.id.join(" ")];
    if (sentence === undefined || one.type !== TaskDefinitionType.NEW_TASK) return one;
    const { type, id, options, positionalArguments } = one;
    const refuse = () => {
      throw new HardhatPluginError("tribune", sentence(root));
    };
    const description = "Works in Tribune's repository alone";
    return { type, id, description, options, positionalArguments, action: () => Promise.resolve({ default: refuse }) };
  });
