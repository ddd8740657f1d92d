import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

import { AGAIN_FLAG, JSON_OPTION, option } from "../option.js";
import { verb } from "../verb.js";

/** `npx hardhat tribune adopt`: a DAO that exists moves to the new timelock. */
export const adoptTasks: TaskDefinition[] = [
  task(
    ["tribune", "adopt"],
    "Prepares the proposal by which a DAO that exists adopts, and plays it and the way back on a copy of the chain",
  )
    .addOption(option("dao", "Configuration file of the DAO, deployed before"))
    .addOption(option("account", "Who will propose: nobody else can propose the same then; needs no key"))
    .addOption(
      option(
        "proposal",
        'Number of the proposal that is looked at, where several move the DAO; or "new" for another one',
      ),
    )
    .addFlag({
      name: "back",
      description: "The way back, once the DAO has adopted: what gives everything to the old timelock",
    })
    .addFlag({ name: "print", description: "Print the proposals, call by call, and what to send to the Governor" })
    .addOption(option("safe", "Write the proposals into this file, for the Transaction Builder of the Safe --account"))
    .addFlag({ name: "propose", description: "Send the proposals to the Governor, from an account of the network" })
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./adopt.js")))
    .build(),
];
