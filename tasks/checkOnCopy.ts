import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { NO_TABLES } from "../src/power/check/adopted.js";
import { audit } from "../src/power/audit.js";
import { addressBook } from "../src/power/check/addressBook.js";
import type { Subject } from "../src/power/check/asked.js";
import { checkOperation } from "../src/power/check/check.js";
import { readerAt } from "../src/power/check/codeBefore.js";
import type { CheckReport } from "../src/power/check/report.js";
import type { SubjectPlace } from "../src/power/check/subject.js";
import { readKnowledge } from "../src/power/storage/knowledge.js";
import { compareAudits } from "../src/power/record/compareAudits.js";
import type { TribuneAddresses } from "../src/protocol/addresses.js";
import { visible } from "../src/protocol/visible.js";
import type { Output } from "../src/terminal/output.js";
import { chooseSource, openCast } from "./openCast.js";

/** What is checked, and of which DAO. */
interface Asked {
  readonly dao: string | undefined;
  /** Entities behind addresses. */
  readonly identities?: ReadonlyMap<string, string> | undefined;
  readonly choose: (place: SubjectPlace) => Promise<Subject>;
}

/** What an operation would change, and of which chain that is said. */
export type Checked = CheckReport & {
  readonly chain: number;
  readonly block: number;
  readonly addresses: TribuneAddresses;
};

/** Executes an operation on a copy of the network's chain, and says meanwhile how far it is. */
export async function checkOnCopy(
  hre: HardhatRuntimeEnvironment,
  output: Output,
  { dao, identities, choose }: Asked,
): Promise<Checked> {
  const { open, input, operations } = await openCast(hre, await chooseSource(hre, dao), dao, output);
  try {
    const { addresses, provider } = input;
    const { chain, block } = open;
    const book = addressBook(addresses);
    const subject = await choose({ operations, provider, addresses, book, block, chain: BigInt(chain) });
    const knowledge = await readKnowledge(hre.artifacts, addresses);
    const progress = (text: string) => {
      output.print(`  ${visible(text)} …`);
    };
    const report = await checkOperation(input, subject, {
      knowledge,
      progress,
      power:
        addresses.oldTimelock === undefined
          ? {
              audit: (wider) => audit(wider, { knowledge, progress, ...(identities !== undefined && { identities }) }),
              compare: (before, after) => compareAudits(before.record, after.record),
            }
          : { whyNot: NO_TABLES },
      readerAt: (scheduledIn) => readerAt(operations.provider, scheduledIn),
    });
    return { chain, block, addresses, ...report };
  } finally {
    await open.close();
  }
}
