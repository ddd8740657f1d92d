import { getAddress } from "ethers";

import { UnreadableError } from "../../protocol/errors.js";
import { inventAccount, type Log, type Snapshot } from "../../rehearsal/snapshot.js";
import type { Cast } from "../openScene.js";
import type { AuditReport } from "../report.js";
import { traceDifference, type StorageKnowledge } from "../storage/difference.js";
import { addressBook, nameIn, type Entry } from "./addressBook.js";
import type { CodeReader } from "./behind.js";
import { warnOfChangedCode } from "./codeBefore.js";
import { decodeCall } from "./decodeCalls.js";
import { accountsIn, isBookkeeping, listEffects, mergeEffects, movesPower, type Effect } from "./effects.js";
import { makeReady, type Reached, type Stage } from "./enact.js";
import { findCode, isAccount } from "./findCode.js";
import { listHoldings, readHolding, type MovedHolding } from "./holdings.js";
import { playCalls } from "./playCalls.js";
import { differenceOf, type CheckReport, type Ending, type PowerAnswer, type Warning } from "./report.js";
import type { Subject } from "./asked.js";
import * as warn from "./warnings.js";

/** How somebody looks at who can do what, before and after. */
export interface PowerAudit {
  readonly audit: (cast: Cast) => Promise<AuditReport>;
  /** What is worse and better in the later one, in sentences. */
  readonly compare: (
    before: AuditReport,
    after: AuditReport,
  ) => { readonly worse: readonly string[]; readonly better: readonly string[] };
}

export interface CheckOptions {
  readonly knowledge: StorageKnowledge;
  readonly power: PowerAudit;
  /** The chain in the block of an operation's scheduling. */
  readonly readerAt: (block: number) => CodeReader;
  readonly progress?: (text: string) => void;
}

/** What an operation would change, found out by executing it on a snapshot, which is then taken back. */
export async function checkOperation(cast: Cast, subject: Subject, options: CheckOptions): Promise<CheckReport> {
  const { snapshot, provider, addresses } = cast;
  const { operation, scheduledIn } = subject;
  const { progress = () => undefined, knowledge } = options;
  const book = addressBook(addresses);
  const stage: Stage = {
    ...{ snapshot, provider, addresses, tokenHolders: cast.tokenHolders },
    stranger: inventAccount("stranger"),
  };
  const now: CodeReader = readerOf(snapshot);
  progress("looking at who is called");
  const targets = operation.calls.filter(({ data }) => data !== "0x").map(({ target }) => target);
  const warnings: Warning[] = [
    ...(await warn.warnOfTargets(snapshot, operation.calls, book)),
    ...(await warn.warnOfCode(stage, targets, book, now)),
    ...(scheduledIn === undefined
      ? []
      : await warnOfChangedCode(targets, book, now, options.readerAt(scheduledIn), scheduledIn)),
  ];
  return await snapshot.branch(async () => {
    progress("bringing it to its execution");
    const reached = await makeReady(stage, subject);
    progress("executing it");
    const executed = await execute(stage, reached, book, knowledge);
    const played = await playCalls(stage, operation, book, knowledge, executed?.effects);
    const calls = operation.calls.map((call, index) => ({
      ...decodeCall(call, book),
      effects: played.effects[index],
    }));
    const effects = (executed?.effects ?? mergeEffects(played.effects)).filter(
      (effect) => !isBookkeeping(effect, operation.id),
    );
    warnings.push(
      ...warn.warnOfMixture(calls),
      ...warn.warnOfPath(reached),
      ...(reached.kind === "ready" ? warn.warnOfEther(reached.call.value ?? 0n) : []),
      ...warn.warnOfPointers(effects, book),
    );
    const mentioned = accountsIn(effects);
    const known = [
      ...new Set([...book.map(({ address }) => address), ...cast.tokenHolders, ...(cast.others ?? []), ...mentioned]),
    ];
    if (executed !== undefined) {
      await snapshot.branch(async () => {
        await snapshot.send(executed.call);
        warnings.push(
          ...(await warn.warnOfRoles(stage, effects, known)),
          ...(await warn.warnOfCode(stage, pointersIn(effects, targets), book, now)),
        );
      });
    }
    return {
      id: operation.id,
      description: subject.description,
      scheduledIn,
      calls,
      ending: await endingOf(reached, snapshot, played.stoppedAt),
      effects,
      ether: executed?.ether ?? [],
      holdings: executed?.holdings ?? [],
      power: await lookAtPower(cast, mentioned, executed, effects, book, options),
      warnings,
      names: Object.fromEntries(book.map(({ address, name }) => [address, `the ${name}`])),
    };
  });
}

