import { audit } from "../src/power/audit.js";
import { readIdentities } from "../src/power/identities.js";
import { readKnowledge } from "../src/power/storage/knowledge.js";
import { seal } from "../src/power/proof/bundle.js";
import { RecordingSnapshot } from "../src/power/proof/recording.js";
import { compareAudits } from "../src/power/record/compareAudits.js";
import { exitCodeOf } from "../src/power/report.js";
import { renderAudit } from "../src/power/render/terminal.js";
import { visible } from "../src/protocol/visible.js";
import { openOutput } from "../src/terminal/output.js";
import { auditAddresses, refuseBeside } from "./auditAddresses.js";
import { auditAdopted } from "./auditAdopted.js";
import { deliver, openDelivery, readBefore, tellComparison, type Delivery } from "./auditFiles.js";
import { chooseSource, openCast } from "./openCast.js";
import type { Verb } from "./verb.js";
import { withoutVerdict } from "./withSentences.js";

interface Arguments extends Delivery {
  dao: string | undefined;
  addresses: string | undefined;
  identities: string | undefined;
  json: string | undefined;
}

const auditVerb: Verb<Arguments> = async ({ dao, addresses, identities: file, json, ...delivery }, hre) => {
  await withoutVerdict(async () => {
    const output = openOutput(json);
    await openDelivery(delivery);
    const identities = file === undefined ? undefined : await readIdentities(file);
    if (addresses !== undefined) {
      refuseBeside({ dao, ...delivery });
      await auditAddresses(hre, addresses, identities, output);
      return;
    }
    const chosen = await chooseSource(hre, dao);
    if (chosen.kind === "deployed" && chosen.deployment.addresses.oldTimelock !== undefined) {
      await auditAdopted(hre, chosen, { identities, delivery }, output);
      return;
    }
    const { open, input, papers } = await openCast(hre, chosen, dao, output);
    try {
      const before = await readBefore(delivery, papers.lock);
      // What nobody asks for is not recorded: it takes as long again.
      const recording = json === undefined ? undefined : await RecordingSnapshot.begin(open.connection.provider);
      const report = await audit(recording === undefined ? input : { ...input, snapshot: recording }, {
        knowledge: await readKnowledge(hre.artifacts, input.addresses),
        ...(identities !== undefined && { identities }),
        progress: (text) => {
          output.print(`  ${visible(text)} …`);
        },
      });
      output.print();
      output.print(renderAudit(report));
      output.print();
      const comparison = before && compareAudits(before, report.record);
      const papered = { root: hre.config.paths.root, papers, comparison, print: output.print };
      tellComparison(delivery, papered);
      const found = { chain: open.chain, block: open.block, addresses: input.addresses, ...report, comparison };
      // First, and the exit code with it: what else cannot be written takes neither away.
      await output.data(seal({ ...found, proof: await recording?.finish() }));
      const isTrue = await deliver(report, delivery, papered);
      process.exitCode = isTrue ? exitCodeOf(report) : FAILS;
    } finally {
      await open.close();
    }
  });
};

/** Something fails, or got worse than what is on record. */
const FAILS = 1;

export default auditVerb;
