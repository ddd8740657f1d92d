import { PowerError } from "./errors.js";
import {
  after,
  any,
  kept,
  partsOf,
  principal,
  type Entity,
  type Formula,
  type Moment,
  type PowerName,
  type Principal,
  type Seconds,
} from "./formula.js";

/** Whoever can do `through` gains `gains`: who changes a role's holders can give it to itself. */
export interface Escalation {
  readonly gains: PowerName;
  readonly through: Formula;
  /** From the moment `through` is done until the gained power can be used. 0 by default. [seconds] */
  readonly seconds?: Seconds;
}

/** Who can do what, and how one power leads to another. */
export interface PowerSystem {
  readonly powers: ReadonlyMap<PowerName, Formula>;
  readonly escalations?: readonly Escalation[];
  /** Entities behind principals; a principal that is not listed is its own entity. */
  readonly identities?: ReadonlyMap<Principal, Entity>;
  /** What has expired by now is gone. Without it everything counts as not expired yet. */
  readonly now?: Moment;
}

/** Longer delays are taken for a mistake: 34,000 years. [seconds] */
export const LONGEST_DELAY: Seconds = 2 ** 40;

/** The entity behind a principal. */
export function entityOf(system: PowerSystem, name: Principal): Entity {
  return system.identities?.get(name) ?? name;
}

/**
 * A system in which some powers are bodies: each counts as one entity by its own name, whoever may be behind it. For
 * tables that say "the DAO and any 4 of the committee" instead of every way in which holders carry a vote. Who can gain
 * such a power still gains it. What it takes inside a body, members in two of them, time, an end, is not seen: ask the
 * system itself for that.
 */
export function withBodies(system: PowerSystem, bodies: readonly PowerName[]): PowerSystem {
  const unknown = bodies.find((name) => !system.powers.has(name));
  if (unknown !== undefined) throw new PowerError(`the system has no power "${unknown}" that could be a body`);
  const powers = new Map(system.powers);
  for (const name of bodies) powers.set(name, principal(name));
  return { ...system, powers };
}

/** Whether a moment has come; never, where nobody says what time it is. */
export function isOver(end: Moment | undefined, now: Moment | undefined): boolean {
  return end !== undefined && now !== undefined && end <= now;
}

/** Every power's formula with its escalations, everything checked. */
export function closeEscalations(system: PowerSystem): ReadonlyMap<PowerName, Formula> {
  checkIdentities(system);
  const gained = new Map<PowerName, Formula[]>();
  for (const { gains, through, seconds = 0 } of system.escalations ?? []) {
    if (!system.powers.has(gains)) {
      throw new PowerError(`an escalation gains the power "${gains}", which the system does not have`);
    }
    gained.set(gains, [...(gained.get(gains) ?? []), kept(after(seconds, through))]);
  }
  const closed = new Map(
    Array.from(system.powers, ([name, formula]): [PowerName, Formula] => {
      const others = gained.get(name);
      return [name, others === undefined ? formula : any(formula, ...others)];
    }),
  );
  for (const [name, formula] of closed) checkFormula(system, formula, `power "${name}"`);
  return closed;
}

/** An identity file that maps a to b and b to c has not made up its mind about a. */
function checkIdentities({ identities }: PowerSystem): void {
  for (const [name, entity] of identities ?? []) {
    const further = identities?.get(entity);
    if (further !== undefined && further !== entity) {
      throw new PowerError(
        `identities: "${name}" is "${entity}", which is itself listed as "${further}"; ` +
          `list "${name}" as "${further}", or give the entity another name`,
      );
    }
  }
}

function checkFormula(system: PowerSystem, formula: Formula, where: string): void {
  const fail = (sentence: string): never => {
    throw new PowerError(`${where}: ${sentence}`);
  };
  switch (formula.kind) {
    case "power":
      if (!system.powers.has(formula.power)) fail(`the system has no power "${formula.power}"`);
      break;
    case "at-least":
      if (!Number.isSafeInteger(formula.threshold) || formula.threshold < 0) {
        fail(`a threshold is a whole number, 0 or more, not ${formula.threshold}`);
      }
      break;
    case "weighted":
      if (formula.of.some(({ weight }) => weight < 0n)) fail("a weight is 0 or more: negative votes would take away");
      break;
    case "after":
      if (!Number.isSafeInteger(formula.seconds) || formula.seconds < 0 || formula.seconds > LONGEST_DELAY) {
        fail(`a delay is a whole number of seconds from 0 to ${LONGEST_DELAY}, not ${formula.seconds}; or it is never`);
      }
      break;
    case "in-mode":
      if (!system.powers.has(formula.mode)) {
        fail(`the system does not say who can make the mode "${formula.mode}"; nobody is needed if it comes by itself`);
      }
      break;
    case "until": {
      const { at, renewal } = formula.expiry;
      const moments = [at, renewal?.hardEnd ?? at];
      if (moments.some((moment) => !Number.isSafeInteger(moment) || moment < 0)) {
        fail(`an expiry is a moment in whole unix seconds, not ${moments.join(" or ")}`);
      }
      if (renewal?.hardEnd !== undefined && renewal.hardEnd < at) {
        fail(`renewals end at ${renewal.hardEnd}, which is before it expires at ${at}`);
      }
      break;
    }
    default:
      break;
  }
  for (const part of partsOf(formula)) checkFormula(system, part, where);
}
