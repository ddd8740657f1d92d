import { getAddress, isAddress, isHexString, zeroPadValue, type Interface } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernanceTimelock__factory,
  TiebreakerCommittee__factory,
} from "../../../types/index.js";
import type { Call } from "../calls.js";
import { TiebreakerAction } from "../enums.js";
import { SentenceError, sentences } from "../errors.js";
import { findOperation, type OperationPlace } from "../operations/history.js";
import { encodeExecution } from "../operations/operation.js";
import { visible } from "../visible.js";
import type { PowerContracts } from "./powers.js";
import type { SeatName } from "./seats.js";

/** What a named action is about. */
type Subjects = "nothing" | "operation" | "pausable" | "pausables" | "gate";

/** Where an action's call goes to, and what it needs to know. */
interface Context {
  readonly contracts: PowerContracts;
  readonly place: OperationPlace;
}

interface Action {
  /** Who may do it; undefined where several may. */
  readonly by: SeatName | undefined;
  readonly subjects: Subjects;
  /** A predicate of the committee. */
  readonly summary: string;
  /** Which contract is called. */
  readonly target: (contracts: PowerContracts) => string;
  /** @param subjects As many as there should be, read. */
  readonly encode: (subjects: readonly string[], context: Context) => string | Promise<string>;
}

const TIMELOCK = DualGovernanceTimelock__factory.createInterface();
const BREAKER = CircuitBreaker__factory.createInterface();
const TIEBREAKER: Interface = TiebreakerCommittee__factory.createInterface();

const timelockOf = ({ timelock }: PowerContracts): string => timelock;

function breakerOf({ breaker }: PowerContracts): string {
  if (breaker !== undefined) return breaker;
  throw new SentenceError("No circuit breaker is known here: give the call itself with --target and --data.");
}

function tiebreakerOf({ tiebreaker }: PowerContracts): string {
  if (tiebreaker !== undefined) return tiebreaker;
  throw new SentenceError("This timelock has no tiebreaker.");
}

/** What single committees do by themselves. */
const POWERS = {
  "emergency-activate": {
    by: "activation",
    subjects: "nothing",
    summary: "enters emergency mode, once",
    target: timelockOf,
    encode: () => TIMELOCK.encodeFunctionData("activateEmergencyMode"),
  },
  "emergency-execute": {
    by: "execution",
    subjects: "operation",
    summary: "executes what is older than the mode",
    target: timelockOf,
    encode: async ([id = ""], { place }) => encodeExecution(await findOperation(id, place)),
  },
  "emergency-reset": {
    by: "execution",
    subjects: "nothing",
    summary: "cancels everything, installs the fallback gate",
    target: timelockOf,
    encode: () => TIMELOCK.encodeFunctionData("emergencyReset"),
  },
  seal: {
    by: "seal",
    subjects: "pausables",
    summary: "pauses named contracts, once",
    target: breakerOf,
    encode: (pausables) => BREAKER.encodeFunctionData("seal", [[...pausables]]),
  },
  reseal: {
    by: "reseal",
    subjects: "pausable",
    summary: "prolongs a running pause",
    target: breakerOf,
    encode: ([pausable = ""]) => BREAKER.encodeFunctionData("reseal", [pausable]),
  },
} as const satisfies Record<string, Action>;

/** What the tiebreaker may be asked to do: its number in `ITiebreakerCommittee.Action`, and what is said of an approval. */
export const MOTIONS = {
  release: {
    action: TiebreakerAction.Release,
    subjects: "operation",
    summary: "approves that an operation passes the gate",
  },
  resume: { action: TiebreakerAction.Resume, subjects: "pausable", summary: "approves that a pause ends" },
  "replace-gate": {
    action: TiebreakerAction.ReplaceGate,
    subjects: "gate",
    summary: "approves that the fallback gate replaces a silent one",
  },
} as const satisfies Record<string, { action: bigint; subjects: Subjects; summary: string }>;

/** What is done with a motion: the tiebreaker's function, and what is said of it where the motion does not matter. */
const VERBS = {
  approve: { method: "approve", summary: undefined },
  withdraw: { method: "withdrawApproval", summary: "takes such an approval back" },
  execute: { method: "execute", summary: "does what a quorum has approved; anybody may" },
} as const;

