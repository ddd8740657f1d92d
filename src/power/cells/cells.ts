import { isAddress, toQuantity, ZeroAddress } from "ethers";

import { readHolders, type Holders } from "../manifest/holders.js";
import { CALLS } from "./calls.js";
import { SIGNER } from "../world/decide.js";
import { classOf } from "../manifest/classOf.js";
import { A_NEW_CLONE, type AnyManifest, type Guard } from "../manifest/types.js";
import { PAYMENTS } from "../pool/calls.js";
import { cloneOfOperator, isTried } from "../pool/parts.js";
import { DEAD_CODE, NORMAL, type Mode } from "../modes/modes.js";
import { changingFunctions, guardOf, KINDS, type Part } from "../manifest/parts.js";
import type { Call, Snapshot } from "../../rehearsal/snapshot.js";
import type { World } from "../world/world.js";
import { loserOf, readGains } from "./consent.js";
import { traceDifference, type Change, type CodeChange, type StorageKnowledge } from "../storage/difference.js";

/** A rule that a call changed. */
export interface RuleChange {
  /** `DualGovernanceTimelock._ledger.gate` */
  readonly rule: string;
  /** With the keys: `_roles[0x…].hasRole[0x…]` */
  readonly place: string;
  readonly before: string;
  readonly after: string;
}

/** One function in one mode: the same call by everybody. */
export interface Cell {
  readonly mode: string;
  readonly part: Part;
  /** As in the ABI. */
  readonly signature: string;
  readonly guard: Guard;
  readonly holders: Holders;
  /** [calldata] */
  readonly data: string;
  /** What is sent along. [wei] */
  readonly value: bigint;
  /** Of the block that it was asked in. [unix seconds] */
  readonly at: bigint;
  /** What it takes from somebody who has not agreed, in sentences. */
  readonly takes: readonly string[];
  /** Addresses of those whose call worked. */
  readonly passed: readonly string[];
  /** How many others tried, and were refused. */
  readonly refused: number;
  /** What the call changed that is a rule, by whose call: only some of those who passed are traced. */
  readonly changes: ReadonlyMap<string, readonly RuleChange[]>;
  /** What was changed, or may have been, and no declaration explains. */
  readonly unexplained: readonly string[];
}

/** So many of those who pass an open function are looked at, where not all are; of a guarded one the first. */
const TRACED = 3;

interface CellOptions {
  readonly knowledge: StorageKnowledge;
  /** Looks at fewer of those who pass. */
  readonly isQuick?: boolean;
  /** The functions that are called; all of them by default. */
  readonly functions?: (part: Part, signature: string) => boolean;
}

/** All cells of one mode; `world` is in it. */
export async function proveCells(
  world: World,
  mode: Mode,
  { knowledge, isQuick = false, functions = () => true }: CellOptions,
): Promise<Cell[]> {
  const parts = await present(world);
  const trials = await listTrials(world, mode, parts, functions);
  const passed = await tryAll(world, parts, trials);
  const working = parts.find(({ name }) => name === "vessel")?.address;
  const layoutOf = (account: string) => knowledge.layoutOf(account === working ? world.addresses.vessel : account);
  // Everybody's calls where that is cheap enough: a function may be open to all, and do more for one of them.
  const most = mode.name === NORMAL && !isQuick ? Infinity : TRACED;
  const cells: Cell[] = [];
  for (const trial of trials) {
    const callers = passed.get(trial) ?? [];
    cells.push(
      await traceTrial(world, parts, trial, callers, trial.holders.isOpen ? most : 1, { ...knowledge, layoutOf }),
    );
  }
  return cells;
}

/** A call that everybody is to make. */
type Trial = Omit<Cell, "passed" | "refused" | "changes" | "unexplained" | "takes">;

async function listTrials(
  world: World,
  mode: Mode,
  parts: readonly Part[],
  isLookedAt: (part: Part, signature: string) => boolean,
): Promise<Trial[]> {
  const at = await world.snapshot.now();
  const known = world.accounts.map(({ address }) => address);
  // Many functions ask for the same.
  const read = new Map<string, Promise<Holders>>();
  const holdersOf = async (part: Part, guard: Guard): Promise<Holders> => {
    const key = `${part.address} ${JSON.stringify(guard)}`;
    const holders = read.get(key) ?? readHolders(world.snapshot, part, guard, parts, known);
    read.set(key, holders);
    return await holders;
  };
  const trials: Trial[] = [];
  for (const part of parts) {
    const kind = KINDS[part.name];
    for (const signature of changingFunctions(kind)) {
      if (!isTried(part, world) || !isLookedAt(part, signature)) continue;
      const value = PAYMENTS[`${part.name}.${kind.abi.getFunction(signature)?.name ?? ""}`] ?? 0n;
      const guard = guardOf(kind, signature);
      const holders = await holdersOf(part, guard);
      for (const args of await argumentsOf(world, part, signature)) {
        const data = kind.abi.encodeFunctionData(signature, args);
        trials.push({ mode: mode.name, part, signature, guard, holders, data, value, at });
      }
    }
  }
  return trials;
}

