import { formatEther } from "ethers";

import { SentenceError } from "../../src/protocol/errors.js";
import type { Plan } from "../../src/protocol/plans/plan.js";

/** Refuses to pay for a decision what nobody has said to pay. @param agreed At most. [wei] */
export function checkPayment({ calls }: Plan, agreed: bigint): void {
  const value = calls.reduce((sum, { call: { value: paid } }) => sum + paid, 0n);
  if (value <= agreed) return;
  throw new SentenceError(
    `Nothing was sent: it takes ${formatEther(value)} ETH of the account that executes it, which does not come back, and ` +
      `${agreed === 0n ? "nobody has said to pay that" : `at most ${formatEther(agreed)} ETH were to be paid`}. ` +
      `To pay it all the same: --pay ${formatEther(value)}.`,
  );
}
