import type { Deposit } from "./roots.js";

/** [gwei] */
export const GWEI_PER_ETH = 10n ** 9n;
/** What the operator sends first, under the vault's credentials. [gwei] */
export const PREDEPOSIT = GWEI_PER_ETH;

/** Credentials of a validator that compounds and pays to `vault`. [32 bytes, hex] */
export const compoundingCredentials = (vault: string): string =>
  `0x02${"00".repeat(11)}${vault.slice(2).toLowerCase()}`;

/** A deposit and what the deposit contract checks it against. */
export interface RootedDeposit extends Deposit {
  readonly depositDataRoot: string;
}
