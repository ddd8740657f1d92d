import {
  isAccountRuntimeValue,
  isFuture,
  isModuleParameterRuntimeValue,
  type ArgumentType,
  type Future,
} from "@nomicfoundation/ignition-core";

import type { IgnitionParameters } from "../parameters.js";

/** A value that a constructor takes. */
export type ConstructorArgument =
  | bigint
  | string
  | boolean
  | number
  | readonly ConstructorArgument[]
  | { readonly [field: string]: ConstructorArgument };

/** What a module leaves open. */
export interface Givens {
  readonly parameters: IgnitionParameters;
  readonly deployer: string;
  /** Where the contract of a future stands. */
  readonly addressOf: (future: Future) => string;
}

/** What a module hands to a constructor, as it was handed over: what Ignition looks up while it deploys, is looked up. */
export function resolveArgument(argument: ArgumentType, givens: Givens): ConstructorArgument {
  if (isFuture(argument)) return givens.addressOf(argument);
  if (isAccountRuntimeValue(argument)) return givens.deployer;
  if (isModuleParameterRuntimeValue(argument)) {
    const value = givens.parameters[argument.moduleId]?.[argument.name];
    if (value === undefined) throw new Error(`the module ${argument.moduleId} has no parameter ${argument.name}`);
    return value;
  }
  if (Array.isArray(argument)) return argument.map((item) => resolveArgument(item, givens));
  if (typeof argument !== "object") return argument;
  return Object.fromEntries(
    Object.entries(argument as Readonly<Record<string, ArgumentType>>).map(([field, value]) => [
      field,
      resolveArgument(value, givens),
    ]),
  );
}
