import { ArgumentType } from "hardhat/types/arguments";

/** An option with a value; undefined where it is not given. */
export const option = <Name extends string>(name: Name, description: string) =>
  ({ name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined }) as const;

export const JSON_OPTION = option("json", 'Write the data to this file, or to standard output with "-"');
export const DAO_OPTION = option("dao", "Name or configuration file; needed where a chain has several deployments");
