import { formatTime } from "../protocol/format.js";
import { acceptancesOf, type Handover } from "../protocol/handovers.js";
import { toJson } from "../terminal/output.js";
import { readWaiting, type Waiting } from "./estate/oldTimelock.js";
import type { Estate } from "./estate/readEstate.js";
import { readRemains } from "./estate/remains.js";
import { tellSeatsLeft } from "./estate/seats.js";
import type { Finding, Ground } from "./estate/types.js";
import { canComeLate, holdingKey } from "./holdingKey.js";

/** What is not as it should be once the Governor obeys the new timelock, and what anybody may have sent there since. */
export async function tellAdopted(
  ground: Ground,
  { handovers, old, contracts }: Estate,
): Promise<{ readonly findings: readonly Finding[]; readonly notices: readonly string[] }> {
  const waiting = await readWaiting(ground, ground.newTimelock);
  return {
    findings: [
      ...handovers.filter((one) => !canComeLate(one)).map((one) => tellLeft(one, waiting)),
      ...(await readRemains(ground, contracts)),
      ...(await tellSeatsLeft(ground, old)),
    ],
    notices: handovers
      .filter(canComeLate)
      .map((one) => `The old timelock has ${holdingKey(one)}: a decision through the new timelock can fetch it.`),
  };
}

/** What has not come along, and what of it only waits to be accepted. */
function tellLeft(handover: Handover, waiting: readonly Waiting[]): Finding {
  const key = holdingKey(handover);
  const [accepted] = acceptancesOf([handover]);
  // Under whatever salt: it is chosen so that the operation is free.
  const isAcceptance = ({ calls }: Waiting): boolean => toJson(calls) === toJson(accepted?.operation.calls);
  const one = waiting.find(isAcceptance);
  if (one === undefined) return { key, sentence: `The old timelock still has ${key}.` };
  const sentence =
    `The new timelock has not accepted ${key} yet: from ${formatTime(one.eta)} on anybody may let it, with npx hardhat ` +
    `tribune execute ${one.id}.`;
  return { key, sentence };
}
