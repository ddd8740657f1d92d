import { emptyTask, task } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";
import { ArgumentType } from "hardhat/types/arguments";

import { adoptTasks } from "./adopt/tasks.js";
import { committeeTasks } from "./committee/tasks.js";
import { deploymentTasks } from "./deployment/tasks.js";
import { exportTasks } from "./export/tasks.js";
import { initTasks } from "./init/tasks.js";
import { keeperTasks } from "./keep/tasks.js";
import { DAO_OPTION, JSON_OPTION, option } from "./option.js";
import { participantTasks } from "./participate/tasks.js";
import { poolTasks } from "./pool/tasks.js";
import { verb } from "./verb.js";

/** A verb that brings its own chain deploys on it. */
const AUDITED_DAO = option(
  "dao",
  "Name or configuration file; on the embedded chain it is deployed first, config/default.ts by default",
);
const IDENTITIES = option("identities", 'File that says who is behind which accounts: { "Alice": ["0x…", "0x…"] }');

/** `npx hardhat tribune …`: each verb parses its arguments, calls `src/`, and prints. */
const tribunePlugin = definePlugin({
  id: "tribune",
  hookHandlers: { network: () => import("./retryReads.js") },
  tasks: [
    emptyTask("tribune", "Dual governance: stories, checks and measurements").build(),
    task(["tribune", "deploy"], "Deploys a DAO from its configuration, and verifies it on the chain")
      .addOption(option("dao", "Configuration file, like config/default.ts"))
      .addOption(JSON_OPTION)
      .addFlag({ name: "noRehearsal", description: "Deploy without rehearsing an exit over the vault first" })
      .addFlag({ name: "preflight", description: "Show what will be sent, and ask, on a local chain as well" })
      .addFlag({ name: "yes", description: "Send without asking; needed where there is no terminal" })
      .setAction(verb(() => import("./deploy.js")))
      .build(),
    task(
      ["tribune", "rehearse"],
      "Plays an exit over a vault on a snapshot of its chain, and says whether the vault fits",
    )
      .addOption(option("dao", "Configuration file: its vault, under its rules"))
      .addOption(option("vault", "Address of a vault, under the rules of config/default.ts"))
      .addOption(
        option("holder", "Who holds shares: an address, or several with commas; else the largest that the logs name"),
      )
      .addOption(option("settle", "File with what somebody does for the vault: a list of { from, to, data, after }"))
      .addOption(option("drain", "File with what dries up the market behind the vault: a list of { from, to, data }"))
      .addOption(JSON_OPTION)
      .setAction(verb(() => import("./rehearse.js")))
      .build(),
    task(["tribune", "status"], "Tells where a DAO's governance stands, and what may happen next")
      .addOption(DAO_OPTION)
      .addOption(option("account", "What this account has, what is due to it, and what it can do; any address"))
      .addFlag({ name: "watch", description: "Keep the screen fresh; without a terminal, print what changes" })
      .addOption(option("every", "With --watch: look so often, in seconds; 12 by default"))
      .addOption(JSON_OPTION)
      .setAction(verb(() => import("./status.js")))
      .build(),
    task(["tribune", "audit"], "Proves by execution, on a copy of the chain, who can change a DAO's rules")
      .addOption(AUDITED_DAO)
      .addOption(
        option(
          "addresses",
          "File that lists contracts which are not Tribune's: who alone can do what there (docs/power/foreign.md)",
        ),
      )
      .addOption(IDENTITIES)
      .addOption(JSON_OPTION)
      .addFlag({ name: "lock", description: "Put this audit on record: later ones fail where something got worse" })
      .addOption(option("lockFile", "Where it is on record, if not in power.lock beside the deployment"))
      .addOption(option("markdown", "Write a page about who holds power into this file"))
      .addOption(option("svg", "Draw who holds what over whom into this file"))
      .addOption(option("sarif", "Write what is wrong or unproven into this file, for a view beside the code"))
      .setAction(verb(() => import("./audit.js")))
      .build(),
    task(
      ["tribune", "check"],
      "Executes an operation on a copy of the chain, and says what it changes in the balance of power",
    )
      .addPositionalArgument({
        name: "operation",
        description:
          "Identifier of a pending operation, number of a proposal, or a file of calls: " +
          '[{ "target": "timelock", "function": "updateDelay", "args": ["345600"] }]',
        type: ArgumentType.STRING_WITHOUT_DEFAULT,
        defaultValue: undefined,
      })
      .addOption(AUDITED_DAO)
      .addOption(IDENTITIES)
      .addOption(JSON_OPTION)
      .setAction(verb(() => import("./check.js")))
      .build(),
    ...deploymentTasks,
    ...initTasks,
    ...exportTasks,
    ...participantTasks,
    ...keeperTasks,
    ...adoptTasks,
    ...committeeTasks,
    ...poolTasks,
    task(["tribune", "scenario"], "Tells a story on a chain of its own, and checks its ending")
      .addPositionalArgument({
        name: "name",
        description: "Which story; --list names them all",
        type: ArgumentType.STRING_WITHOUT_DEFAULT,
        defaultValue: undefined,
      })
      .addFlag({ name: "list", description: "Name the stories" })
      .addOption(JSON_OPTION)
      .addOption(option("svg", "Draw the story into this file"))
      .setAction(verb(() => import("./scenario.js")))
      .build(),
  ],
});

export default tribunePlugin;
