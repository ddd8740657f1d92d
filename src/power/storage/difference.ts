import { getAddress, toQuantity } from "ethers";
import { z } from "zod";

import { addressIn } from "../../protocol/topics.js";
import { hashedBy, hashedWords, onStack, type Step } from "../../protocol/evmSteps.js";
import { GAS, type Call, type Snapshot } from "../../rehearsal/snapshot.js";
import { traceSteps } from "../../rehearsal/traceReads.js";
import { addContents, addEntries, constantsIn } from "./constantHashes.js";
import { locate, type ChangedSlot, type SlotChange } from "./locate.js";
import { Preimages } from "./preimages.js";
import type { StorageLayout } from "./types.js";
import { WELL_KNOWN } from "./wellKnown.js";
import { toWord } from "./words.js";

/** What a call changed in a contract's storage. */
export type Change = SlotChange & { readonly contract: string };

/** [wei] for balances */
interface Moved {
  readonly account: string;
  readonly before: bigint;
  readonly after: bigint;
}

export interface CodeChange {
  readonly account: string;
  /** [hex] */
  readonly before: string;
  readonly after: string;
}

/** What became of a call, and what it changed. */
export type Difference =
  | { readonly ok: false; readonly revert: string; readonly why: string }
  | {
      readonly ok: true;
      /** What the call returned. [hex] */
      readonly returned: string;
      readonly changes: readonly Change[];
      readonly balances: readonly Moved[];
      /** Of everybody but the sender, whose nonce every transaction moves by one. */
      readonly nonces: readonly Moved[];
      readonly code: readonly CodeChange[];
    };

export interface StorageKnowledge {
  /**
   * Of the account whose storage it is: for a proxy what its implementation lays out. Undefined if nobody knows.
   * @param code The account's, after the call: what the call creates is known by it. [hex]
   */
  readonly layoutOf: (account: string, code?: string) => StorageLayout | undefined;
  /** What earlier calls hashed: the same object for many calls spares tracing them. */
  readonly preimages?: Preimages;
  /** Roles, addresses, numbers that may be keys of mappings, where the compiler itself hashed them. [hex] */
  readonly keys?: readonly string[];
}

const accountSchema = z.object({
  balance: z.string().optional(),
  nonce: z.number().optional(),
  code: z.string().optional(),
  storage: z.record(z.string(), z.string()).optional(),
});
const prestateSchema = z.object({
  pre: z.record(z.string(), accountSchema),
  post: z.record(z.string(), accountSchema),
});
type Prestate = z.output<typeof prestateSchema>;

/** Texts that are keys are seldom longer; code that is hashed is. [bytes] */
const LONGEST_HASHED = 4_096;
const ZERO = toWord(0n);

/**
 * What a call would change, if it was the next one: told by variable, nothing left out. The chain stays as it is.
 *
 * Of the tracers of Hardhat's chain inside the process: a call that reverts has a difference like one that does
 * nothing, so the call is asked first. `pre` leaves out zeros in storage and nonces, and has all of an account of which
 * anything changed but only those slots that did; `post` leaves out what did not change, and slots that are now zero.
 * The sender's nonce moves although nobody sends; gas costs nothing. A value that the sender has not got is made from
 * nothing, so it is compared with the balance. Both ask as if within the newest block: its time and its number.
 */
export async function traceDifference(
  snapshot: Snapshot,
  call: Call & { readonly from: string },
  knowledge: StorageKnowledge,
): Promise<Difference> {
  const { from, to, data, value = 0n } = call;
  if (value > 0n && (await balanceOf(snapshot, from)) < value) {
    return { ok: false, revert: "0x", why: `${from} has less than ${value} wei` };
  }
  const answer = await snapshot.call(call);
  if (!answer.ok) return answer;
  const request = { from, to, data, gas: toQuantity(GAS), value: toQuantity(value) };
  const options = { tracer: "prestateTracer", tracerConfig: { diffMode: true } };
  const prestate = prestateSchema.parse(await snapshot.request("debug_traceCall", [request, "latest", options]));
  const layouts = layoutsOf(prestate, knowledge);
  const changes = await locateAll(snapshot, call, changedSlots(prestate), layouts, knowledge);
  return { ok: true, returned: answer.data, changes, ...accountChanges(prestate, from) };
}

async function balanceOf(snapshot: Snapshot, account: string): Promise<bigint> {
  return BigInt((await snapshot.request("eth_getBalance", [account, "latest"])) as string);
}

type ContractSlot = ChangedSlot & { readonly contract: string };

