import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import standard from "../../config/default.js";
import { checkDao, refuseErrors } from "../../src/config/checks/checkDao.js";
import type { Problem } from "../../src/config/checks/problem.js";
import { takeDefaults, type Asker, type Given } from "../../src/config/init/asker.js";
import { collectAnswers } from "../../src/config/init/collect.js";
import { composeDao, slugOf } from "../../src/config/init/compose.js";
import { describeInsiders } from "../../src/config/init/read.js";
import { daoIdOf, loadDao } from "../../src/config/load.js";
import { renderWarnings } from "../../src/deployment/renderDeployment.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { reasonOf, visible } from "../../src/protocol/visible.js";
import { openOutput } from "../../src/terminal/output.js";
import type { Verb } from "../verb.js";
import { askAt } from "./ask.js";
import { chooseNetwork, nextSteps } from "./nextSteps.js";
import { readStock } from "./stock.js";

interface Arguments extends Given {
  preset: string | undefined;
  file: string | undefined;
  yes: boolean;
  json: string | undefined;
}

const init: Verb<Arguments & Record<string, unknown>> = async ({ preset, file, yes, json, ...given }, hre) => {
  const { print, data } = openOutput(json);
  const isAsked = !yes && process.stdin.isTTY && process.stdout.isTTY && json !== "-";
  const asker = isAsked ? askAt({}, print) : takeDefaults;
  // Before anybody answers ten questions for nothing.
  if (file !== undefined) refuseExisting(file);
  const today = new Date().toISOString().slice(0, 10);
  const answers = await collectAnswers(given, asker, { standard, today });
  const figures = preset ?? (await askPreset(asker, answers.vault.kind === "pool"));
  const isThere = ["erc4626", "erc7540", "own"].includes(answers.vault.kind);
  const name = isThere ? await chooseNetwork(hre, asker) : undefined;
  const network = name === undefined ? undefined : { name, config: hre.config.networks[name] };
  const root = hre.config.paths.root;
  const target = file ?? path.relative("", path.join(root, "config", `${slugOf(answers.name)}.ts`));
  refuseExisting(target);
  const text = composeDao(answers, figures, await readStock(target));
  const warnings = await writeChecked(target, text);

  print(`Written to ${visible(target)}.`);
  if (answers.token.kind === "new") print(describeInsiders(answers.token.allocations));
  else print("Token and Governor stay; after the deployment the Governor is to obey the new timelock, by a proposal.");
  if (warnings.length > 0) print(renderWarnings(warnings));
  for (const line of nextSteps(target, answers.vault.kind, network)) print(line);
  await data({ file: target, dao: daoIdOf(target), answers, preset: figures, warnings });
};

async function askPreset(asker: Asker, isPool: boolean): Promise<string> {
  if (isPool) return "default";
  return await asker.select(
    "Figures",
    [
      { value: "default", name: "Days, as a DAO needs them" },
      { value: "testnet", name: "Ten minutes for every day: to try things out on a testnet" },
      { value: "fast", name: "A minute for every day: to try things out on a local chain" },
    ],
    "default",
  );
}

function refuseExisting(file: string): void {
  if (!file.endsWith(".ts")) {
    throw new SentenceError(`${visible(file)} is no TypeScript file: give one, like --file config/my-dao.ts.`);
  }
  daoIdOf(file);
  if (existsSync(file)) {
    throw new SentenceError(`${visible(file)} exists, and is not overwritten: give another name, or --file.`);
  }
}

/** Puts the file in its place once it has been read as `deploy` would read it, and nothing is wrong with it. */
async function writeChecked(file: string, text: string): Promise<Problem[]> {
  const folder = path.dirname(path.resolve(file));
  const draft = path.join(folder, `draft-${randomUUID()}.ts`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(draft, text, { flag: "wx" });
    const { config } = await loadDao(draft).catch((error: unknown) => {
      // The draft is gone by then: the name that the person knows.
      if (error instanceof SentenceError) throw new SentenceError(error.message.replaceAll(draft, file));
      throw error;
    });
    const warnings = refuseErrors(checkDao(config), `${file}, which was not written,`);
    // Unlike a rename, it fails where somebody has made that file meanwhile.
    await link(draft, file);
    return warnings;
  } catch (error) {
    if (error instanceof SentenceError) throw error;
    throw new SentenceError(`${visible(file)} cannot be written: ${reasonOf(error)}`);
  } finally {
    await rm(draft, { force: true });
  }
}

export default init;
