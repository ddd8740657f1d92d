import { ZeroAddress } from "ethers";

import { max } from "../../model/units.js";
import { Reader, STRANGER } from "../../power/foreign/reader.js";
import { acceptancesOf, settlingOf, type Handover } from "../../protocol/handovers.js";
import { encodeExecution } from "../../protocol/operations/operation.js";
import { readEstate } from "../estate/readEstate.js";
import type { Ground } from "../estate/types.js";
import { lackingOf } from "../holdingKey.js";
import type { Step } from "./stage.js";

/** Who receives, and who may execute there. */
export interface Receiver {
  readonly timelock: string;
  /** [seconds] */
  readonly delay: bigint;
  readonly executors: readonly string[];
}

/** Whatever the receiver must do itself, once its delay and the contract's own are over. */
export async function accept(
  { reader }: Pick<Ground, "reader">,
  holdings: readonly Handover[],
  { timelock, delay, executors }: Receiver,
): Promise<Step> {
  const { snapshot } = reader;
  const what = `${reader.nameOf(timelock)} accepts what changes owners in two steps`;
  const longest = holdings.map(settlingOf).reduce(max, delay);
  await snapshot.travelTo((await snapshot.now()) + longest + 1n);
  const isOpen = executors.includes(ZeroAddress);
  const from = isOpen ? STRANGER : (executors[0] ?? STRANGER);
  for (const { operation } of acceptancesOf(holdings)) {
    const sent = await snapshot.send({ from, to: timelock, data: encodeExecution(operation) });
    if (!sent.ok) return { what, why: `operation ${operation.id} is refused: ${sent.why}` };
  }
  return { what, why: undefined };
}

/** The same ground with nothing remembered of it, as if `holder` were the one whose estate is read. */
export function groundOf(ground: Ground, holder: string): Ground {
  const reader = new Reader(ground.reader.place);
  const other = holder === ground.oldTimelock ? ground.newTimelock : ground.oldTimelock;
  for (const account of [holder, other]) reader.meet(account);
  return { ...ground, reader, oldTimelock: holder, newTimelock: other };
}

/** What a holder has not got, in the end of a sentence; undefined if it has everything. */
export async function missing(
  ground: Ground,
  holder: string,
  wanted: readonly Handover[],
): Promise<string | undefined> {
  const absent = lackingOf(wanted, (await readEstate(groundOf(ground, holder))).handovers);
  return absent.length === 0 ? undefined : `it has not got ${absent.join(", ")}`;
}
