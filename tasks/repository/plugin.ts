import { task } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";

import { JSON_OPTION, option } from "../option.js";
import { verb } from "../verb.js";

/** What only this repository has: its way of building, and what is measured and kept of its own contracts. */
const repositoryPlugin = definePlugin({
  id: "tribune-repository",
  hookHandlers: { solidity: () => import("../build/once.js") },
  tasks: [
    task(
      ["tribune", "mutants"],
      "Wires the default deployment wrongly in hundreds of ways, and says what the audit sees",
    )
      .addOption(JSON_OPTION)
      .addOption(option("only", "Only mutants whose operator and name have this in them"))
      .setAction(verb(() => import("../mutants.js")))
      .build(),
    task(["tribune", "gas"], "Measures what every operation costs, beside goals, a peer and a floor")
      .addOption(JSON_OPTION)
      .addFlag({ name: "noScale", description: "Leave out the comparison with larger worlds" })
      .addOption(
        option(
          "profile",
          'Show where the gas of one operation goes instead, or of all that exceed their goal ("missed")',
        ),
      )
      .setAction(verb(() => import("../gas.js")))
      .build(),
    task(["tribune", "snapshots"], "Rewrites what is committed about gas, sizes and storage")
      .addFlag({ name: "check", description: "Write nothing; fail if anything differs from what is committed" })
      .setAction(verb(() => import("../snapshots.js")))
      .build(),
  ],
});

export default repositoryPlugin;
