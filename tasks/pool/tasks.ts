import { emptyTask, task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

import { AGAIN_FLAG, DAO_OPTION, JSON_OPTION, option } from "../option.js";
import { verb } from "../verb.js";

const POOL = option("pool", "Address of the staking pool; that of the deployment by default");
const OPERATOR = option("operator", "Number of the operator; needed where the network has accounts of several");
const OPERATORS = option("operators", "Only these: numbers with commas; all by default");
const BEACON = option("beacon", "Address of a beacon node's API, like http://127.0.0.1:5052");
const SINCE = option(
  "since",
  "Block from which on the pool's logs are read; that of the deployment, else the chain's first by default",
);
const BATCH = option("batch", "How many keys a transaction proves at most; 32 by default");

const pageTask = task(["tribune", "pool"], "Shows what a pool of many operators adds, in a page, on a chain of its own")
  .addOption(JSON_OPTION)
  .setAction(verb(() => import("./page.js")))
  .build();

/** `npx hardhat tribune operator …`: what an operator of the staking pool does. */
const operatorTasks: TaskDefinition[] = [
  emptyTask(["tribune", "operator"], "Operators of a staking pool: registers, adds keys, exits, claims").build(),
  task(["tribune", "operator", "register"], "Registers an account as an operator, and makes its vault")
    .addOption(POOL)
    .addOption(DAO_OPTION)
    .addOption(option("owner", "Which account, where the network has several; its first one by default"))
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./register.js")))
    .build(),
  task(["tribune", "operator", "add-keys"], "Checks a file of the deposit tool, and deposits 1 ETH for each key in it")
    .addPositionalArgument({ name: "file", description: "deposit_data-….json, as ethstaker-deposit-cli writes it" })
    .addOption(POOL)
    .addOption(DAO_OPTION)
    .addOption(OPERATOR)
    .addFlag({ name: "check", description: "Only check the file; send nothing" })
    .addOption(option("beacon", "A beacon node's API: asks it whether a key is, or will be, under other credentials"))
    .addOption(SINCE)
    .addFlag({ name: "beyondRoom", description: "Also deposit for more keys than caps and places leave room for" })
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./addKeys.js")))
    .build(),
  task(
    ["tribune", "operator", "list"],
    "Tells operators, their stake, caps and keys, and how concentrated the stake is",
  )
    .addOption(POOL)
    .addOption(DAO_OPTION)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./list.js")))
    .build(),
  task(["tribune", "operator", "exit"], "Asks validators to exit, through EIP-7002")
    .addVariadicArgument({ name: "pubkeys", description: "Public keys, 0x and 96 hexadecimal digits each" })
    .addOption(POOL)
    .addOption(DAO_OPTION)
    .addOption(OPERATOR)
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./exit.js")))
    .build(),
  task(["tribune", "operator", "claim"], "Sends an operator the bond of withdrawn keys, and its fees")
    .addOption(POOL)
    .addOption(DAO_OPTION)
    .addOption(OPERATOR)
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./claim.js")))
    .build(),
];

/** `npx hardhat tribune prove …`: what anybody may prove, from a beacon node. */
const proveTasks: TaskDefinition[] = [
  emptyTask(["tribune", "prove"], "Proves what validators of a staking pool hold, from a beacon node's API").build(),
  task(["tribune", "prove", "activate"], "Activates keys whose credentials the beacon chain shows to be the pool's")
    .addOption(POOL)
    .addOption(DAO_OPTION)
    .addOption(BEACON)
    .addOption(OPERATORS)
    .addOption(SINCE)
    .addOption(BATCH)
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./proveActivate.js")))
    .build(),
  task(
    ["tribune", "prove", "checkpoint"],
    "Proves what vaults are worth: starts what does not run, goes on, and finalises requests that wait",
  )
    .addOption(POOL)
    .addOption(DAO_OPTION)
    .addOption(BEACON)
    .addOption(OPERATORS)
    .addOption(BATCH)
    .addFlag({
      name: "watch",
      description: "Go on until stopped: check every vault once a day, and finish what others start",
    })
    .addOption(option("every", "With --watch: look so often, in seconds; 600 by default"))
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./proveCheckpoint.js")))
    .build(),
  task(["tribune", "prove", "exits"], "Shows who is slashed or exits, and makes keys exit for those who wait")
    .addOption(POOL)
    .addOption(DAO_OPTION)
    .addOption(BEACON)
    .addOption(OPERATORS)
    .addOption(SINCE)
    .addOption(BATCH)
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./proveExits.js")))
    .build(),
  task(["tribune", "prove", "claim"], "Sends whoever proved its part of the fees; needs no beacon node")
    .addOption(POOL)
    .addOption(DAO_OPTION)
    .addOption(option("prover", "Who proved; the network's first account by default"))
    .addOption(OPERATORS)
    .addOption(SINCE)
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./proveClaim.js")))
    .build(),
];

export const poolTasks: TaskDefinition[] = [pageTask, ...operatorTasks, ...proveTasks];
