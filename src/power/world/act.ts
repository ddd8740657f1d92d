import type { BaseContract } from "ethers";

import { UnreadableError } from "../../protocol/errors.js";
import type { Snapshot } from "../../rehearsal/snapshot.js";

/** Something that somebody does on the snapshot, and that has to work. */
export async function act(
  snapshot: Snapshot,
  from: string,
  contract: BaseContract,
  method: string,
  args: readonly unknown[] = [],
): Promise<void> {
  const to = await contract.getAddress();
  const sent = await snapshot.send({ from, to, data: contract.interface.encodeFunctionData(method, args) });
  if (!sent.ok) throw new StepError(`${method} of ${to} by ${from} reverts: ${sent.why}.`);
}

/** A step towards a mode that does not work here: the mode is told as not reached, and proves nothing. */
export class StepError extends UnreadableError {}
