import type { Guard, Reading } from "./types.js";
import { KINDS, type Part } from "./parts.js";

/** What one account after another may hold: an office that a guard asks for, and the rule that says who is in it. */
export interface Office {
  /** "be ExampleVault.owner" */
  readonly name: string;
  /** `ExampleVault._owner` */
  readonly rule: string;
}

const OFFICE = "be ";

/** Whether a power is to be in an office. */
export const isOffice = (power: string): boolean => power.startsWith(OFFICE);

/** Offices that a guard asks for, as far as storage says who is in them: what is immutable nobody gains. */
export function officesOf(part: Part, guard: Guard, parts: readonly Part[]): Office[] {
  const { manifest } = KINDS[part.name];
  switch (guard.kind) {
    case "role":
      return [{ name: `${OFFICE}${manifest.contract}.hasRole(${guard.role})`, rule: `${manifest.contract}._roles` }];
    case "named":
      return officeAt(part, guard.by, parts);
    case "any":
      return guard.guards.flatMap((one) => officesOf(part, one, parts));
    default:
      return [];
  }
}

function officeAt(part: Part, { of, view, path = [] }: Reading, parts: readonly Part[]): Office[] {
  // Another contract that is asked is the timelock wherever manifests name one.
  const asked = of === undefined ? part : parts.find(({ name }) => name === "timelock");
  if (asked === undefined) return [];
  const { contract, kept } = KINDS[asked.name].manifest as {
    contract: string;
    kept?: Readonly<Record<string, string>>;
  };
  const where = [view, ...path].join(".");
  const variable = kept?.[where];
  return variable === undefined ? [] : [{ name: `${OFFICE}${contract}.${where}`, rule: `${contract}.${variable}` }];
}
