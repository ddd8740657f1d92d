import { toBeHex } from "ethers";

import { traceSteps } from "../../rehearsal/traceReads.js";
import type { Found } from "./discover.js";
import type { Proven } from "./prove.js";
import { STRANGER, type Reader } from "./reader.js";
import { isOpen, selectorsOf, WHOLE } from "./standards.js";

/**
 * Functions of which nobody here knows who may call them, one sentence for each contract that has any: a stranger is let
 * through and something is written, or it is refused for a reason that says nothing.
 */
export async function tellUnexplained(
  reader: Reader,
  contracts: readonly Found[],
  proven: readonly Proven[],
): Promise<string[]> {
  const told: string[] = [];
  for (const { address, kinds } of contracts) {
    if (kinds.some((kind) => WHOLE.has(kind))) continue;
    const known = new Set(proven.flatMap(({ power }) => (power.contract === address ? power.by.split(", ") : [])));
    const open: string[] = [];
    const refused: string[] = [];
    for (const selector of await selectorsOf(reader, address)) {
      const { name, data } = reader.guess(address, selector);
      if (isOpen(selector, kinds) || known.has(name) || reader.isView(address, selector)) continue;
      const works = await findWorking(reader, address, [data, selector + ONES]);
      if (works === undefined) refused.push(name);
      else if (await writes(reader, address, works)) open.push(name);
    }
    const parts = [
      ...(open.length === 0
        ? []
        : [`${open.join(", ")} let${open.length === 1 ? "s" : ""} a stranger write something`]),
      ...(refused.length === 0
        ? []
        : [`${refused.join(", ")} refuse${refused.length === 1 ? "s" : ""} a stranger for a reason that is not known`]),
    ];
    if (parts.length > 0)
      told.push(`Who may call what of ${reader.nameOf(address)} is not all known: ${parts.join("; ")}.`);
  }
  return told;
}

/** Arguments that are neither zero nor anybody: many functions refuse nobody's address and nothing at all. */
const ONES = toBeHex(1n, 32).slice(2).repeat(12);

/** The first calldata that a stranger is not refused with. */
async function findWorking({ snapshot }: Reader, to: string, tries: readonly string[]): Promise<string | undefined> {
  for (const data of tries) if ((await snapshot.call({ from: STRANGER, to, data })).ok) return data;
  return undefined;
}

/** What no view does. */
const WRITES = /^(SSTORE|TSTORE|LOG\d|CREATE2?|CALL|CALLCODE|SELFDESTRUCT)$/;

async function writes({ snapshot }: Reader, to: string, data: string): Promise<boolean> {
  const steps = await traceSteps(snapshot, { from: STRANGER, to, data }, "no memory");
  return steps.some(({ op }) => WRITES.test(op));
}
