import { audit } from "../src/power/audit.js";
import { readIdentities } from "../src/power/identities.js";
import { readKnowledge } from "../src/power/knowledge.js";
import { renderAudit } from "../src/power/renderAudit.js";
import { exitCodeOf } from "../src/power/report.js";
import { visible } from "../src/protocol/visible.js";
import { openOutput } from "../src/terminal/output.js";
import { openCast } from "./openCast.js";
import type { Verb } from "./verb.js";
import { withoutVerdict } from "./withSentences.js";

interface Arguments {
  dao: string | undefined;
  identities: string | undefined;
  json: string | undefined;
}

const auditVerb: Verb<Arguments> = async ({ dao, identities: file, json }, hre) => {
  await withoutVerdict(async () => {
    const output = openOutput(json);
    const identities = file === undefined ? undefined : await readIdentities(file);
    const { open, cast } = await openCast(hre, dao, output);
    try {
      const report = await audit(cast, {
        knowledge: await readKnowledge(hre.artifacts, cast.addresses),
        ...(identities !== undefined && { identities }),
        progress: (text) => {
          output.print(`  ${visible(text)} …`);
        },
      });
      output.print();
      output.print(renderAudit(report));
      await output.data({ chain: open.chain, block: open.block, addresses: cast.addresses, ...report });
      process.exitCode = exitCodeOf(report);
    } finally {
      await open.close();
    }
  });
};

export default auditVerb;
