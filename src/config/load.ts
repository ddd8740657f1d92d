import path from "node:path";
import { pathToFileURL } from "node:url";

import { SentenceError } from "../protocol/errors.js";
import { reasonOf, visible } from "../protocol/visible.js";
import { readText } from "../terminal/input.js";
import { LOCAL_ACCOUNTS } from "./localAccounts.js";
import { parseDao } from "./parse.js";
import type { DaoConfig, DaoDefinition } from "./schema.js";
import { describeUnreadable } from "./syntax.js";

/** A configuration and where it came from. */
export interface LoadedDao {
  /** Names the DAO's deployments: the file's name, without folder and extension. */
  readonly id: string;
  /** As given. */
  readonly file: string;
  /** As it stands in the file. */
  readonly definition: unknown;
  readonly config: DaoConfig;
}

/** What a configuration may ask for that is known only where it is used. */
export interface DaoFacts {
  /** Address of the account that deploys. */
  readonly deployer: string;
}

/** On chains inside Hardhat its first account deploys. */
export const embeddedFacts = (): Promise<DaoFacts> => Promise.resolve({ deployer: LOCAL_ACCOUNTS[0] });

/** A configuration that depends on who deploys it. What it gives is what goes on record. */
export type DaoRecipe = (facts: DaoFacts) => DaoDefinition;

/**
 * Reads a DAO's configuration: TypeScript or JavaScript with a default export, or JSON.
 * @param file Relative to the working directory.
 * @param findFacts Asked only by a configuration that depends on them; left out where nobody deploys.
 */
export async function loadDao(file: string, findFacts?: () => Promise<DaoFacts>): Promise<LoadedDao> {
  const exported = await readDefinition(file);
  const definition = typeof exported === "function" ? await follow(exported as DaoRecipe, file, findFacts) : exported;
  return { id: daoIdOf(file), file, definition, config: parseDao(definition, file) };
}

/** `"config/my-dao.ts"` and `"my-dao"` both give `"my-dao"`. */
export function daoIdOf(file: string): string {
  const id = path.basename(file).replace(/\.(?:[cm]?[jt]s|json)$/, "");
  if (/^[a-z0-9][a-z0-9_-]*$/i.test(id)) return id;
  throw new SentenceError(
    `"${visible(id)}" cannot name a deployment: name the file with letters, digits, "-" and "_", like config/my-dao.ts.`,
  );
}

async function follow(recipe: DaoRecipe, file: string, findFacts?: () => Promise<DaoFacts>): Promise<DaoDefinition> {
  if (findFacts === undefined) {
    throw new SentenceError(
      `${visible(file)} depends on who deploys it, and nobody does here: right is the name of a deployment, or a ` +
        "configuration that names its accounts.",
    );
  }
  const facts = await findFacts();
  try {
    return recipe(facts);
  } catch (error) {
    throw new SentenceError(`${visible(file)} cannot be read: ${reasonOf(error)}`);
  }
}

async function readDefinition(file: string): Promise<unknown> {
  const isJson = file.endsWith(".json");
  if (!isJson && !/\.[cm]?[jt]s$/.test(file)) {
    throw new SentenceError(
      `${visible(file)} is no configuration: give a .ts, .js or .json file, like config/default.ts.`,
    );
  }
  const absolute = path.resolve(file);
  const text = await readText(file);
  try {
    if (isJson) return JSON.parse(text) as unknown;
    const module = (await import(pathToFileURL(absolute).href)) as { default?: unknown };
    if (module.default !== undefined) return module.default;
  } catch (error) {
    throw new SentenceError(await describeUnreadable(file, text, error));
  }
  throw new SentenceError(
    `${visible(file)} exports nothing by default: it must say "export default defineDao({ … })".`,
  );
}
