import standard from "../config/default.js";
import { modules } from "../deploy/modules.js";
import { parseDao } from "../src/config/parse.js";
import { deployTribune } from "../src/deployment/deployTribune.js";
import { readKnowledge } from "../src/power/storage/knowledge.js";
import type { Patient } from "../src/power/mutants/mutant.js";
import { renderMutants } from "../src/power/mutants/render.js";
import { Examiner, isRight, listMutants, type Judged } from "../src/power/mutants/run.js";
import { visible } from "../src/protocol/visible.js";
import { stockExample } from "../src/rehearsal/example.js";
import { Snapshot } from "../src/rehearsal/snapshot.js";
import { openOutput } from "../src/terminal/output.js";
import type { Verb } from "./verb.js";

interface Arguments {
  json: string | undefined;
  only: string | undefined;
}

/** Progress is told so often. [mutants] */
const STEP = 25;

const mutantsVerb: Verb<Arguments> = async ({ json, only }, hre) => {
  const output = openOutput(json);
  const connection = await hre.network.create();
  const config = parseDao(standard, "config/default.ts");
  const addresses = await deployTribune(connection, config, { modules });
  const shareHolders = await stockExample(connection, addresses);
  const [deployer] = await connection.ethers.getSigners();
  const patient: Patient = {
    input: {
      snapshot: new Snapshot(connection.provider),
      provider: connection.ethers.provider,
      addresses,
      deployer: deployer?.address ?? "",
      tokenHolders: config.token.allocations.map(({ holder }) => holder),
      shareHolders,
    },
    knowledge: await readKnowledge(hre.artifacts, addresses),
    artifacts: hre.artifacts,
  };
  const mutants = (await listMutants(patient)).filter(
    ({ operator, name }) => only === undefined || `${operator}: ${name}`.includes(only),
  );
  const examiner = new Examiner(patient);
  const judged: Judged[] = [];
  const began = Date.now();
  for (const mutant of mutants) {
    const one = await examiner.judge(mutant);
    judged.push(one);
    if (!isRight(one)) {
      output.print(`  ${visible(one.operator)}: ${visible(one.name)}: ${one.colour}, ${visible(one.says ?? "")}`);
    }
    if (judged.length % STEP > 0) continue;
    const wrong = judged.filter((one) => !isRight(one)).length;
    output.print(`  ${judged.length} of ${mutants.length}, ${wrong} misjudged; last ${visible(mutant.operator)} …`);
  }
  output.print();
  output.print(renderMutants(judged));
  output.print(`${judged.length} mutants in ${Math.round((Date.now() - began) / 1000)} s.`);
  await output.data(judged);
  if (!isEnough(judged)) process.exitCode = 1;
};

/** Of either kind so many must be judged rightly. [%] */
const ENOUGH = 95;

const isEnough = (judged: readonly Judged[]): boolean =>
  [true, false].every((matters) => {
    const those = judged.filter((one) => one.matters === matters);
    return those.filter(isRight).length * 100 >= those.length * ENOUGH;
  });

export default mutantsVerb;
