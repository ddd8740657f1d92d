import { getAddress, keccak256 } from "ethers";
import { z } from "zod";

import { onStack, readMemory } from "../protocol/evmSteps.js";

/** Where the gas of one transaction went, by contract and by kind of work. */

const stepSchema = z.object({
  op: z.string(),
  gas: z.number(),
  gasCost: z.number(),
  depth: z.number(),
  stack: z.array(z.string()),
  memory: z.array(z.string()).optional(),
});
/** What `debug_traceTransaction` answers, with memory. */
export const traceSchema = z.object({ structLogs: z.array(stepSchema) });
type Step = z.output<typeof stepSchema>;

/** Kinds of work, in the order of the report. */
export const KINDS = ["cold accounts", "cold slots", "writes", "logs", "creation", "computation"] as const;
export type Kind = (typeof KINDS)[number];

/** Something that is charged once a transaction, or for itself. */
export interface Charge {
  readonly kind: Exclude<Kind, "computation">;
  /** The contract whose code did it. */
  readonly by: string;
  /** An account, or the account that owns a slot. */
  readonly account: string;
  readonly slot?: bigint;
  readonly gas: number;
}

export interface Trace {
  /** Gas by contract and kind. */
  readonly work: ReadonlyMap<string, Readonly<Record<Kind, number>>>;
  readonly charges: readonly Charge[];
  /** What was hashed to find a slot: the key and the slot of the mapping. */
  readonly preimages: ReadonlyMap<bigint, { readonly key: bigint; readonly base: bigint }>;
}

const COLD_ACCOUNT = 2_600;
const COLD_SLOT = 2_100;
const CALLS = new Set(["CALL", "STATICCALL", "DELEGATECALL", "CALLCODE"]);
const CREATIONS = new Set(["CREATE", "CREATE2"]);
const ACCOUNT_READS = new Set(["BALANCE", "EXTCODESIZE", "EXTCODEHASH", "EXTCODECOPY"]);
const PRECOMPILES = 0x11n;

interface Frame {
  readonly code: string;
  readonly storage: string;
}

const toAddress = (word: string | undefined): string =>
  getAddress(
    `0x${BigInt(word ?? 0)
      .toString(16)
      .padStart(40, "0")}`,
  );

/**
 * @param steps Of one transaction, in order.
 * @param sender Pays, and is warm from the beginning.
 * @param target Is called.
 */
export function analyse(steps: readonly Step[], sender: string, target: string): Trace {
  const work = new Map<string, Record<Kind, number>>();
  const charges: Charge[] = [];
  const preimages = new Map<bigint, { key: bigint; base: bigint }>();
  const warm = new Set<string>([sender, target]);
  const frames: Frame[] = [{ code: target, storage: target }];

  for (const [index, step] of steps.entries()) {
    frames.length = step.depth;
    const frame = frames[step.depth - 1];
    if (frame === undefined) throw new Error(`the trace jumps to depth ${step.depth}`);
    const top = (position: number): string => onStack(step, position);
    const own = ownGas(steps, index);
    const totals = work.get(frame.code) ?? (Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>);
    work.set(frame.code, totals);
    const charge = (kind: Charge["kind"], gas: number, account: string, slot?: bigint): void => {
      totals[kind] += gas;
      charges.push({ kind, gas, by: frame.code, account, ...(slot === undefined ? {} : { slot }) });
    };
    let rest = own;

    if (step.op === "SLOAD" || step.op === "SSTORE") {
      const slot = BigInt(top(0));
      if (heat(warm, `${frame.storage}/${slot}`)) {
        charge("cold slots", COLD_SLOT, frame.storage, slot);
        rest -= COLD_SLOT;
      }
      if (step.op === "SSTORE") {
        charge("writes", rest, frame.storage, slot);
        rest = 0;
      }
    } else if (CALLS.has(step.op) || ACCOUNT_READS.has(step.op)) {
      const account = toAddress(top(step.op.includes("CALL") ? 1 : 0));
      if (BigInt(account) > PRECOMPILES && heat(warm, account)) {
        charge("cold accounts", COLD_ACCOUNT, account);
        rest -= COLD_ACCOUNT;
      }
      const next = steps[index + 1];
      if (CALLS.has(step.op) && next !== undefined && next.depth > step.depth) {
        frames.push({ code: account, storage: step.op === "DELEGATECALL" ? frame.storage : account });
      }
    } else if (CREATIONS.has(step.op)) {
      const created = toAddress(resultOf(steps, index));
      heat(warm, created);
      charge("creation", own, created);
      frames.push({ code: created, storage: created });
      rest = 0;
    } else if (step.op.startsWith("LOG")) {
      charge("logs", own, frame.code);
      rest = 0;
    } else if (step.op === "KECCAK256" && BigInt(top(1)) === 64n) {
      const hashed = readMemory(step, Number(top(0)), 64);
      preimages.set(BigInt(keccak256(hashed)), {
        key: BigInt(`0x${hashed.slice(2, 66)}`),
        base: BigInt(`0x${hashed.slice(66)}`),
      });
    }
    totals.computation += rest;
  }
  return { work, charges, preimages };
}

/** Whether `item` was cold; it no longer is. */
function heat(warm: Set<string>, item: string): boolean {
  if (warm.has(item)) return false;
  warm.add(item);
  return true;
}

/** What a step cost, without what the code it calls used. */
function ownGas(steps: readonly Step[], index: number): number {
  const step = steps[index];
  const next = steps[index + 1];
  if (step === undefined) return 0;
  if (next === undefined || next.depth <= step.depth) {
    return CALLS.has(step.op) && next?.depth === step.depth ? step.gas - next.gas : step.gasCost;
  }
  const after = steps.findIndex(({ depth }, position) => position > index && depth <= step.depth);
  const last = steps[after - 1];
  const back = steps[after];
  if (last === undefined || back === undefined) return step.gasCost;
  const used = next.gas - (last.gas - last.gasCost);
  return step.gas - back.gas - used;
}

/** The top of the stack once the call or creation at `index` has returned. */
function resultOf(steps: readonly Step[], index: number): string | undefined {
  const depth = steps[index]?.depth ?? 0;
  return steps.find((step, position) => position > index && step.depth <= depth)?.stack.at(-1);
}
