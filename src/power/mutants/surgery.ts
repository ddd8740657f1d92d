import { dataSlice, getAddress, keccak256, toBeHex, toQuantity } from "ethers";

import { KINDS, partsOf, type KindName, type Part } from "../manifest/parts.js";
import { entryPreimage } from "../storage/preimages.js";
import type { StorageType, Variable } from "../storage/types.js";
import type { Patient } from "./mutant.js";

/** Some bytes of a slot. */
export interface Field {
  readonly account: string;
  readonly slot: bigint;
  /** From the lower end. [bytes] */
  readonly offset: number;
  readonly bytes: number;
  readonly form: "address" | "uint" | "bool";
}

export const partAt = ({ input }: Patient, name: KindName): Part => {
  const part = partsOf(input.addresses).find((one) => one.name === name);
  if (part === undefined) throw new Error(`there is no ${name}`);
  return part;
};

/** Variables of a contract as the compiler placed them. */
export const variablesOf = ({ knowledge }: Patient, { address }: Part): Variable[] =>
  (knowledge.layoutOf(address) ?? []).flatMap(({ slot, variables }) =>
    variables.map((variable) => ({ ...variable, slot: slot + variable.slot })),
  );

export function fieldOf(account: string, { slot, offset, type }: Variable): Field | undefined {
  if (type.kind !== "value") return undefined;
  const { form, bytes } = type;
  return form === "address" || form === "uint" || form === "bool" ? { account, slot, offset, bytes, form } : undefined;
}

/** Values within a struct that a mapping holds. */
export function fieldsIn(account: string, slot: bigint, type: StorageType, path: string): (readonly [string, Field])[] {
  if (type.kind !== "struct") return [];
  return type.members.flatMap((member) => {
    const at = { ...member, slot: slot + member.slot };
    const field = fieldOf(account, at);
    const name = `${path}.${member.name}`;
    return field === undefined ? fieldsIn(account, at.slot, member.type, name) : [[name, field] as const];
  });
}

/** Where a mapping keeps the entry of a number. */
export const entrySlot = (key: bigint, slot: bigint): bigint =>
  BigInt(keccak256(entryPreimage(toBeHex(key, 32), slot)));

/** Where an array keeps its elements. */
export const contentsSlot = (slot: bigint): bigint => BigInt(keccak256(toBeHex(slot, 32)));

const maskOf = ({ bytes, offset }: Field): bigint => ((1n << BigInt(bytes * 8)) - 1n) << BigInt(offset * 8);

export const largestOf = ({ bytes }: Field): bigint => (1n << BigInt(bytes * 8)) - 1n;

export async function readField({ input }: Patient, field: Field): Promise<bigint> {
  const word = BigInt(await input.snapshot.storage(field.account, toQuantity(field.slot)));
  return (word & maskOf(field)) >> BigInt(field.offset * 8);
}

export async function writeField({ input }: Patient, field: Field, value: bigint): Promise<void> {
  const { account, slot, offset } = field;
  const word = BigInt(await input.snapshot.storage(account, toQuantity(slot)));
  const next = (word & ~maskOf(field)) | (value << BigInt(offset * 8));
  await input.snapshot.setStorage(account, toQuantity(slot), toBeHex(next, 32));
}

/** Something that the compiler wrote into a contract's code. */
export interface Immutable {
  readonly part: Part;
  /** Where its word stands. [bytes] */
  readonly places: readonly number[];
  readonly value: bigint;
}

/** Every immutable of a contract that is a number or an address. */
export async function immutablesOf(patient: Patient, part: Part): Promise<Immutable[]> {
  const { artifacts, input } = patient;
  const artifact = await artifacts.readArtifact(KINDS[part.name].manifest.contract);
  const references = (artifact as { immutableReferences?: Record<string, { start: number; length: number }[]> })
    .immutableReferences;
  const code = await input.snapshot.code(part.address);
  return Object.values(references ?? {}).flatMap((found) => {
    const [first] = found;
    if (first?.length !== 32) return [];
    const value = BigInt(dataSlice(code, first.start, first.start + 32));
    return [{ part, places: found.map(({ start }) => start), value }];
  });
}

export async function writeImmutable({ input }: Patient, { part, places }: Immutable, value: bigint): Promise<void> {
  let code = (await input.snapshot.code(part.address)).slice(2);
  const word = toBeHex(value, 32).slice(2);
  for (const start of places) code = code.slice(0, start * 2) + word + code.slice((start + 32) * 2);
  await input.snapshot.request("hardhat_setCode", [part.address, `0x${code}`]);
}

/** Which views without arguments answer otherwise once it is another value: its names. */
export async function namesOfImmutable(patient: Patient, one: Immutable, other: bigint): Promise<string[]> {
  const before = await readViews(patient, one.part);
  return await patient.input.snapshot.branch(async () => {
    await writeImmutable(patient, one, other);
    const after = await readViews(patient, one.part);
    return [...before].filter(([name, answer]) => after.get(name) !== answer).map(([name]) => name);
  });
}

async function readViews({ input }: Patient, { name, address }: Part): Promise<Map<string, string>> {
  const { abi } = KINDS[name];
  const views: string[] = [];
  abi.forEachFunction((fragment) => {
    if (fragment.constant && fragment.inputs.length === 0) views.push(fragment.format("sighash"));
  });
  const answers = new Map<string, string>();
  for (const view of views) {
    const answer = await input.snapshot.call({ to: address, data: abi.encodeFunctionData(view, []) });
    answers.set(view, answer.ok ? answer.data : answer.why);
  }
  return answers;
}

export const asAddress = (value: bigint): string => getAddress(toBeHex(value, 20));

/** Sends as a contract; what is refused throws. */
export async function sendAs({ input }: Patient, from: string, to: string, data: string): Promise<void> {
  const sent = await input.snapshot.send({ from, to, data });
  if (!sent.ok) throw new Error(`a mutation was refused: ${sent.why}`);
}