type MotionName = keyof typeof MOTIONS;
type Verb = keyof typeof VERBS;
export type ActionName = keyof typeof POWERS | `${Verb}-${MotionName}`;

const entriesOf = <Key extends string, Value>(record: Readonly<Record<Key, Value>>) =>
  Object.entries(record) as [Key, Value][];

/** Every verb with every motion. */
const MOTION_ACTIONS = Object.fromEntries(
  entriesOf(VERBS).flatMap(([verb, { method, summary: always }]) =>
    entriesOf(MOTIONS).map(([motion, { action, subjects, summary }]): [string, Action] => [
      `${verb}-${motion}`,
      {
        by: undefined,
        subjects,
        summary: always ?? summary,
        target: tiebreakerOf,
        encode: ([subject = ""]) => TIEBREAKER.encodeFunctionData(method, [action, zeroPadValue(subject, 32)]),
      },
    ]),
  ),
) as Record<`${Verb}-${MotionName}`, Action>;

/** Everything that committees can do, by the name that a person gives. */
export const ACTIONS: Readonly<Record<ActionName, Action>> = { ...POWERS, ...MOTION_ACTIONS };

/** The action of that name, or a sentence with all names. */
export function findAction(name: string): ActionName {
  if (Object.hasOwn(ACTIONS, name)) return name as ActionName;
  throw new SentenceError(
    sentences(
      `No action is called "${visible(name)}". There are:`,
      Object.entries(ACTIONS).map(([known, { subjects, summary }]) => `${known}${SYNOPSES[subjects]}: ${summary}`),
    ),
  );
}

const SYNOPSES: Record<Subjects, string> = {
  nothing: "",
  operation: " <operation id>",
  pausable: " <pausable>",
  pausables: " <pausable> …",
  gate: " [gate]",
};

/**
 * The call that an action makes.
 * @param subjects What it is about: an operation's identifier, addresses of pausables, or nothing. For a motion about the
 * gate it may be left out, and is the gate that the timelock obeys now.
 */
export async function planAction(
  name: ActionName,
  subjects: readonly string[],
  contracts: PowerContracts,
  place: OperationPlace,
): Promise<Call> {
  const { subjects: kind, target, encode } = ACTIONS[name];
  const read = READERS[kind](name, subjects, contracts);
  return { target: target(contracts), value: 0n, data: await encode(read, { contracts, place }) };
}

type Reader = (name: ActionName, subjects: readonly string[], contracts: PowerContracts) => readonly string[];

/** What a person gave, checked. */
const READERS: Record<Subjects, Reader> = {
  nothing: (name, subjects) => {
    if (subjects.length === 0) return [];
    throw new SentenceError(`${name} is about nothing in particular: leave out ${subjects.map(visible).join(" ")}.`);
  },
  operation: (name, subjects) => {
    const id = readOnly(name, subjects, "operation: give its identifier");
    if (isHexString(id, 32)) return [id.toLowerCase()];
    throw new SentenceError(`"${visible(id)}" is no identifier of an operation: 0x and 64 hexadecimal digits.`);
  },
  pausable: (name, subjects) => [readAddress(readOnly(name, subjects, "pausable: give its address"))],
  pausables: (name, subjects) => {
    if (subjects.length > 0) return subjects.map(readAddress);
    throw new SentenceError(`${name} is about one pausable or several: give their addresses.`);
  },
  gate: (name, [gate, ...others], contracts) => {
    if (others.length > 0) throw new SentenceError(`${name} is about one gate: give its address, or nothing.`);
    return [gate === undefined ? contracts.gate : readAddress(gate)];
  },
};

function readOnly(name: ActionName, [only, ...others]: readonly string[], one: string): string {
  if (only !== undefined && others.length === 0) return only;
  throw new SentenceError(`${name} is about one ${one}.`);
}

function readAddress(text: string): string {
  if (isAddress(text) && text.startsWith("0x")) return getAddress(text);
  throw new SentenceError(`"${visible(text)}" is not an address: 0x, 40 hexadecimal digits, and a checksum that fits.`);
}