/** Everybody who is known, and whoever a guard names. */
const everybody = ({ accounts }: World, trials: readonly Trial[]): Set<string> =>
  new Set([...accounts.map(({ address }) => address), ...trials.flatMap(({ holders }) => holders.accounts)]);

/** What is called there, and is a clone. */
const CLONES: ReadonlySet<string> = new Set(["vessel", "operator vault"]);

/** Who passes each trial. */
async function tryAll(world: World, parts: readonly Part[], trials: readonly Trial[]): Promise<Map<Trial, string[]>> {
  const { snapshot, prober } = world;
  const passed = new Map<Trial, string[]>(trials.map((trial) => [trial, []]));
  const calls = trials.map(({ part, data, value }) => ({ target: part.address, data, value }));
  const unpaid = calls.filter(({ value }) => value === 0n);
  // A clone reads its own code, and who signs may have none: nothing may stand in for them, they are played as they are.
  const themselves = new Set([
    SIGNER.address,
    ...parts.flatMap((part) => (CLONES.has(part.name) && isTried(part, world) ? [part.address] : [])),
  ]);
  for (const account of everybody(world, trials)) {
    const itself = async ({ target: to, data, value }: (typeof calls)[number]): Promise<boolean> =>
      await worksFor(snapshot, { from: account, to, data, value });
    const probed = themselves.has(account) ? undefined : (await prober.try(account, unpaid)).values();
    // The prober has nothing that it could pay with.
    const worked = await Promise.all(
      calls.map(async (call) => (call.value > 0n ? undefined : probed?.next().value) ?? (await itself(call))),
    );
    trials.forEach((trial, index) => {
      if (worked[index] === true) passed.get(trial)?.push(account);
    });
  }
  for (const [trial, accounts] of passed) {
    if (!accounts.every((account) => themselves.has(account))) continue;
    const richer = await tryWithMoreGas(world, trial, everybody(world, trials));
    if (richer.length > 0) passed.set(trial, richer);
  }
  return passed;
}

/** Whether a call would work, made by the account as it is. A trace does not ask whether who pays has it. */
const worksFor = async (snapshot: Snapshot, call: Call & { readonly from: string; readonly value: bigint }) =>
  call.value === 0n ? await snapshot.works(call) : (await snapshot.call(call)).ok;

/** Some calls ask for more than the prober brings: where who may passes with all there is, everybody tries so. */
async function tryWithMoreGas(
  { snapshot, stranger }: World,
  { part, data, value, holders }: Trial,
  accounts: ReadonlySet<string>,
): Promise<string[]> {
  const works = async (from: string) => await worksFor(snapshot, { from, to: part.address, data, value });
  const mayPass = await Promise.all((holders.isOpen ? [stranger] : holders.accounts).map(works));
  if (!mayPass.includes(true)) return [];
  const passed: string[] = [];
  for (const account of accounts) if (await works(account)) passed.push(account);
  return passed;
}

/** A vessel that works for the exit that runs is looked at instead of what it is a clone of; a dead gate is not. */
async function present({ contracts, parts, snapshot, addresses }: World): Promise<Part[]> {
  const { payer } = await contracts.escrow.getEpoch(1n);
  const clone = payer === ZeroAddress ? await contracts.escrow.vesselAt(1n, 0n) : payer;
  const isUsed = (await snapshot.code(clone)) !== "0x";
  const isDead = (await snapshot.code(addresses.gate)) === DEAD_CODE;
  return parts
    .filter(({ name }) => !isDead || name !== "gate")
    .map((part) => (isUsed && part.name === "vessel" ? { ...part, address: clone } : part));
}

export async function argumentsOf(
  world: World,
  part: Part,
  signature: string,
): Promise<readonly (readonly unknown[])[]> {
  const calls = CALLS[part.name];
  const list = calls[signature] ?? calls[signature.slice(0, signature.indexOf("("))];
  if (list === undefined) throw new Error(`nothing says how ${signature} of the ${part.name} is called`);
  return await list(world);
}

