import { z } from "zod";

import { GOVERNANCE_STATES } from "../model/types.js";

/**
 * What a scenario reports, as JSON: the shape that `tribune scenario --json` writes. Times are whole seconds, counted
 * from the start of their run unless they say otherwise; supports are decimal strings [1e18 = 100 %].
 */
export const SCHEMA_VERSION = 1;

/** Those of the gate, and where no state machine is asked any more: a long fixed delay in its place, or a gate that fails. */
export const STATE_NAMES = [...GOVERNANCE_STATES, "FallbackGate", "SilentGate"] as const;

/** What an entry is about; `refused` is an attempt that reverted. */
export const ENTRY_KINDS = [
  "setup",
  "propose",
  "vote",
  "queue",
  "execute",
  "cancel",
  "refused",
  "lock",
  "unlock",
  "poke",
  "exit",
  "claim",
  "withdraw",
  "theft",
  "committee",
  "note",
] as const;

const seconds = z.int().nonnegative();
const support = z.string().regex(/^\d+$/);
const stateName = z.enum(STATE_NAMES);

const entrySchema = z.strictObject({
  /** Heading under which the entry stands. */
  chapter: z.string(),
  at: seconds,
  /** Time of the block. [unix seconds] */
  timestamp: seconds,
  kind: z.enum(ENTRY_KINDS),
  actor: z.string(),
  /** What the actor does, in the present tense. */
  action: z.string(),
  /** A few words for a chart; only where the entry deserves a mark. */
  mark: z.string().optional(),
  /** What came of it: decisions, transitions, the error of a refusal. */
  decided: z.array(z.string()),
  /** The gate's effective state afterwards; null where there is no gate. */
  state: stateName.nullable(),
  /** R_now and R_max afterwards; null where no gate asks for them. */
  support: z.strictObject({ now: support, max: support }).nullable(),
});

const runSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** [unix seconds] */
  startedAt: seconds,
  /** From the start to the last entry. */
  duration: seconds,
  /** R1 and R2; null where there never is a gate. */
  thresholds: z.strictObject({ signalling: support, rageQuit: support }).nullable(),
  /** The state at the start; null where there is no gate yet. */
  initialState: stateName.nullable(),
  /** `from` is null where a gate is adopted, `to` where it is taken away. */
  transitions: z.array(z.strictObject({ at: seconds, from: stateName.nullable(), to: stateName.nullable() })),
  timeline: z.array(entrySchema),
  /** What was asserted, and held. */
  checks: z.array(z.string()),
});

const outcomeSchema = z.strictObject({
  /** One title for each answer of a row. */
  columns: z.array(z.string()),
  rows: z.array(z.strictObject({ question: z.string(), answers: z.array(z.string()) })),
  /** What to take home. */
  moral: z.string(),
});

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  scenario: z.strictObject({ name: z.string(), title: z.string(), summary: z.string() }),
  runs: z.array(runSchema).min(1),
  outcome: outcomeSchema,
});

export type StateName = z.infer<typeof stateName>;
export type EntryKind = (typeof ENTRY_KINDS)[number];
export type Entry = z.infer<typeof entrySchema>;
export type RunReport = z.infer<typeof runSchema>;
export type Outcome = z.infer<typeof outcomeSchema>;
export type ScenarioReport = z.infer<typeof reportSchema>;

/** A row for each question: how each run of a story answers it, side by side. */
export const rowsOf = <Ending>(
  endings: readonly Ending[],
  questions: Readonly<Record<string, (ending: Ending) => string>>,
): Outcome["rows"] =>
  Object.entries(questions).map(([question, answer]) => ({ question, answers: endings.map(answer) }));
