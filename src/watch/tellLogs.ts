import type { Log } from "ethers";

import { nameOfState, type GovernanceState } from "../model/types.js";
import { boundedText } from "../protocol/bounded.js";
import type { Call } from "../protocol/calls.js";
import { explainCall } from "../protocol/explain.js";
import { takesNewPlace } from "../protocol/operations/collectHistory.js";
import { toldProposal } from "../protocol/operations/proposed.js";
import { operationOf } from "../protocol/proposals.js";
import { quoted, visible } from "../protocol/visible.js";
import { describeLog } from "./describeLog.js";
import type { EventKind, KnownOperation } from "./types.js";
import { parseLogs, type WatchedAddresses, type WatchedLog } from "./watchedLogs.js";

/** A log in words. */
interface LogEvent {
  /** Of transaction, place and content, so that it is the same in another block. [hex] */
  readonly key: string;
  readonly kind: EventKind;
  readonly text: string;
  readonly block: number;
  /** The operation that it is about. */
  readonly operation?: string;
}

/** Logs in words, and what a later one needs of them. */
export interface ToldLogs {
  readonly events: readonly LogEvent[];
  readonly titles: readonly { readonly operation: string; readonly title: string }[];
  readonly scheduled: readonly Omit<KnownOperation, "endedAt">[];
  /** Places in the order of scheduling after them. */
  readonly sequence: bigint;
  /** The last state that the gate went to; undefined if it went nowhere. */
  readonly state: number | undefined;
  readonly rageQuits: bigint;
}

/** What went before. */
export interface Start {
  /** Places in the order of scheduling. */
  readonly sequence: bigint;
  /** What was pending: one event may withdraw all of it. */
  readonly pending: readonly Pick<KnownOperation, "id" | "sequence" | "title">[];
  /** Titles of proposals, by the operation that they become. */
  readonly titles: ReadonlyMap<string, string>;
}

/** @param logs In their order. */
export function tellLogs(logs: readonly Log[], addresses: WatchedAddresses, start: Start): ToldLogs {
  const parsed = parseLogs(logs, addresses);
  const titles: { operation: string; title: string }[] = [];
  const known = new Map(start.titles);
  const pending = new Map(start.pending.map((one) => [one.id, one]));
  const scheduled: Omit<KnownOperation, "endedAt">[] = [];
  const events: LogEvent[] = [];
  let { sequence } = start;
  const schedule = (id: string, block: number): void => {
    const operation = { id, block, title: known.get(id) ?? "", sequence: ++sequence };
    scheduled.push(operation);
    pending.set(id, operation);
  };
  // One that replaces the gate withdraws all that is pending while it executes, and goes on itself.
  const executed = new Set(
    parsed
      .filter(({ by, event }) => by === "timelock" && event.name === "CallExecuted")
      .map(({ log, event }) => `${log.transactionHash}:${String(event.args[0])}`),
  );
  let state: number | undefined;
  let rageQuits = 0n;
  for (const one of parsed) {
    const { log, event, by, kind, key } = one;
    const tell = (text: string, operation?: string): void => {
      events.push({ key, kind, text, block: log.blockNumber, ...(operation !== undefined && { operation }) });
    };
    switch (`${by}.${event.name}`) {
      case "gate.GovernanceStateChanged": {
        const [from, to] = [event.args[0], event.args[1]].map((value) => Number(value) as GovernanceState);
        state = to;
        tell(`Governance went from ${nameOfState(from ?? 0)} to ${nameOfState(to ?? 0)}.`);
        break;
      }
      case "governor.ProposalCreated": {
        const proposal = toldProposal(log.data);
        const title = titleOf(proposal.description);
        const operation = operationOf(addresses.governor, proposal).id;
        titles.push({ operation, title });
        known.set(operation, title);
        tell([`Proposal ${proposal.id} asks: ${quoted(title)}.`, ...explainAll(proposal.calls)].join("\n"));
        break;
      }
      case "timelock.CallScheduled": {
        const id = String(event.args[0]);
        // The first of several tells of all.
        if (event.args[1] !== 0n) break;
        schedule(id, log.blockNumber);
        const title = known.get(id) ?? "";
        const name = title === "" ? id : `${id} (${quoted(title)})`;
        tell([`Operation ${name} waits in the timelock.`, ...explainAll(callsOf(id, log, parsed))].join("\n"), id);
        break;
      }
      case "timelock.CallSalt": {
        const id = String(event.args[0]);
        // A batch of no calls is told by its salt alone.
        if (callsOf(id, log, parsed).length > 0) break;
        schedule(id, log.blockNumber);
        tell(`Operation ${id}, of no calls, waits in the timelock.`, id);
        break;
      }
      case "timelock.CallExecuted": {
        const id = String(event.args[0]);
        pending.delete(id);
        if (takesNewPlace(event.args[2], event.args[4], addresses.timelock)) ++sequence;
        if (event.args[1] === 0n) tell(`Operation ${id} was executed.`, id);
        break;
      }
      case "timelock.Cancelled":
        pending.delete(String(event.args[0]));
        tell(`Operation ${String(event.args[0])} was withdrawn.`, String(event.args[0]));
        break;
      case "timelock.CancelledThrough":
        for (const { id, sequence: place, title } of [...pending.values()]) {
          if (place > (event.args[0] as bigint) || executed.has(`${log.transactionHash}:${id}`)) continue;
          pending.delete(id);
          const name = title === "" ? "" : ` (${quoted(title)})`;
          const text = `Operation ${id}${name} was withdrawn, with all that was pending.`;
          events.push({ key: `${key}-${id.slice(2, 10)}`, kind, text, block: log.blockNumber, operation: id });
        }
        break;
      default:
        if (event.name === "RageQuitStarted") ++rageQuits;
        tell(describeLog(one));
    }
  }
  return { events, titles, scheduled, sequence, state, rageQuits };
}

function callsOf(id: string, { transactionHash }: Log, parsed: readonly WatchedLog[]): Call[] {
  return parsed
    .filter(({ log, event }) => log.transactionHash === transactionHash && event.name === "CallScheduled")
    .filter(({ event }) => event.args[0] === id)
    .map(({ event }) => {
      const [, , target, value, data] = event.args as unknown as [string, bigint, string, bigint, string];
      return { target, value, data };
    });
}

/** The title of a proposal. [characters] */
const TITLE = 100;
export const titleOf = (description: string): string => (description.trim().split("\n")[0] ?? "").slice(0, TITLE);

/** Of an operation so many calls are told. */
const CALLS = 20;

function explainAll(calls: readonly Call[]): string[] {
  const told = calls
    .slice(0, CALLS)
    .map((call, index) => `  ${index + 1}. It ${visible(boundedText(explainCall(call), 600))}.`);
  return calls.length > CALLS ? [...told, `  … and ${calls.length - CALLS} more calls.`] : told;
}
