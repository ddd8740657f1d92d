import { depositDataRoot, type Deposit } from "./roots.js";

/** [gwei] */
export const GWEI_PER_ETH = 10n ** 9n;
/** What the operator sends first, under the vault's credentials. [gwei] */
export const PREDEPOSIT = GWEI_PER_ETH;
/** What the pool sends once the credentials are proven. [gwei] */
export const SECOND_DEPOSIT = 31n * GWEI_PER_ETH;

/** The consensus layer does not look at the signature of a top-up. */
const NO_SIGNATURE = `0x${"00".repeat(96)}`;

/** Credentials of a validator that compounds and pays to `vault`. [32 bytes, hex] */
export const compoundingCredentials = (vault: string): string =>
  `0x02${"00".repeat(11)}${vault.slice(2).toLowerCase()}`;

/** A deposit and what the deposit contract checks it against. */
export interface RootedDeposit extends Deposit {
  readonly depositDataRoot: string;
}

/** The pool's deposit for a key whose credentials are proven. */
export function secondDepositOf(pubkey: string, withdrawalCredentials: string): RootedDeposit {
  const deposit = { pubkey, withdrawalCredentials, amount: SECOND_DEPOSIT, signature: NO_SIGNATURE };
  return { ...deposit, depositDataRoot: depositDataRoot(deposit) };
}
