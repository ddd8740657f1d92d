import { formatTime } from "../protocol/format.js";
import { acceptancesOf, type Handover } from "../protocol/handovers.js";
import type { Estate } from "./estate/readEstate.js";
import { readRemains } from "./estate/remains.js";
import { tellSeatsLeft } from "./estate/seats.js";
import type { Finding, Ground } from "./estate/types.js";
import { holdingKey } from "./holdingKey.js";

/** What is not as it should be once the Governor obeys the new timelock. */
export async function tellAdopted(ground: Ground, { handovers, old, contracts }: Estate): Promise<Finding[]> {
  return [
    ...(await Promise.all(handovers.map((one) => tellLeft(ground, one)))),
    ...(await readRemains(ground, contracts)),
    ...(await tellSeatsLeft(ground, old)),
  ];
}

/** What has not come along, and what of it only waits to be accepted. */
async function tellLeft({ reader, newTimelock }: Ground, handover: Handover): Promise<Finding> {
  const key = holdingKey(handover);
  for (const { operation } of acceptancesOf([handover])) {
    const eta = (await reader.amount(newTimelock, "getTimestamp", [operation.id])) ?? 0n;
    // 1 stands for one that is done.
    if (eta <= 1n) continue;
    const sentence =
      `The new timelock has not accepted ${key} yet: from ${formatTime(eta)} on anybody may let it, with npx hardhat ` +
      `tribune execute ${operation.id}.`;
    return { key, sentence };
  }
  return { key, sentence: `The old timelock still has ${key}.` };
}
