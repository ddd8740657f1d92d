import type { AdoptionPlan } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import { formatTime } from "../protocol/format.js";
import { toJson } from "../terminal/output.js";
import { saltAcceptances } from "./acceptances.js";
import { readWaiting } from "./estate/oldTimelock.js";
import type { Estate, Waiting } from "./estate/readEstate.js";
import type { Finding, Ground } from "./estate/types.js";
import { isMarkId } from "./marks.js";
import { moverOf } from "./underWay.js";

/** What waits in the old timelock, told apart. */
export interface Pending {
  /** Of somebody else, or other decisions of the DAO: whoever executes there may execute them until the adoption lands. */
  readonly others: readonly Waiting[];
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
}

/** @param parts The calls of each proposal. */
export function sortPending(
  { old }: Estate,
  ground: Pick<Ground, "governor" | "newTimelock">,
  parts: readonly (readonly Call[])[],
): Pending {
  const mover = moverOf(ground);
  const partOf = ({ calls }: Waiting): number => parts.findIndex((part) => toJson(part) === toJson(calls));
  const own = old.waiting.filter((one) => partOf(one) >= 0);
  const others = old.waiting.filter((one) => partOf(one) < 0);
  const isMoving = ({ calls }: Waiting): boolean =>
    calls.some(({ target, data }) => target === mover.target && data === mover.data);
  return {
    others,
    findings: others.map((one) => ({
      key: `operation ${one.id}`,
      sentence: isMoving(one)
        ? `Operation ${one.id} moves the Governor to the new timelock, and is not the adoption that is looked at here.`
        : `Operation ${one.id} waits in the old timelock, where it can be executed from ${formatTime(one.eta)} on, unless the ` +
          `adoption lands before: it calls ${one.calls.map(({ target }) => target).join(", ")}. Afterwards only the new ` +
          "timelock executes there; what of it is wanted, the DAO decides again.",
    })),
    notices: own.map((one) =>
      parts.length === 1
        ? `This very proposal is queued already, as operation ${one.id}.`
        : `Part ${partOf(one) + 1} of ${parts.length} is queued already, as operation ${one.id}.`,
    ),
  };
}

/** What would be handed over if it were prepared now. */
export async function planOf(ground: Ground, { handovers, old }: Estate, delay: bigint): Promise<AdoptionPlan> {
  const { oldTimelock, newTimelock, governor } = ground;
  const holdings = await saltAcceptances(ground, newTimelock, handovers);
  return { governor, oldTimelock, newTimelock, delay, holdings, roles: old.roles };
}

/** What waits in the new timelock, but for marks of parts: nobody but the old one could have scheduled it. */
export async function readInNew(
  ground: Ground,
): Promise<Pick<Pending, "notices"> & { readonly inNew: readonly Waiting[] }> {
  const inNew = (await readWaiting(ground, ground.newTimelock)).filter(({ id }) => !isMarkId(id));
  return {
    inNew,
    notices: inNew.map(
      ({ id, calls }) =>
        `Operation ${id} waits in the new timelock: it calls ${calls.map(({ target }) => target).join(", ")}. The adoption ` +
        "withdraws it before anything else.",
    ),
  };
}
