import { getAddress, isAddress, isHexString, zeroPadValue } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernanceTimelock__factory,
  TiebreakerCommittee__factory,
} from "../../../types/index.js";
import type { SafeCall } from "../../safe/explain.js";
import { SentenceError, sentences } from "../errors.js";
import type { PowerContracts } from "../../committees/bodies.js";
import { encodeExecution, type OperationPlace } from "../operations/execution.js";

/** What a named action is about. */
type Subjects = "nothing" | "operation" | "pausable" | "pausables" | "gate";

interface Action {
  /** Name of the body that may do it; undefined where several may. */
  readonly by: "activation" | "execution" | "seal" | "reseal" | undefined;
  readonly subjects: Subjects;
  /** A predicate of the committee. */
  readonly summary: string;
}

/** Everything that committees can do, by the name that a person gives. */
export const ACTIONS = {
  "emergency-activate": { by: "activation", subjects: "nothing", summary: "enters emergency mode, once" },
  "emergency-execute": { by: "execution", subjects: "operation", summary: "executes what is older than the mode" },
  "emergency-reset": {
    by: "execution",
    subjects: "nothing",
    summary: "cancels everything, installs the fallback gate",
  },
  seal: { by: "seal", subjects: "pausables", summary: "pauses named contracts, once" },
  reseal: { by: "reseal", subjects: "pausable", summary: "prolongs a running pause" },
  "approve-release": { by: undefined, subjects: "operation", summary: "approves that an operation passes the gate" },
  "approve-resume": { by: undefined, subjects: "pausable", summary: "approves that a pause ends" },
  "approve-replace-gate": {
    by: undefined,
    subjects: "gate",
    summary: "approves that the fallback gate replaces a silent one",
  },
  "withdraw-release": { by: undefined, subjects: "operation", summary: "takes such an approval back" },
  "withdraw-resume": { by: undefined, subjects: "pausable", summary: "takes such an approval back" },
  "withdraw-replace-gate": { by: undefined, subjects: "gate", summary: "takes such an approval back" },
  "execute-release": { by: undefined, subjects: "operation", summary: "does what a quorum has approved; anybody may" },
  "execute-resume": { by: undefined, subjects: "pausable", summary: "does what a quorum has approved; anybody may" },
  "execute-replace-gate": { by: undefined, subjects: "gate", summary: "does what a quorum has approved; anybody may" },
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof ACTIONS;

/** As in `ITiebreakerCommittee.Action`. */
const MOTIONS = { release: 0, resume: 1, "replace-gate": 2 } as const;

/** The action of that name, or a sentence with all names. */
export function findAction(name: string): ActionName {
  if (Object.hasOwn(ACTIONS, name)) return name as ActionName;
  throw new SentenceError(
    sentences(
      `No action is called "${name}". There are:`,
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
  powers: PowerContracts,
  place: OperationPlace,
): Promise<SafeCall> {
  const timelock = DualGovernanceTimelock__factory.createInterface();
  const breaker = CircuitBreaker__factory.createInterface();
  const read = (): string => readSubject(name, subjects);
  switch (name) {
    case "emergency-activate":
      readNone(name, subjects);
      return callTo(powers.timelock, timelock.encodeFunctionData("activateEmergencyMode"));
    case "emergency-reset":
      readNone(name, subjects);
      return callTo(powers.timelock, timelock.encodeFunctionData("emergencyReset"));
    case "emergency-execute":
      return callTo(powers.timelock, await encodeExecution(read(), place));
    case "seal":
      return callTo(breakerOf(powers), breaker.encodeFunctionData("seal", [readAddresses(name, subjects)]));
    case "reseal":
      return callTo(breakerOf(powers), breaker.encodeFunctionData("reseal", [read()]));
    case "approve-release":
    case "approve-resume":
      return callTo(tiebreakerOf(powers), encodeMotion("approve", name, read()));
    case "withdraw-release":
    case "withdraw-resume":
      return callTo(tiebreakerOf(powers), encodeMotion("withdrawApproval", name, read()));
    case "execute-release":
    case "execute-resume":
      return callTo(tiebreakerOf(powers), encodeMotion("execute", name, read()));
    case "approve-replace-gate":
      return callTo(tiebreakerOf(powers), encodeMotion("approve", name, await readGate(name, subjects, place)));
    case "withdraw-replace-gate":
      return callTo(
        tiebreakerOf(powers),
        encodeMotion("withdrawApproval", name, await readGate(name, subjects, place)),
      );
    case "execute-replace-gate":
      return callTo(tiebreakerOf(powers), encodeMotion("execute", name, await readGate(name, subjects, place)));
  }
}

const callTo = (to: string, data: string): SafeCall => ({ to, value: 0n, data });

type MotionVerb = "approve" | "withdrawApproval" | "execute";
type MotionName = `${"approve" | "withdraw" | "execute"}-${keyof typeof MOTIONS}`;

/** @param subject An identifier, or an address, which becomes one. */
function encodeMotion(verb: MotionVerb, name: MotionName, subject: string): string {
  const motion = name.slice(name.indexOf("-") + 1) as keyof typeof MOTIONS;
  const committee = TiebreakerCommittee__factory.createInterface();
  const args: [number, string] = [MOTIONS[motion], zeroPadValue(subject, 32)];
  switch (verb) {
    case "approve":
      return committee.encodeFunctionData("approve", args);
    case "withdrawApproval":
      return committee.encodeFunctionData("withdrawApproval", args);
    case "execute":
      return committee.encodeFunctionData("execute", args);
  }
}

function readNone(name: ActionName, subjects: readonly string[]): void {
  if (subjects.length > 0)
    throw new SentenceError(`${name} is about nothing in particular: leave out ${subjects.join(" ")}.`);
}

/** The one thing an action is about. */
function readSubject(name: ActionName, subjects: readonly string[]): string {
  const [only, ...others] = subjects;
  const isOperation = ACTIONS[name].subjects === "operation";
  if (only === undefined || others.length > 0) {
    throw new SentenceError(`${name} is about one ${isOperation ? "operation: give its identifier" : "pausable: give its address"}.`); // prettier-ignore
  }
  if (!isOperation) return readAddress(only);
  if (isHexString(only, 32)) return only.toLowerCase();
  throw new SentenceError(`"${only}" is no identifier of an operation: 0x and 64 hexadecimal digits.`);
}

function readAddresses(name: ActionName, subjects: readonly string[]): string[] {
  if (subjects.length === 0) throw new SentenceError(`${name} is about one pausable or several: give their addresses.`);
  return subjects.map(readAddress);
}

async function readGate(name: ActionName, subjects: readonly string[], place: OperationPlace): Promise<string> {
  const [gate, ...others] = subjects;
  if (others.length > 0) throw new SentenceError(`${name} is about one gate: give its address, or nothing.`);
  if (gate !== undefined) return readAddress(gate);
  return await DualGovernanceTimelock__factory.connect(place.timelock, place).gate();
}

function readAddress(text: string): string {
  if (isAddress(text) && text.startsWith("0x")) return getAddress(text);
  throw new SentenceError(`"${text}" is not an address: 0x, 40 hexadecimal digits, and a checksum that fits.`);
}

function breakerOf({ breaker }: PowerContracts): string {
  if (breaker !== undefined) return breaker;
  throw new SentenceError("No circuit breaker is known here: give the call itself with --target and --data.");
}

function tiebreakerOf({ tiebreaker }: PowerContracts): string {
  if (tiebreaker !== undefined) return tiebreaker;
  throw new SentenceError("This timelock has no tiebreaker.");
}
