import { ArgumentType } from "hardhat/types/arguments";

import { SentenceError } from "../src/protocol/errors.js";

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

/** Each of them says what is done with a call: at most one is given. */
export function refuseTogether<Name extends string>(
  args: Readonly<Record<Name, string | boolean | undefined>>,
  names: readonly Name[],
): void {
  const given = names.filter((name) => args[name] !== undefined && args[name] !== false);
  if (given.length < 2) return;
  throw new SentenceError(`Give only one of ${given.map((name) => `--${name}`).join(" and ")}.`);
}
