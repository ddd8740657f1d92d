import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

import { DAO_OPTION, JSON_OPTION, option } from "../option.js";
import { verb } from "../verb.js";

/** `npx hardhat tribune …`: what those do who keep a DAO going. */
export const keeperTasks: TaskDefinition[] = [
  task(["tribune", "calendar"], "Writes every moment that matters into a calendar file: until when to object, and more")
    .addOption(option("out", "File to write, like dao.ics"))
    .addOption(option("account", "Whose locks and payments are in it as well; any address"))
    .addOption(DAO_OPTION)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./calendar.js")))
    .build(),
];