const readerOf = (snapshot: Snapshot): CodeReader => ({
  code: (account) => snapshot.code(account),
  storage: (account, slot) => snapshot.storage(account, slot),
  ask: async (to, data) => {
    const answer = await snapshot.call({ to, data });
    return answer.ok ? answer.data : undefined;
  },
});

type Ready = Reached & { readonly kind: "ready" };
type Executed = Pick<CheckReport, "effects" | "ether" | "holdings"> & Pick<Ready, "call">;

/** The execution as one call, as it would be. Nothing stays. */
async function execute(
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
  const { after, withCode } = await snapshot.branch(async () => {
    const sent = await snapshot.send(call);
    if (!sent.ok)
      throw new UnreadableError(`The execution works when it is asked, and not when it is sent: ${sent.why}.`);
    return { after: await readHoldings(snapshot, sent.logs), withCode: await findCode(snapshot, difference.changes) };
  });
  const holdings: MovedHolding[] = [];
  for (const { holding, amount } of after) {
    const before = await readHolding(snapshot, holding);
    if (before !== undefined && before !== amount) holdings.push({ ...holding, before, after: amount });
  }
  return {
    call,
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

/** Code that is obeyed afterwards, and was not called. */
const pointersIn = (effects: readonly Effect[], targets: readonly string[]): string[] =>
  effects.flatMap(({ power, after }) =>
    power === "code pointer" && isAccount(after) && !targets.includes(getAddress(after)) ? [after] : [],
  );

async function endingOf(reached: Reached, snapshot: Snapshot, stoppedAt: string | undefined): Promise<Ending> {
  switch (reached.kind) {
    case "ready":
      return { kind: "executes", at: await snapshot.now() };
    case "expires":
      return { kind: "expires", why: "it is void before anything lets it through" };
    case "unscheduled":
      return { kind: "unscheduled", why: reached.why };
    case "reverts":
      return { kind: "reverts", why: stoppedAt ?? reached.why };
  }
}

async function lookAtPower(
  cast: Cast,
  mentioned: readonly string[],
  executed: Executed | undefined,
  effects: readonly Effect[],
  book: readonly Entry[],
  { power, progress = () => undefined }: CheckOptions,
): Promise<PowerAnswer> {
  const { snapshot, addresses } = cast;
  if (executed === undefined) return { kind: "never" };
  if (!movesPower(effects, book, addresses.token)) return { kind: "untouched" };
  // Whoever it names is asked in both audits, so that they differ in nothing else.
  const named = mentioned
    .filter((address) => nameIn(book, address) === address)
    .map((address, index) => ({ address, name: `account ${index} of the operation` }));
  const wider: Cast = {
    ...cast,
    named,
    tokenHolders: [...cast.tokenHolders, ...mentioned],
    shareHolders: [...cast.shareHolders, ...mentioned],
  };
  progress("auditing what would be without it");
  const before = await power.audit(wider);
  await snapshot.send(executed.call);
  progress("auditing what would be after it");
  try {
    const after = await power.audit(wider);
    return { kind: "compared", difference: differenceOf(before, after, power.compare(before, after)) };
  } catch (error) {
    if (!(error instanceof UnreadableError) || error.trouble !== "other") throw error;
    return { kind: "broken", why: error.message };
  }
}