function changedSlots({ pre, post }: Prestate): ContractSlot[] {
  return accountsOf({ pre, post }).flatMap((account) => {
    const [old, now] = [pre[account]?.storage ?? {}, post[account]?.storage ?? {}];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])]
      .sort()
      .map((slot) => ({ contract: getAddress(account), slot, before: old[slot] ?? ZERO, after: now[slot] ?? ZERO }));
  });
}

function accountChanges(
  { pre, post }: Prestate,
  from: string,
): Pick<Difference & { ok: true }, "balances" | "nonces" | "code"> {
  const balances: Moved[] = [];
  const nonces: Moved[] = [];
  const code: CodeChange[] = [];
  for (const key of accountsOf({ pre, post })) {
    const account = getAddress(key);
    const [old, now] = [pre[key] ?? {}, post[key] ?? {}];
    const before = { balance: BigInt(old.balance ?? 0), nonce: BigInt(old.nonce ?? 0), code: old.code ?? "0x" };
    const after = {
      balance: BigInt(now.balance ?? before.balance),
      nonce: BigInt(now.nonce ?? before.nonce) - (account === getAddress(from) ? 1n : 0n),
      code: now.code ?? before.code,
    };
    if (before.balance !== after.balance) balances.push({ account, before: before.balance, after: after.balance });
    if (before.nonce !== after.nonce) nonces.push({ account, before: before.nonce, after: after.nonce });
    if (before.code !== after.code) code.push({ account, before: before.code, after: after.code });
  }
  return { balances, nonces, code };
}

const accountsOf = ({ pre, post }: Prestate): string[] =>
  [...new Set([...Object.keys(pre), ...Object.keys(post)])].sort();

/** Of accounts whose storage has changed, as far as it is known. */
function layoutsOf(prestate: Prestate, { layoutOf }: StorageKnowledge): Map<string, StorageLayout> {
  const layouts = new Map<string, StorageLayout>();
  for (const { contract } of changedSlots(prestate)) {
    if (layouts.has(contract)) continue;
    const key = contract.toLowerCase();
    const layout = layoutOf(contract, prestate.post[key]?.code ?? prestate.pre[key]?.code ?? "0x");
    if (layout !== undefined) layouts.set(contract, layout);
  }
  return layouts;
}

/** Learns more, the cheapest first, while a slot of a known contract is not known. */
async function locateAll(
  snapshot: Snapshot,
  call: Call,
  slots: readonly ContractSlot[],
  layouts: ReadonlyMap<string, StorageLayout>,
  { preimages = new Preimages(), keys = [] }: StorageKnowledge,
): Promise<Change[]> {
  const attempt = (): Change[] =>
    slots.flatMap(({ contract, ...slot }) =>
      locate(slot, [...(layouts.get(contract) ?? []), ...WELL_KNOWN], preimages).map((change) => ({
        ...change,
        contract,
      })),
    );
  let steps: readonly Step[] = [];
  const lessons: readonly (() => void | Promise<void>)[] = [
    () => {
      for (const layout of layouts.values()) addContents(layout, preimages);
    },
    async () => {
      steps = await traceSteps(snapshot, call, "no memory");
      for (const preimage of hashedWords(steps)) preimages.add(preimage);
    },
    // Texts are keys, too.
    async () => {
      for (const step of await traceSteps(snapshot, call, "memory")) {
        const preimage = hashedBy(step, LONGEST_HASHED);
        if (preimage !== undefined) preimages.add(preimage);
      }
    },
    async () => {
      const constants = [ZERO, ...keys, ...(await constantsOf(snapshot, call.to, steps))];
      for (const layout of layouts.values()) addEntries(layout, constants, preimages);
    },
  ];
  let changes = attempt();
  for (const learn of lessons) {
    if (!changes.some(({ kind, contract }) => kind === "unknown" && layouts.has(contract))) break;
    await learn();
    changes = attempt();
  }
  return changes;
}

const CALLS = new Set(["CALL", "STATICCALL", "DELEGATECALL", "CALLCODE"]);

/** In the code of everybody who was called. */
async function constantsOf(snapshot: Snapshot, to: string, steps: readonly Step[]): Promise<string[]> {
  const called = new Set([getAddress(to)]);
  for (const step of steps) if (CALLS.has(step.op)) called.add(addressIn(toWord(onStack(step, 1))));
  const codes = await Promise.all([...called].map((account) => snapshot.code(account)));
  return codes.flatMap(constantsIn);
}
