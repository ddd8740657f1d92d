import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

import { DAO_OPTION, JSON_OPTION, option } from "../option.js";
import { verb } from "../verb.js";

/** `npx hardhat tribune export`: what a front end needs. */
export const exportTasks: TaskDefinition[] = [
  task(["tribune", "export"], "Writes addresses and ABIs of a deployment for a front end")
    .addOption(
      option("out", "Folder for addresses.json, abi/*.json and a typed index.ts; one of an earlier export is replaced"),
    )
    .addOption(DAO_OPTION)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./export.js")))
    .build(),
];
