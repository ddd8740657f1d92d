import { UnreadableError } from "../../protocol/errors.js";
import type { Log, Snapshot } from "../../rehearsal/snapshot.js";
import { traceDifference, type StorageKnowledge } from "../storage/difference.js";
import type { Entry } from "./addressBook.js";
import { listEffects } from "./effects.js";
import type { Reached, Stage } from "./enact.js";
import { findCode } from "./findCode.js";
import { listHoldings, readHolding, type MovedHolding } from "./holdings.js";
import type { CheckReport } from "./report.js";

type Ready = Reached & { readonly kind: "ready" };
/** What an execution changes, and what contracts told of it. */
export type Executed = Pick<CheckReport, "effects" | "ether" | "holdings"> &
  Pick<Ready, "call"> & { readonly logs: readonly Log[] };

/** The execution as one call, as it would be. Nothing stays. */
export async function execute(
  stage: Stage,
  reached: Reached,
  book: readonly Entry[],
  knowledge: StorageKnowledge,
): Promise<Executed | undefined> {
  if (reached.kind !== "ready") return undefined;
  const { snapshot, stranger } = stage;
  const { call } = reached;
  const difference = await traceDifference(snapshot, call, knowledge);
  if (!difference.ok) throw new UnreadableError(`The execution cannot be traced: ${difference.why}.`);
  const { after, withCode, logs } = await snapshot.branch(async () => {
    const sent = await snapshot.send(call);
    if (!sent.ok)
      throw new UnreadableError(`The execution works when it is asked, and not when it is sent: ${sent.why}.`);
    const moved = await readHoldings(snapshot, sent.logs);
    return { after: moved, withCode: await findCode(snapshot, difference.changes), logs: sent.logs };
  });
  const holdings: MovedHolding[] = [];
  for (const { holding, amount } of after) {
    const before = await readHolding(snapshot, holding);
    if (before !== undefined && before !== amount) holdings.push({ ...holding, before, after: amount });
  }
  return {
    ...{ call, logs },
    effects: listEffects(difference, book, (account) => withCode.has(account)),
    ether: difference.balances.filter(({ account }) => account !== stranger),
    holdings,
  };
}

async function readHoldings(snapshot: Snapshot, logs: readonly Log[]) {
  const read = await Promise.all(
    listHoldings(logs).map(async (holding) => ({ holding, amount: await readHolding(snapshot, holding) })),
  );
  return read.flatMap(({ holding, amount }) => (amount === undefined ? [] : [{ holding, amount }]));
}
