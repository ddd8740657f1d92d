import {
  after,
  any,
  inOrder,
  NOBODY_NEEDED,
  power as powerNamed,
  principal,
  type Escalation,
  type Formula,
  type PowerSystem,
} from "../core/index.js";
import type { Discovery } from "./discover.js";
import type { Proven } from "./prove.js";
import { STRANGER, type Reader } from "./reader.js";
import { doesOf, type Power, type Seat } from "./types.js";

const actName = (account: string): string => `act as ${account}`;
const seatName = (name: string): string => `be ${name}`;
export const ruleName = ({ effect, rule }: Pick<Power, "effect" | "rule">): string =>
  `${effect === "changes" ? "change" : "block"} ${rule}`;

/**
 * Everything that was tried, as powers of principals.
 * @param counted Whether whoever is not named has votes, too: then the system tells who can block something.
 */
export function toSystem(
  reader: Reader,
  { contracts }: Discovery,
  proven: readonly Proven[],
  identities: ReadonlyMap<string, string>,
  counted: "the named alone" | "whoever is not named counts" = "the named alone",
): PowerSystem {
  const accounts = new Set<string>();
  const actAs = (account: string): Formula => {
    if (account === STRANGER) return NOBODY_NEEDED;
    accounts.add(account);
    return powerNamed(actName(account));
  };
  const seats = gather([
    ...contracts.flatMap(({ resolved }) => resolved.flatMap((one) => one.seats ?? [])),
    ...proven.map((one) => seatOf(one)),
  ]);
  const formulas = new Map(proven.map((one) => [one, formulaOf(one, actAs)]));
  const powers = new Map<string, Formula>();
  for (const [name, seat] of seats) {
    const needs = counted === "the named alone" ? seat.needs : (seat.needsWithUnnamed ?? seat.needs);
    powers.set(seatName(name), seatFormula({ ...seat, ...(needs && { needs }) }, actAs));
  }
  for (const [{ power }, formula] of formulas) {
    const before = powers.get(ruleName(power));
    powers.set(ruleName(power), before === undefined ? formula : any(before, formula));
  }
  const acting = new Map(
    contracts.map(({ address }) => [address, ruleName({ effect: "changes", rule: doesOf(reader.nameOf(address)) })]),
  );
  const escalations = toEscalations(formulas, contracts, acting, powers, actAs);
  for (const account of accounts) {
    const does = acting.get(account);
    powers.set(actName(account), does !== undefined && powers.has(does) ? powerNamed(does) : principal(account));
  }
  return { powers, escalations, identities };
}

/** The seat of a power; whoever was let through where no seat is known. */
export function seatOf({ power, passed }: Proven): Seat {
  if (power.seat !== undefined) return power.seat;
  const members = passed.filter((account) => account !== STRANGER).map((account) => ({ account, seconds: 0 }));
  return { name: `whoever ${power.by} lets through`, members, isOpen: passed.includes(STRANGER) };
}

/** One seat, found in several places, has the members of all. */
function gather(found: readonly Seat[]): Map<string, Seat> {
  const seats = new Map<string, Seat>();
  for (const seat of found) {
    const known = seats.get(seat.name);
    const members = [...(known?.members ?? []), ...seat.members];
    const distinct = [...new Map(members.map((member) => [member.account, member])).values()];
    seats.set(seat.name, { ...known, ...seat, members: distinct });
  }
  return seats;
}

function seatFormula({ members, needs, isOpen = false }: Seat, actAs: (account: string) => Formula): Formula {
  if (isOpen) return NOBODY_NEEDED;
  return needs?.(actAs) ?? any(...members.map(({ account, seconds }) => after(seconds, actAs(account))));
}

function formulaOf(proven: Proven, actAs: (account: string) => Formula): Formula {
  const { power, passed, strangers, refused } = proven;
  const seat = seatOf(proven);
  // Who is named and refused has not got it: the seat does not stand for it then.
  const who = refused.length > 0 ? any(...passed.map(actAs)) : powerNamed(seatName(seat.name));
  const steps = after(power.seconds ?? 0, who);
  const whole = power.then === undefined ? steps : inOrder(steps, renamed(power.then));
  return strangers.length === 0 || power.seat === undefined ? whole : any(whole, ...strangers.map(actAs));
}

/** A resolver names seats; here they are powers. */
const renamed = (formula: Formula): Formula => {
  if (formula.kind === "power") return powerNamed(seatName(formula.power));
  if (formula.kind === "any") return any(...formula.of.map(renamed));
  return formula;
};

function toEscalations(
  formulas: ReadonlyMap<Proven, Formula>,
  contracts: Discovery["contracts"],
  acting: ReadonlyMap<string, string>,
  powers: ReadonlyMap<string, Formula>,
  actAs: (account: string) => Formula,
): Escalation[] {
  const escalations: Escalation[] = [];
  for (const [{ power }, through] of formulas) {
    for (const { what, seconds } of power.gains ?? []) {
      const gains = "seat" in what ? [seatName(what.seat)] : heldBy(what.contract);
      for (const one of gains) escalations.push({ gains: one, through, seconds });
    }
  }
  return escalations.filter(({ gains }) => powers.has(gains) || gains.startsWith(actName("")));

  /** Whoever chooses a contract's code writes its storage, and makes its calls. */
  function heldBy(contract: string): string[] {
    const found = contracts.find(({ address }) => address === contract);
    const seats = (found?.resolved ?? []).flatMap((one) => (one.seats ?? []).map(({ name }) => seatName(name)));
    const rules = [...formulas.keys()]
      .filter(({ power }) => power.contract === contract)
      .map(({ power }) => ruleName(power));
    actAs(contract);
    const does = acting.get(contract);
    return [...seats, ...rules, ...(does !== undefined && powers.has(does) ? [] : [actName(contract)])];
  }
}
