import { createLedger, lock, startRageQuit, type EscrowLedger } from "../model/twin/escrowLedger.js";

import type { Outcome, ExitTerms } from "../../src/model/types.js";
import { ALICE, BOB, DAY, EXIT, HOUR, START } from "./defaultModel.js";

export const MIN_LOCK = 5n * HOUR;
export const EXTENSION = 7n * DAY;
export const WITHDRAWAL_DELAY = 60n * DAY;

export const valueOf = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(outcome.refusal.error);
  return outcome.value;
};
export const refusalOf = <T>(outcome: Outcome<T>): unknown => (outcome.ok ? undefined : outcome.refusal);

/** A ledger in which these stakers have locked at the start. */
export const locked = (...stakes: readonly [string, bigint][]): EscrowLedger =>
  stakes.reduce(
    (ledger, [staker, shares]) => valueOf(lock(ledger, staker, shares, START, MIN_LOCK)),
    createLedger(EXIT, 1_000_000n),
  );

/** A ledger whose first epoch, Alice's 100 and Bob's 220 shares, is leaving. */
export const leaving = (terms: Partial<ExitTerms> = {}): EscrowLedger =>
  startRageQuit(
    { ...locked([ALICE, 100n], [BOB, 220n]), terms: { ...EXIT, ...terms } },
    EXTENSION,
    WITHDRAWAL_DELAY,
    START,
  );
