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
  task(["tribune", "watch"], "Follows the chain and tells what happens; with --act does what is due, too")
    .addFlag({ name: "act", description: "Poke, execute what is ready, drive rage quits; pays for gas alone" })
    .addOption(option("account", "Who acts; the network's first account by default"))
    .addOption(option("maxGasPrice", "Act only while gas costs no more, in gwei; 50 by default"))
    .addOption(
      option("minBalance", "What the account keeps, in ETH, and twice that for all but a poke; 0.05 by default"),
    )
    .addOption(option("webhook", "Send each event to this address as well; or set TRIBUNE_WEBHOOK"))
    .addOption(option("checkpoint", "File that a later start goes on from, without missing or repeating an event"))
    .addOption(option("every", "Look so often, in seconds; 12 by default"))
    .addFlag({ name: "once", description: "Look once and end, as a timer of the system wants it" })
    .addOption(DAO_OPTION)
    .addOption(option("json", 'Write each event as a line of JSON to this file\'s end, or to standard output with "-"'))
    .setAction(verb(() => import("./watch.js")))
    .build(),
];
