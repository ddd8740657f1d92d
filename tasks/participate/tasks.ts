import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

import { AGAIN_FLAG, DAO_OPTION, JSON_OPTION, option } from "../option.js";
import { verb } from "../verb.js";

const EPOCH = option("epoch", "Number of the rage quit; the last one by default");
const AMOUNT = { name: "amount", description: 'How many shares, like 1,000 or 2.5; or "all"' } as const;
const ID = { name: "id", description: "Identifier of the proposal" } as const;
const RECEIVER = option("to", "Who receives it; the account itself by default");

/** Every verb says beforehand what it means, and can be prepared instead of sent. */
const common = (name: string, description: string) =>
  task(["tribune", name], description)
    .addOption(DAO_OPTION)
    .addOption(option("account", "Who does it; the network's first account by default"))
    .addFlag({ name: "print", description: "Only print the calls; nothing is sent" })
    .addOption(option("safe", "Only write the calls into this file, for the Transaction Builder of the Safe --account"))
    .addFlag(AGAIN_FLAG)
    .addOption(JSON_OPTION);

/** `npx hardhat tribune …`: what those do who vote, object and leave. */
export const participantTasks: TaskDefinition[] = [
  common("delegate", "Gives an account's votes to somebody, or to itself: only then they count")
    .addOption(option("to", "Who votes with them; the account itself by default"))
    .setAction(verb(() => import("./delegate.js")))
    .build(),
  common("propose", "Asks the DAO to decide: calls out of a file")
    .addPositionalArgument({ name: "file", description: "Calls, as tribune check takes them, or a batch of a Safe" })
    .addOption(option("description", "File with the text for voters; by default that in the file of calls"))
    .addFlag({ name: "noCheck", description: "Propose without executing it on a copy of the chain first" })
    .setAction(verb(() => import("./propose.js")))
    .build(),
  common("vote", "Votes on a proposal")
    .addPositionalArgument({ name: "proposal", description: "Identifier of the proposal" })
    .addPositionalArgument({ name: "support", description: "for, against or abstain" })
    .addOption(option("reason", "Why, for everybody to read"))
    .setAction(verb(() => import("./vote.js")))
    .build(),
  common("queue", "Sends a proposal that has passed to the timelock")
    .addPositionalArgument(ID)
    .setAction(verb(() => import("./queue.js")))
    .build(),
  common("execute", "Executes what is due; anybody may")
    .addPositionalArgument({ name: "id", description: "Identifier of a proposal, or of an operation of the timelock" })
    .addOption(option("pay", "At most so much ETH of one's own, where the timelock has too little for the calls"))
    .setAction(verb(() => import("./execute.js")))
    .build(),
  common("cancel", "Takes back a proposal: its proposer may before the vote begins, a Governor's guardian at any stage")
    .addPositionalArgument(ID)
    .setAction(verb(() => import("./cancel.js")))
    .build(),
  common(
    "withdraw-proposal",
    "Proposes that the DAO withdraws what it has queued; neither gate nor base delay holds that up",
  )
    .addVariadicArgument({ name: "ids", description: "Identifiers of the proposals" })
    .setAction(verb(() => import("./withdrawProposal.js")))
    .build(),
  common("lock", "Locks shares: an objection to what the DAO decides")
    .addPositionalArgument(AMOUNT)
    .setAction(verb(() => import("./lock.js")))
    .build(),
  common("unlock", "Takes back shares that object")
    .addPositionalArgument(AMOUNT)
    .setAction(verb(() => import("./unlock.js")))
    .build(),
  common("poke", "Makes the gate take the step that is due; anybody may")
    .setAction(verb(() => import("./poke.js")))
    .build(),
  common("begin", "Asks the vault for what a rage quit has in the escrow; anybody may")
    .addOption(EPOCH)
    .addOption(option("vessel", 'Address of the vessel to use, or "fresh"; the first in which it works by default'))
    .setAction(verb(() => import("./begin.js")))
    .build(),
  common("claim", "Claims what the vault has made claimable for a rage quit; anybody may")
    .addOption(EPOCH)
    .setAction(verb(() => import("./claim.js")))
    .build(),
  common("call-off", "Ends the exit of a rage quit where a clock allows it; anybody may")
    .addOption(EPOCH)
    .setAction(verb(() => import("./callOff.js")))
    .build(),
  common("withdraw", "Pays an account's part of the assets of rage quits")
    .addOption(RECEIVER)
    .setAction(verb(() => import("./withdraw.js")))
    .build(),
  common("take-shares", "Gives an account's part of shares back that rage quits did not redeem")
    .addOption(RECEIVER)
    .setAction(verb(() => import("./takeShares.js")))
    .build(),
  common("move", "Objects again with shares that rage quits did not redeem")
    .setAction(verb(() => import("./move.js")))
    .build(),
];
