import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

import { JSON_OPTION, option } from "../option.js";
import { verb } from "../verb.js";

/** `npx hardhat tribune …`: what comes after a deployment. */
export const deploymentTasks: TaskDefinition[] = [
  task(["tribune", "attach"], "Puts a deployment on record again from what is on the chain, and verifies it")
    .addOption(option("dao", "Configuration file that it was deployed with"))
    .addOption(option("timelock", "Address of its timelock: everything else is found on the chain"))
    .addOption(option("addresses", "Instead: file with all of its addresses, as tribune deploy --json writes them"))
    .addOption(option("firstBlock", "Newest block before the deployment, if the node does not keep what tells it"))
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./attach.js")))
    .build(),
];
