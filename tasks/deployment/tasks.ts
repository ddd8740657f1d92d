import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

import { DAO_OPTION, JSON_OPTION, option } from "../option.js";
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
  task(["tribune", "verify"], "Shows an explorer the sources of every contract of a deployment")
    .addOption(DAO_OPTION)
    .addOption(option("explorer", "etherscan, blockscout or sourcify; etherscan by default, with ETHERSCAN_API_KEY"))
    .addOption(option("only", "Only contracts whose name has this in it"))
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./verify.js")))
    .build(),
];
