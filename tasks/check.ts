import { audit } from "../src/power/audit.js";
import { addressBook } from "../src/power/check/addressBook.js";
import { checkOperation } from "../src/power/check/check.js";
import { readerAt } from "../src/power/check/codeBefore.js";
import { renderCheck } from "../src/power/check/renderCheck.js";
import { exitCodeOf } from "../src/power/check/report.js";
import { readSubject } from "../src/power/check/subject.js";
import { readIdentities } from "../src/power/identities.js";
import { readKnowledge } from "../src/power/knowledge.js";
import { compareAudits } from "../src/power/record/compareAudits.js";
import { SentenceError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";
import { openOutput } from "../src/terminal/output.js";
import { openCast } from "./openCast.js";
import type { Verb } from "./verb.js";
import { withoutVerdict } from "./withSentences.js";

interface Arguments {
  operation: string | undefined;
  dao: string | undefined;
  identities: string | undefined;
  json: string | undefined;
}

const checkVerb: Verb<Arguments> = async ({ operation, dao, identities: file, json }, hre) => {
  await withoutVerdict(async () => {
    if (operation === undefined) {
      throw new SentenceError(
        "Which operation? Give the identifier of a pending one (npx hardhat tribune status lists them), the number of a " +
          "proposal, or a file of calls.",
      );
    }
    const output = openOutput(json);
    const identities = file === undefined ? undefined : await readIdentities(file);
    const { open, cast, operations } = await openCast(hre, dao, output);
    try {
      const { addresses, provider } = cast;
      const { chain, block } = open;
      const book = addressBook(addresses);
      const subject = await readSubject(operation, {
        ...{ operations, provider, addresses, book, block },
        chain: BigInt(chain),
      });
      const knowledge = await readKnowledge(hre.artifacts, addresses);
      const progress = (text: string) => {
        output.print(`  ${visible(text)} …`);
      };
      const report = await checkOperation(cast, subject, {
        knowledge,
        progress,
        power: {
          audit: (wider) => audit(wider, { knowledge, progress, ...(identities !== undefined && { identities }) }),
          compare: (before, after) => compareAudits(before.record, after.record),
        },
        readerAt: (scheduledIn) => readerAt(operations.provider, scheduledIn),
      });
      output.print();
      output.print(renderCheck(report));
      await output.data({ chain, block, addresses, ...report });
      process.exitCode = exitCodeOf(report);
    } finally {
      await open.close();
    }
  });
};

export default checkVerb;
