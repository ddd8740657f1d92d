import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { listAdopted } from "../src/power/check/adopted.js";
import { SentenceError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";
import type { Output } from "../src/terminal/output.js";
import { auditList, givenOf } from "./auditAddresses.js";
import type { Delivery } from "./auditFiles.js";
import type { Chosen } from "./openCast.js";

/** What a person asks for beside the findings. */
interface Asked {
  readonly identities: ReadonlyMap<string, string> | undefined;
  readonly delivery: Delivery;
}

/**
 * Of a DAO that existed before Tribune: its contracts are looked at as those of any system, since nobody knows its Governor's
 * code and its token's. So there are findings, and no verdict.
 */
export async function auditAdopted(
  hre: HardhatRuntimeEnvironment,
  { connection, deployment }: Chosen & { readonly kind: "deployed" },
  { identities, delivery }: Asked,
  output: Output,
): Promise<void> {
  const name = visible(deployment.dao);
  const given = givenOf({ ...delivery });
  if (given !== undefined) {
    throw new SentenceError(
      `--${given} takes a verdict, and there is none on ${name}, which existed before Tribune: leave it out. --json has the ` +
        "findings.",
    );
  }
  const list = listAdopted(deployment);
  output.print(
    `${name} existed before Tribune, with a Governor and a token of anybody's code. So its ${list.contracts.length} contracts ` +
      "are looked at as those of any system: who can do something alone. P1 to P6 are not judged, nor whether stakers can " +
      "object and leave in time.",
  );
  output.print(`Reading them on a copy of ${connection.networkName} …`);
  await auditList(hre, { list, source: connection, identities }, output);
}
