import { renderCheck } from "../src/power/check/renderCheck.js";
import { exitCodeOf } from "../src/power/check/report.js";
import { readSubject } from "../src/power/check/subject.js";
import { readIdentities } from "../src/power/identities.js";
import { SentenceError } from "../src/protocol/errors.js";
import { openOutput } from "../src/terminal/output.js";
import { checkOnCopy } from "./checkOnCopy.js";
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
    const checked = await checkOnCopy(hre, output, {
      ...{ dao, identities },
      choose: (place) => readSubject(operation, place),
    });
    output.print();
    output.print(renderCheck(checked));
    await output.data(checked);
    process.exitCode = exitCodeOf(checked);
  });
};

export default checkVerb;
