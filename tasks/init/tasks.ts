import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

import { JSON_OPTION, option } from "../option.js";
import { verb } from "../verb.js";

const members = (name: string, who: string) => option(name, `${who}, like "2 of 0x…, 0x…, 0x…"`);

/** `npx hardhat tribune init`: the file of a new DAO. */
export const initTasks: TaskDefinition[] = [
  task(["tribune", "init"], "Writes the configuration of a new DAO, after a few questions")
    .addOption(option("name", "Name of the DAO"))
    .addOption(option("symbol", "Symbol of its token"))
    .addOption(option("tokenName", "Name of its token; that of the DAO by default"))
    .addOption(option("supply", "How many tokens, once and for all; 100,000,000 by default"))
    .addOption(
      option(
        "allocations",
        'Who gets them: "0x… 60 %; 0x… 25,000,000; 0x… 15 % insider vesting 2027-01-01 over 1460 d cliff 365 d"',
      ),
    )
    .addOption(option("token", "Of a DAO that exists: its token, an ERC20Votes, by address"))
    .addOption(option("governor", "Of a DAO that exists: its Governor, by address"))
    .addOption(option("vault", 'The vault: the address of one that exists, "pool", "test" or "stand-in"'))
    .addOption(option("vaultKind", "How one that exists is left: erc4626 (the default), erc7540 or own"))
    .addOption(option("vessel", "For a vault that is left in a way of its own: an address, or a contract's name"))
    .addOption(option("bodies", 'Which committees: of "emergency, circuit-breaker, tiebreaker", or "none"'))
    .addOption(members("activation", "Who may stop everything once"))
    .addOption(members("execution", "Who may repair while it stands"))
    .addOption(members("seal", "Who may pause deposits once"))
    .addOption(members("reseal", "Who may prolong that while stakers object"))
    .addOption(option("subCommittees", "Those of the tiebreaker, each like the committees above, with ; between them"))
    .addOption(option("preset", "Figures: default (days), testnet (ten minutes for every day) or fast (a minute)"))
    .addOption(option("file", "Where to write it; config/<name>.ts by default"))
    .addFlag({ name: "yes", description: "Ask nothing: take the default of everything that is not given" })
    .addOption(JSON_OPTION)
    .setAction(verb(() => import("./init.js")))
    .build(),
];
