import type { KindName } from "../manifest/parts.js";
import { KINDS, partsOf } from "../manifest/parts.js";
import type { Mutant, Patient, Understudy } from "./mutant.js";
import {
  asAddress,
  contentsSlot,
  entrySlot,
  fieldOf,
  fieldsIn,
  immutablesOf,
  largestOf,
  namesOfImmutable,
  readField,
  variablesOf,
  writeField,
  writeImmutable,
  type Field,
  type Immutable,
} from "./surgery.js";

/** A value in storage that decides something, by what it is called. */
interface Named {
  readonly part: KindName;
  readonly name: string;
  readonly field: Field;
}

/** Every address and number of the rules, the gate's configuration and the tiebreaker's members among them. */
async function namedFields(patient: Patient): Promise<Named[]> {
  const found: Named[] = [];
  for (const part of partsOf(patient.input.addresses)) {
    const { variables, contract } = KINDS[part.name].manifest;
    const classes: Readonly<Record<string, string>> = variables;
    for (const variable of variablesOf(patient, part)) {
      if (classes[variable.name] !== "rule") continue;
      const field = fieldOf(part.address, variable);
      const name = `${contract}.${variable.name}`;
      if (field !== undefined) found.push({ part: part.name, name, field });
      const { type, slot } = variable;
      if (variable.name === "_configs" && type.kind === "mapping") {
        const current = variablesOf(patient, part).find((one) => one.name === "_machine.currentConfig");
        const at = current && fieldOf(part.address, current);
        const version = at === undefined ? 0n : await readField(patient, at);
        const fields = fieldsIn(part.address, entrySlot(version, slot), type.value, name);
        found.push(...fields.map(([path, one]) => ({ part: part.name, name: path, field: one })));
      }
      if (type.kind !== "array" || type.element.kind !== "value" || type.element.form !== "address") continue;
      const length = await readField(patient, { account: part.address, slot, offset: 0, bytes: 32, form: "uint" });
      for (let index = 0n; index < length; ++index) {
        const at = contentsSlot(slot) + index;
        const one: Field = { account: part.address, slot: at, offset: 0, bytes: 20, form: "address" };
        found.push({ part: part.name, name: `${name}[${index}]`, field: one });
      }
    }
  }
  return found;
}

/** Lists that say twice what stands elsewhere: `isNamed` decides, and places count votes. */
const LISTS = /_pausables\[|_places/;

/** Every address in the place of every other one. */
export async function swappedAddresses(patient: Patient, understudies: readonly Understudy[]): Promise<Mutant[]> {
  const mutants: Mutant[] = [];
  for (const { part, name, field } of await namedFields(patient)) {
    if (field.form !== "address") continue;
    const before = asAddress(await readField(patient, field));
    for (const { address, name: who } of understudies) {
      if (address === before) continue;
      const decides = !LISTS.test(name);
      mutants.push({
        operator: "an address swapped",
        name: `${name} is ${who}`,
        matters: decides,
        ...(!decides && { why: "the list is for reading; what it lists is decided elsewhere" }),
        parts: [part],
        apply: (one) => writeField(one, field, BigInt(address)),
      });
    }
  }
  return mutants;
}

/**
 * Numbers that nobody is harmed by, by name: at 0 a body has no power any more, or it is a matter of taste; at the largest
 * value the same.
 */
const HARMLESS: Readonly<Record<"zero" | "largest", RegExp>> = {
  zero: /vesting wallet|decimals|_emergency\.terms\.(protectionEndsAt|modeDuration)|_emergency\.(modeEndsAt|lastSequence)|inEmergency|_votingDelay|_voteExtension|_proposalThreshold|joinWindow|withdrawalMinDelay|withdrawalDelayGrowth|callOffExtension|allowsFreshVessels|_fee|resumesAt|sealedAt|SEAL_DURATION|SEAL_EXPIRY/,
  largest: /vesting wallet|decimals|withdrawalDelayGrowth|_emergency\.lastSequence|allowsFreshVessels|sealedAt/,
};

/** Where the meaning of a large number is another one, or none that could be lived in. */
const NOT_A_DURATION =
  /_totalSupply|_nameFallback|_versionFallback|inEmergency|modeEndsAt|sealedAt|resumesAt|_generation/;

/** Every delay, threshold and count zeroed, and made as large as it can be. */
export async function changedNumbers(patient: Patient): Promise<Mutant[]> {
  const mutants: Mutant[] = [];
  for (const { part, name, field } of await namedFields(patient)) {
    if (field.form !== "uint" || NOT_A_DURATION.test(name)) continue;
    const before = await readField(patient, field);
    for (const [kind, value] of [
      ["zero", 0n],
      ["largest", largestOf(field)],
    ] as const) {
      if (value === before) continue;
      mutants.push({
        operator: kind === "zero" ? "a number zeroed" : "a number made as large as it can be",
        name: `${name} is ${value}`,
        matters: !HARMLESS[kind].test(name),
        parts: [part],
        apply: (one) => writeField(one, field, value),
      });
    }
  }
  return mutants;
}

/** What decides nothing any more: who made a contract, once it is bound; a contract's own address, kept to save gas. */
const isIdle = (patient: Patient, { part, value }: Immutable): boolean =>
  value === BigInt(part.address) || value === BigInt(patient.input.deployer);

const LARGEST = 2n ** 256n - 1n;

/** The same with what the compiler wrote into the code. */
export async function changedImmutables(patient: Patient, understudies: readonly Understudy[]): Promise<Mutant[]> {
  const mutants: Mutant[] = [];
  for (const part of partsOf(patient.input.addresses)) {
    for (const immutable of await immutablesOf(patient, part)) {
      const isAddress = immutable.value > 2n ** 100n && immutable.value < 2n ** 160n;
      if (isAddress) {
        for (const { name: who, address } of understudies) {
          if (BigInt(address) === immutable.value) continue;
          const value = BigInt(address);
          const names = await namesOfImmutable(patient, immutable, value);
          const matters = !isIdle(patient, immutable);
          mutants.push({
            operator: "an address in the code swapped",
            name: `${part.name}.${names.join(" and ") || `an immutable, ${asAddress(immutable.value)},`} is ${who}`,
            matters,
            ...(!matters && { why: "it decides nothing any more" }),
            parts: [part.name],
            apply: (one) => writeImmutable(one, immutable, value),
          });
        }
      } else if (immutable.value < 2n ** 64n) {
        for (const value of [0n, LARGEST]) {
          const names = await namesOfImmutable(patient, immutable, value);
          // What no view tells, a gate's copy of the timelock's limits, is only asked when its configuration changes.
          if (names.length === 0) continue;
          const name = `${part.name}.${names.join(" and ")}`;
          const kind = value === 0n ? "zero" : "largest";
          mutants.push({
            operator:
              kind === "zero" ? "a number in the code zeroed" : "a number in the code made as large as it can be",
            name: `${name} is ${kind === "zero" ? "0" : "2^256 − 1"}`,
            matters: !HARMLESS[kind].test(name),
            parts: [part.name],
            apply: (one) => writeImmutable(one, immutable, value),
          });
        }
      }
    }
  }
  return mutants;
}
