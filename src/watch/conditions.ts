import { DAY } from "../model/units.js";
import { formatDuration, formatPercent, formatTime } from "../protocol/format.js";
import { describeElsewhere } from "../protocol/obeyedTimelock.js";
import { quoted } from "../protocol/visible.js";
import { nameOfState } from "../model/types.js";
import { listOpenCommands } from "../status/openCommands.js";
import { NEW_AGAIN, OLD_HEAD, type EventKind, type View } from "./types.js";

/** Something that is so in a block, and told once while it lasts. */
export interface Condition {
  readonly key: string;
  readonly kind: EventKind;
  readonly text: string;
  /** What is said when it ends; nothing if undefined. */
  readonly ended?: string;
}

const DECIDES_HERE = "The Governor decides in this deployment's timelock.";

/** Told so long before an end. [seconds] */
const NOTICES = [30n, 7n, 1n].map((days) => days * DAY);

/** Everything that is so now, and worth telling. */
export function listConditions(view: View): Condition[] {
  return [
    ...(view.oldHead === undefined ? [] : [condition(OLD_HEAD, "alarm", view.oldHead, NEW_AGAIN)]),
    ...listGate(view),
    ...(view.decidesIn === undefined
      ? []
      : [condition(`elsewhere:${view.decidesIn}`, "alarm", describeElsewhere(view.decidesIn), DECIDES_HERE)]),
    ...view.operations.flatMap(({ id, title, state, expiry }) => {
      const name = title === "" ? `Operation ${id}` : `Operation ${id} (${quoted(title)})`;
      return [
        ...(state === "ready"
          ? [condition(`ready:${id}`, "ready", `${name} can be executed: npx hardhat tribune execute ${id}`)]
          : []),
        ...listNotices(`expires:${id}`, name, expiry, view),
      ];
    }),
    ...view.terms.flatMap(({ path, label, endsAt }) =>
      listNotices(`term:${path}:${endsAt}`, `The power of the ${label}`, endsAt, view),
    ),
    ...listExits(view),
  ];
}

const condition = (key: string, kind: EventKind, text: string, ended?: string): Condition => ({
  ...{ key, kind, text },
  ...(ended !== undefined && { ended }),
});

const OLD_GATE =
  "What is told here of states, support and rage quits is the old one's, and only its rage quits are driven still. Once the " +
  "record names the new one (npx hardhat tribune attach), start the watch anew, with another checkpoint file.";

function listGate({ gate, silence, replacedBy }: View): Condition[] {
  const replaced =
    replacedBy === undefined
      ? []
      : [
          condition(
            `replaced:${replacedBy}`,
            "alarm",
            `The timelock obeys another gate now, ${replacedBy}. ${OLD_GATE}`,
          ),
        ];
  if (gate === undefined) {
    const text = silence ?? "The gate does not answer.";
    return [...replaced, condition("silent", "alarm", text, "The gate answers again.")];
  }
  // What is on record at a gate that nobody obeys matters to nobody.
  if (replacedBy !== undefined) return replaced;
  const [persisted, effective] = [gate.written.state, gate.due.state].map(nameOfState);
  if (persisted === effective) return replaced;
  const text = `Poke now: ${persisted} is on record, and ${effective} is due. npx hardhat tribune poke`;
  return [...replaced, condition(`poke:${persisted}:${effective}`, "due", text)];
}

/** The nearest notice alone: whoever starts late is not told of all. */
function listNotices(key: string, name: string, endsAt: bigint, { block }: View): Condition[] {
  const left = endsAt - block.timestamp;
  const notice = NOTICES.filter((length) => left <= length).at(-1);
  if (left < 0n || notice === undefined) return [];
  const text = `${name} ends ${formatTime(endsAt)}, in ${formatDuration(left, 2)}.`;
  return [condition(`${key}:${formatDuration(notice)}`, "expiry", text)];
}

function listExits(view: View): Condition[] {
  const { rageQuits, block } = view;
  const stalled = rageQuits
    .filter(({ isStalled }) => isStalled)
    .map(({ epoch }) => {
      const text = `The vault has held shares of rage quit ${epoch} for so long without progress that it is a deadlock.`;
      return condition(`stalled:${epoch}`, "alarm", text);
    });
  // The gate and its operations are told of above.
  const quiet = { persistedState: "Normal", effectiveState: "Normal", operations: [], rageQuits, block } as const;
  const due = listOpenCommands(quiet).map(({ command, why }) =>
    condition(`due:${command}`, "due", `${why}: npx hardhat tribune ${command}`),
  );
  return [...stalled, ...due];
}

/** Hundredths of a threshold that are told of. */
const LEVELS = [50, 80, 100];

/** How far support has come to each threshold; empty if the gate does not answer. */
export function readLevels({ gate }: View): Record<string, number> {
  if (gate === undefined) return {};
  const { signalling } = gate.configs.frozen;
  const levelOf = (threshold: bigint) =>
    LEVELS.filter((level) => gate.reading.supportMax * 100n >= threshold * BigInt(level)).at(-1) ?? 0;
  return { R1: levelOf(gate.written.signallingThreshold), R2: levelOf(signalling.rageQuitThreshold) };
}

/** @param before Undefined where nothing was told yet. */
export function describeLevel(name: string, before: number | undefined, after: number, { gate }: View): string {
  const support = gate === undefined ? "" : ` of ${formatPercent(gate.reading.supportMax)}`;
  const threshold = name === "R1" ? "the signalling threshold" : "the rage quit threshold";
  return after > (before ?? 0)
    ? `Support${support} is at ${after} % of ${threshold}, ${name}, or above.`
    : `Support${support} is below ${before ?? 0} % of ${threshold}, ${name}, again.`;
}
