import path from "node:path";

import { runDeployment } from "../deploy/runDeployment.js";
import { loadDao } from "../src/config/load.js";
import { describeFinding, errorsOf, renderAddresses, renderReport, renderWarnings } from "../src/deployment/render.js";
import { SentenceError, sentences } from "../src/terminal/errors.js";
import { openOutput } from "../src/terminal/output.js";
import { connect } from "./place.js";
import type { Verb } from "./verb.js";

interface Arguments {
  dao: string | undefined;
  json: string | undefined;
}

const deploy: Verb<Arguments> = async ({ dao: file, json }, hre) => {
  if (file === undefined) throw new SentenceError("Which DAO? Give its configuration: --dao config/default.ts");
  const dao = await loadDao(file);
  const { print, data } = openOutput(json);
  const { connection, place } = await connect(hre);
  print(`${dao.config.name} (${file}) on ${connection.networkName}, chain ${place.chain.id}`);

  // Ignition redraws its progress in place: only where somebody watches.
  const displayUi = process.stdout.isTTY && json !== "-";
  const run = await runDeployment(connection, place, dao, {
    artifacts: hre.artifacts,
    onChecked: (warnings) => {
      if (warnings.length > 0) print(renderWarnings(warnings));
      if (!displayUi) print("Deploying …");
    },
    displayUi,
  });

  const { deployment, report, warnings } = run;
  print(renderAddresses(deployment.addresses));
  print(renderReport(report));
  print(
    run.file === undefined
      ? "A rehearsal: this chain ends with the command. For one that stays: npx hardhat node, then --network localhost."
      : `Written to ${path.relative("", run.file)}.`,
  );
  const { configuration, ...facts } = deployment;
  await data({ ...facts, file: run.file ?? null, configuration, warnings, verification: report });
  const errors = errorsOf(report);
  if (errors.length > 0) {
    throw new SentenceError(
      sentences("The deployment is not what the configuration says:", errors.map(describeFinding)),
    );
  }
};

export default deploy;
