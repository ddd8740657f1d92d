import { emptyTask, task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

import { AGAIN_FLAG, DAO_OPTION, JSON_OPTION, option } from "../option.js";
import { verb } from "../verb.js";

/** `npx hardhat tribune committee …`: what the members of a committee do together. */
export const committeeTasks: TaskDefinition[] = [
  emptyTask(["tribune", "committee"], "Committees, which are Safes: prepares, signs and executes what they do").build(),
  task(["tribune", "committee", "list"], "Tells who may sign for each committee, and whether its Safe is in order")
    .addOption(option("safe", "Only this one: a committee's name, or a Safe's address"))
    .addOption(DAO_OPTION)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./list.js")))
    .build(),
  task(["tribune", "committee", "prepare"], "Writes down a call of a committee, for its members to sign")
    .addVariadicArgument({
      name: "subjects",
      description: "What the action is about: an operation's identifier, or addresses of pausables",
      defaultValue: [],
    })
    .addOption(option("action", 'What is to be done, like emergency-activate or seal; "?" names all'))
    .addOption(option("safe", "A committee's name, or a Safe's address; the one that may, where only one may"))
    .addOption(DAO_OPTION)
    .addOption(option("target", "Without --action: address that is called"))
    .addOption(option("data", "Without --action: calldata, 0x and hexadecimal digits"))
    .addOption(
      option("calls", "Without --action: file with the call, as tribune check takes it, or a batch of Safe's app"),
    )
    .addOption(option("call", "Which call of --calls, from 1; needed where the file has several"))
    .addOption(option("builder", "Write the call into this file as well, for the Transaction Builder of Safe's app"))
    .addOption(option("value", "ETH that is paid, like 0.5; none by default"))
    .addOption(option("nonce", "Number of the Safe's transaction; the next one by default"))
    .addOption(option("out", "File to write, like motion.json"))
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./prepare.js")))
    .build(),
  task(
    ["tribune", "committee", "motions"],
    "Lists what the tiebreaker's sub-committees approve, and how far it has come",
  )
    .addOption(DAO_OPTION)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./motions.js")))
    .build(),
  task(["tribune", "committee", "show"], "Shows what a prepared file does and who has signed it; needs no key")
    .addVariadicArgument({ name: "files", description: "A prepared file, or copies that were signed apart" })
    .addOption(option("typedData", "Write what a wallet signs into this file (EIP-712), as cast wallet sign takes it"))
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./show.js")))
    .build(),
  task(["tribune", "committee", "sign"], "Shows what a prepared file does, asks, and adds one member's signature")
    .addPositionalArgument({ name: "file", description: "A prepared file, which gets the signature" })
    .addOption(option("owner", "Address of the member; needed where the network has accounts of several"))
    .addOption(option("signature", "Add this signature of --owner, made elsewhere: by a wallet, or by a contract"))
    .addOption(option("out", "Write the signed file here instead"))
    .addFlag({ name: "yes", description: "Sign without asking" })
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./sign.js")))
    .build(),
  task(
    ["tribune", "committee", "execute"],
    "Shows what enough members have signed, asks, sends it, and checks that it ran",
  )
    .addVariadicArgument({ name: "files", description: "The signed file, or copies that were signed apart" })
    .addFlag({ name: "yes", description: "Send without asking" })
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./execute.js")))
    .build(),
];
