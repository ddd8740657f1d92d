import type { GateRules } from "../model/twin/gateModel.js";
import type { Timestamp } from "../../src/model/units.js";
import { describeMove, type Call, type Move } from "./callTypes.js";
import type { Encounters } from "./encounters.js";
import type { CallOutcome, Chain } from "./sendCalls.js";
import { choose } from "./chooseMove.js";
import type { Fault } from "./plantedFaults.js";
import { Divergence, findDifferences, foretell, knownPlans } from "./observation.js";
import type { Step } from "./steps.js";
import { createWorld, passTo, predict, predictRuleChange, type Prediction, type World } from "./twin.js";

/** What a twin expects of a move. */
interface Expectation {
  /** After the move. */
  readonly world: World;
  /** By call, in order. */
  readonly calls: readonly { readonly call: Call; readonly before: World; readonly prediction: Prediction }[];
  readonly ruleChange: Prediction | undefined;
}

/** What the chain made of a move. */
interface Observation {
  readonly outcomes: readonly CallOutcome[];
  readonly words: string;
}

function expectOf(before: World, { at, transaction }: Move, rules: GateRules): Expectation {
  let world = passTo(before, at);
  if (transaction === undefined) return { world, calls: [], ruleChange: undefined };
  if ("rules" in transaction) {
    const ruleChange = predictRuleChange(world, transaction.rules, rules);
    return { world: ruleChange.world, calls: [], ruleChange };
  }
  const calls = transaction.calls.map((call) => {
    const expected = { call, before: world, prediction: predict(world, transaction.actor, call, rules) };
    ({ world } = expected.prediction);
    return expected;
  });
  return { world, calls, ruleChange: undefined };
}

/** What a call did differently from what was predicted. */
function findSurprise(chain: Chain, call: Call, prediction: Prediction, outcome: CallOutcome | undefined): string[] {
  const { refusal, returned } = prediction;
  if (outcome === undefined) return [`${call.type}: no outcome came back`];
  if (outcome.success) {
    if (refusal !== undefined) return [`${call.type}: the twin says ${refusal.error}, the chain accepts`];
    if (returned === undefined) return [];
    const actual = BigInt(outcome.returnData.slice(0, 66));
    return actual === returned ? [] : [`${call.type}: the twin returns ${returned}, the chain ${actual}`];
  }
  const error = chain.parseError(outcome.returnData);
  const name = error?.name ?? outcome.returnData;
  if (refusal?.error !== name) return [`${call.type}: the twin says ${refusal?.error ?? "yes"}, the chain ${name}`];
  const figures = (error?.args.toArray() ?? []).filter((figure) => typeof figure === "bigint");
  if (refusal.limit === undefined || figures.length === 0 || figures.includes(refusal.limit)) return [];
  return [`${call.type}: ${name} with the limit ${refusal.limit} in the twin, with ${figures.join(", ")} on the chain`];
}

/** Throws a {@link Divergence} unless the chain did what the twin expects. */
function compare(chain: Chain, { world, calls }: Expectation, { outcomes, words }: Observation, rules: GateRules) {
  const surprises = calls.flatMap(({ call, prediction }, index) =>
    findSurprise(chain, call, prediction, outcomes[index]),
  );
  const differences = [...surprises, ...findDifferences(foretell(chain, world, rules), words)];
  if (differences.length > 0) throw new Divergence(differences);
}

/** Whether the comparison notices that a twin with `rules` in the place of the true ones goes wrong in this move. */
function isNoticed(chain: Chain, before: World, move: Move, seen: Observation, rules: GateRules): boolean {
  try {
    compare(chain, expectOf(before, move, rules), seen, rules);
    return false;
  } catch (error) {
    if (error instanceof Divergence) return true;
    throw error;
  }
}

/** A twin, and what is learnt while it plays. */
export interface Player {
  readonly rules: GateRules;
  readonly encounters?: Encounters | undefined;
  /** Faults that no comparison has noticed yet: each is tried in every move, and taken out once it is noticed. */
  readonly unnoticed?: Set<Fault>;
}

/** Makes one move on both sides; @returns the twin's world after it. */
async function makeMove(
  chain: Chain,
  before: World,
  move: Move,
  { rules, encounters, unnoticed }: Player,
): Promise<World> {
  const expectation = expectOf(before, move, rules);
  const { world, calls, ruleChange } = expectation;
  const outcomes = await chain.make(move);
  const words = await chain.look(knownPlans(world.system), world.system.timelock.minDelay);
  const seen = { outcomes, words };
  compare(chain, expectation, seen, rules);

  for (const { before: found, call, prediction } of calls) encounters?.countCall(found, call, prediction);
  if (ruleChange !== undefined) encounters?.countRuleChange(ruleChange);
  encounters?.countStep(before, world);
  for (const fault of unnoticed ?? []) {
    if (isNoticed(chain, before, move, seen, fault.rules)) unnoticed?.delete(fault);
  }
  return world;
}

/** Plays a sequence on chain and twin, and compares them after each step; throws a {@link Divergence} with its trace. */
export async function play(chain: Chain, steps: readonly Step[], start: Timestamp, player: Player): Promise<void> {
  let world = createWorld(start);
  const trace: string[] = [];
  for (const step of steps) {
    const move = choose(world, step);
    trace.push(describeMove(move, start));
    try {
      world = await makeMove(chain, world, move, player);
    } catch (error) {
      if (error instanceof Divergence) throw new Divergence(error.differences, trace);
      throw new Error(`after\n  ${trace.join("\n  ")}`, { cause: error });
    }
  }
}
