import { listSeats, SEATS, subCommitteeSeat, type Seat } from "../../protocol/committees/seats.js";
import { reasonOf } from "../../protocol/visible.js";
import { inventAccount } from "../../rehearsal/snapshot.js";
import { audit, type AuditOptions } from "../audit.js";
import { NORMAL } from "../modes/modes.js";
import type { AuditReport } from "../report.js";
import { everydayLife, movedVotes } from "./conduct.js";
import type { Mutant, Patient, Understudy } from "./mutant.js";
import { addedAllowances, addedMembers, changedRoles, changedSafes } from "./powers.js";
import { changedImmutables, changedNumbers, swappedAddresses } from "./storage.js";

/** What the audit made of a mutant. */
export interface Judged {
  readonly operator: string;
  readonly name: string;
  readonly matters: boolean;
  readonly why: string | undefined;
  /**
   * `red`: a property fails, or is proven no more. `worse`: all as before, and somebody needs fewer, or less time. `no
   * verdict`: the audit ended without one, because the system does not work any more, and so not with 0. `not
   * made`: the change itself was refused, which is the program's mistake.
   */
  readonly colour: "red" | "worse" | "green" | "no verdict" | "not made";
  /** The first sentence that the honest deployment does not have. */
  readonly says: string | undefined;
}

/** Whether the audit said what the mutant's operator did: what matters shows, and what does not, does not. */
export const isRight = ({ matters, colour }: Judged): boolean =>
  matters ? ["red", "worse", "no verdict"].includes(colour) : ["green", "worse"].includes(colour);

/** Those who are put into others' places: outsiders, bodies, and contracts that do nothing by themselves. */
function understudiesOf({ input }: Patient): Understudy[] {
  const { addresses, tokenHolders, shareHolders, deployer } = input;
  const seats = listSeats(addresses.bodies);
  const body = ({ name, label }: Seat) => ({
    name: `the ${label}`,
    address: seats.find((seat) => seat.name === name)?.value ?? "",
    acts: true,
  });
  return [
    { name: "the deployer", address: deployer, acts: true },
    { name: "voter 1", address: tokenHolders[1] ?? "", acts: true },
    { name: "a staker", address: shareHolders[0] ?? "", acts: true },
    { name: "somebody whom nobody knows", address: inventAccount("mallory"), acts: true },
    body(SEATS.seal),
    body(SEATS.activation),
    body(subCommitteeSeat(0)),
    { name: "the token", address: addresses.token, acts: false },
    { name: "the escrow", address: addresses.escrow, acts: false },
  ].filter(({ address }) => address !== "");
}

/** Every mutant that there is, in a fixed order. */
export async function listMutants(patient: Patient): Promise<Mutant[]> {
  const understudies = understudiesOf(patient);
  return [
    ...changedRoles(patient, understudies),
    ...(await swappedAddresses(patient, understudies)),
    ...(await changedImmutables(
      patient,
      understudies.filter(({ name }) => /voter|knows|seal|token/.test(name)),
    )),
    ...(await changedNumbers(patient)),
    ...(await changedSafes(patient)),
    ...addedAllowances(
      patient,
      understudies.filter(({ name }) => /voter|knows|seal|escrow/.test(name)),
    ),
    ...addedMembers(patient),
    ...(await movedVotes(patient)),
    ...everydayLife(patient),
  ];
}

/** Of what a node says. */
const MOST_WORDS = 200;

/** What one audit says, as far as it is compared. */
interface Saying {
  readonly sentences: ReadonlySet<string>;
  readonly report: AuditReport;
}

/** Audits mutants one after the other, each by what it touches, beside the honest deployment looked at in the same way. */
export class Examiner {
  readonly #honest = new Map<string, Promise<Saying>>();

  constructor(private readonly patient: Patient) {}

  async judge(mutant: Mutant): Promise<Judged> {
    const { operator, name, matters, why } = mutant;
    const honest = await this.#honestly(mutant);
    const { snapshot } = this.patient.input;
    const told = { operator, name, matters, why };
    return await snapshot.branch(async () => {
      try {
        await mutant.apply(this.patient);
      } catch (error) {
        return { ...told, colour: "not made", says: reasonOf(error).slice(0, MOST_WORDS) } as const;
      }
      try {
        const { sentences, report } = await this.#look(mutant);
        const says = [...sentences].find((sentence) => !honest.sentences.has(sentence));
        if (says !== undefined) return { ...told, colour: "red", says } as const;
        const worse = worsened(honest.report, report);
        return { ...told, colour: worse === undefined ? "green" : "worse", says: worse } as const;
      } catch (error) {
        // No verdict is not a green one.
        return { ...told, colour: "no verdict", says: reasonOf(error).slice(0, MOST_WORDS) } as const;
      }
    });
  }

  async #honestly(mutant: Mutant): Promise<Saying> {
    const key = JSON.stringify([mutant.parts, mutant.modes]);
    const known = this.#honest.get(key) ?? this.#look(mutant);
    this.#honest.set(key, known);
    return await known;
  }

  async #look({ parts, modes = [NORMAL] }: Mutant): Promise<Saying> {
    const options: AuditOptions = {
      knowledge: this.patient.knowledge,
      isQuick: true,
      only: ({ name }) => modes.includes(name),
      functions: ({ name }) => parts.includes(name),
    };
    const report = await audit(this.patient.input, options);
    return { report, sentences: new Set(report.verdicts.flatMap(({ failures, gaps }) => [...failures, ...gaps])) };
  }
}

/** What somebody needs fewer for, or less time. */
function worsened(before: AuditReport, after: AuditReport): string | undefined {
  for (const contest of ["unopposed", "opposed"] as const) {
    const [old, now] = [before.votes[contest] ?? Infinity, after.votes[contest] ?? Infinity];
    if (now < old) return `${now} carry what the DAO decides, ${contest}, and not ${old}.`;
  }
  for (const rule of after.bypasses) {
    const old = before.bypasses.find((one) => one.rule === rule.rule);
    if (old === undefined) return `${rule.rule} can be changed without the DAO.`;
    if ((rule.smallest ?? Infinity) < (old.smallest ?? Infinity)) {
      return `${rule.smallest ?? 0} change ${rule.rule} without the DAO, and not ${old.smallest ?? 0}.`;
    }
    if ((rule.seconds ?? Infinity) < (old.seconds ?? Infinity)) {
      return `${rule.rule} is changed without the DAO in ${rule.seconds ?? 0} s, and not in ${old.seconds ?? 0} s.`;
    }
  }
  return undefined;
}