/** Whoever passes them has consented, or takes what is its own. Anybody can become an operator: its call binds nobody else. */
const CONSENTING: ReadonlySet<Guard["kind"]> = new Set(["owner", "signature"]);

async function traceTrial(
  world: World,
  parts: readonly Part[],
  trial: Trial,
  passed: readonly string[],
  most: number,
  knowledge: StorageKnowledge,
): Promise<Cell> {
  const { snapshot, stranger } = world;
  const { part, data, value, guard } = trial;
  const changes = new Map<string, RuleChange[]>();
  const unexplained: string[] = [];
  const takes: string[] = [];
  // The stranger first: what anybody can do.
  const traced = [...passed].sort((one, other) => Number(other === stranger) - Number(one === stranger));
  for (const from of traced.slice(0, most)) {
    const call = { from, to: part.address, data, value };
    const difference = await (value === 0n
      ? traceDifference(snapshot, call, knowledge)
      : // A trace asks for what an answer does not: that whoever pays has it.
        snapshot.branch(async () => {
          await snapshot.request("hardhat_setBalance", [from, toQuantity(2n * value)]);
          return await traceDifference(snapshot, call, knowledge);
        }));
    if (!difference.ok) {
      unexplained.push("what could not be traced");
      continue;
    }
    const { rules, strange, taken } = sortChanges(difference, { ...world, parts }, from);
    if (rules.length > 0) changes.set(from, rules);
    unexplained.push(...strange);
    // An owner's call needs no more consent, and of signatures there is one.
    if (!CONSENTING.has(guard.kind)) {
      takes.push(...taken.flatMap(({ isOffer, says }) => (isOffer && guard.kind === "operator" ? [] : [says])));
    }
    if (from === stranger) takes.push(...(await readGains(world, call, difference)));
  }
  return { ...trial, passed, refused: everybody(world, [trial]).size - passed.length, changes, unexplained, takes };
}

/** As a difference tells what has not been written yet. */
const BORN = /^(0|false|0x0+)$/;

/** What is somebody else's and is less now. */
interface Taken {
  /** Whether a manifest says that whoever made an offer may take it back. */
  readonly isOffer: boolean;
  readonly says: string;
}

/** What of it is a rule, what nobody has declared, and what was somebody else's and is less now. Of contracts that the audit does not know nothing is said. */
export function sortChanges(
  { changes, code }: { readonly changes: readonly Change[]; readonly code: readonly CodeChange[] },
  world: Pick<World, "parts" | "accounts" | "addresses">,
  from: string,
): { rules: RuleChange[]; strange: string[]; taken: Taken[] } {
  const rules: RuleChange[] = [];
  const strange: string[] = [];
  const taken: Taken[] = [];
  for (const change of changes) {
    const part = world.parts.find(({ address }) => address === change.contract);
    if (part === undefined) continue;
    const { manifest }: { manifest: AnyManifest } = KINDS[part.name];
    if (change.kind === "unknown") {
      strange.push(`slot ${change.slot} of the ${part.name}, which no manifest declares`);
      continue;
    }
    const { declared, variable } = classOf(manifest, change);
    const rule = `${manifest.contract}.${variable}`;
    if (declared === undefined) strange.push(`${rule}, which no manifest declares`);
    const { place, before, after } = change;
    const born = BORN.test(before) ? manifest.born?.[variable] : undefined;
    const isBorn = born === A_NEW_CLONE ? isNewClone(change, code, world) : born === after;
    if (declared === "rule" && !isBorn) rules.push({ rule, place, before, after });
    if (declared !== "record") continue;
    const loser = loserOf(change, world);
    if (loser !== undefined && loser.address !== from) {
      const says = `changes ${manifest.contract}.${place}, which is ${loser.name}'s, from ${before} to ${after}`;
      taken.push({ isOffer: manifest.offers?.includes(variable) === true, says });
    }
  }
  return { rules, strange, taken };
}

/** Whether an entry is the number of a vault, or the vault of a number, that the same call made and that can be nothing else. */
function isNewClone(
  { keys, after }: { readonly keys: readonly string[]; readonly after: string },
  code: readonly CodeChange[],
  { addresses }: Pick<World, "addresses">,
): boolean {
  const [key = ""] = keys;
  const [vault, id] = isAddress(key) ? [key, after] : [after, key];
  const made = code.find(({ account, before }) => account === vault && before === "0x");
  return made !== undefined && made.after === cloneOfOperator(addresses, BigInt(id));
}
