import { getAddress } from "ethers";

import { inventAccount, type Snapshot } from "../../rehearsal/snapshot.js";
import type { AuditInput } from "../world/auditInput.js";
import type { StorageKnowledge } from "../storage/difference.js";
import { addressBook } from "./addressBook.js";
import type { CodeReader } from "./behind.js";
import { warnOfChangedCode } from "./codeBefore.js";
import { decodeCall } from "./decodeCalls.js";
import { accountsIn, isBookkeeping, isGovernorsBook, mergeEffects, movesPower, type Effect } from "./effects.js";
import { makeReady, type Reached, type Stage } from "./enact.js";
import { execute } from "./execute.js";
import { isAccount } from "./findCode.js";
import { lookAtPower, type NoAudit, type PowerAudit } from "./lookAtPower.js";
import { accountsInWords, findOutside, movesAllowance, warnOfOutside } from "./outside.js";
import { playCalls } from "./playCalls.js";
import type { CheckReport, Ending, Warning } from "./report.js";
import type { Subject } from "./asked.js";
import * as warn from "./warnings.js";

export interface CheckOptions {
  readonly knowledge: StorageKnowledge;
  readonly power: PowerAudit | NoAudit;
  /** The chain in the block of an operation's scheduling. */
  readonly readerAt: (block: number) => CodeReader;
  readonly progress?: (text: string) => void;
}

/** What an operation would change, found out by executing it on a snapshot, which is then taken back. */
export async function checkOperation(input: AuditInput, subject: Subject, options: CheckOptions): Promise<CheckReport> {
  const { snapshot, provider, addresses } = input;
  const { operation, scheduledIn } = subject;
  const { progress = () => undefined, knowledge } = options;
  const book = addressBook(addresses);
  const stage: Stage = {
    ...{ snapshot, provider, addresses, tokenHolders: input.tokenHolders },
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
      (effect) => !isBookkeeping(effect, operation.id) && !isGovernorsBook(effect, addresses, played.effects),
    );
    warnings.push(
      ...warn.warnOfMixture(calls),
      ...warn.warnOfPath(reached),
      ...(reached.kind === "ready" ? warn.warnOfEther(reached.call.value ?? 0n) : []),
      ...warn.warnOfPointers(effects, book),
    );
    const outside = executed === undefined ? [] : findOutside(effects, book, executed.holdings);
    warnings.push(...warnOfOutside(outside));
    const mentioned = [...new Set([...accountsIn(effects), ...accountsInWords(effects, executed?.logs ?? [])])];
    const known = [
      ...new Set([...book.map(({ address }) => address), ...input.tokenHolders, ...(input.others ?? []), ...mentioned]),
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
    const isUntouched =
      executed !== undefined &&
      !movesPower(effects, book, addresses) &&
      !movesAllowance(executed.holdings, book) &&
      outside.length === 0;
    return {
      id: operation.id,
      description: subject.description,
      scheduledIn,
      calls,
      ending: await endingOf(reached, snapshot, played.stoppedAt),
      effects,
      ether: executed?.ether ?? [],
      holdings: executed?.holdings ?? [],
      power: isUntouched ? { kind: "untouched" } : await lookAtPower(input, mentioned, executed, book, options),
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
