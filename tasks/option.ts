import { existsSync, realpathSync } from "node:fs";
import path from "node:path";

import { ArgumentType } from "hardhat/types/arguments";

import { SentenceError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";

/** An option with a value; undefined where it is not given. */
export const option = <Name extends string>(name: Name, description: string) =>
  ({ name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined }) as const;

export const JSON_OPTION = option("json", 'Write the data to this file, or to standard output with "-"');
export const DAO_OPTION = option("dao", "Name or configuration file; needed where a chain has several deployments");
/** What sends asks for it by name. */
export const AGAIN_FLAG = {
  name: "again",
  description: "Send also while an earlier transaction of the account is not on the chain yet",
} as const;

/**
 * Files that are read and written by one command: one in the place of another would be lost.
 * @param files By what people call them.
 */
export function refuseSameFile(files: Readonly<Record<string, string | undefined>>): void {
  const seen = new Map<string, string>();
  for (const [name, file] of Object.entries(files)) {
    if (file === undefined || file === "-") continue;
    const place = placeOf(file);
    const other = seen.get(place);
    if (other !== undefined) {
      throw new SentenceError(`${other} and ${name} are the same file, ${visible(file)}: give each one of its own.`);
    }
    seen.set(place, name);
  }
}

/** Where it is, whatever links lead there. */
function placeOf(file: string): string {
  if (existsSync(file)) return realpathSync(file);
  const whole = path.resolve(file);
  const folder = path.dirname(whole);
  return existsSync(folder) ? path.join(realpathSync(folder), path.basename(whole)) : whole;
}

/** Each of them says what is done with a call: at most one is given. */
export function refuseTogether<Name extends string>(
  args: Readonly<Record<Name, string | boolean | undefined>>,
  names: readonly Name[],
): void {
  const given = names.filter((name) => args[name] !== undefined && args[name] !== false);
  if (given.length < 2) return;
  throw new SentenceError(`Give only one of ${given.map((name) => `--${name}`).join(" and ")}.`);
}
