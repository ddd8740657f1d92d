import { readFile } from "node:fs/promises";
import path from "node:path";

import { getAddress, Interface, isAddress } from "ethers";
import { z } from "zod";

import { SentenceError } from "../../protocol/errors.js";
import { quoted, reasonOf, visible } from "../../protocol/visible.js";
import type { Price } from "./reader.js";

/** A contract, or an account that somebody knows. */
interface Listed {
  readonly name: string;
  readonly address: string;
}

/** A system of contracts that are not Tribune's, as a file lists it. */
export interface AddressList {
  readonly chain: number;
  /** Where its oldest logs may be. [block] */
  readonly fromBlock: number;
  readonly contracts: readonly Listed[];
  readonly accounts: readonly Listed[];
  /** By the contract's address. */
  readonly interfaces: ReadonlyMap<string, Interface>;
  /** By the token's address. */
  readonly prices: ReadonlyMap<string, Price>;
}

const address = z
  .string()
  .refine((text) => /^0x[0-9a-fA-F]{40}$/.test(text), "is no address: 0x, and 40 hexadecimal digits")
  .refine(
    // Without the 0x of another alphabet `isAddress` would take an ICAP number.
    (text) => isAddress(text),
    "has a checksum that is not its own: a digit is wrong, or its letters are not as they were written",
  )
  .transform((text) => getAddress(text));
const name = z.string().trim().min(1, "is empty").max(60, "is longer than 60 characters");
const whole = z.int("is no whole number").nonnegative("is below 0");
const schema = z.strictObject({
  chain: whole,
  fromBlock: whole.default(0),
  contracts: z.array(z.strictObject({ name, address, abi: z.string().optional() })).min(1, "is empty: list a contract"),
  accounts: z.array(z.strictObject({ name, address })).default([]),
  prices: z
    .array(z.strictObject({ token: address, amount: z.number().positive("is not above 0"), currency: name }))
    .default([]),
});

const EXAMPLE = '{ "chain": 1, "contracts": [{ "name": "the vault", "address": "0x…" }] }';

/**
 * Reads a list of addresses, and the ABIs that it names, relative to itself.
 * @throws SentenceError with what is wrong in it.
 */
export async function readAddressList(file: string): Promise<AddressList> {
  const parsed = schema.safeParse(await readJson(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? "" : `, ${visible(issue.path.join("."))}`;
    throw new SentenceError(`${visible(file)}${where}: ${visible(issue?.message ?? "")}. Right is ${EXAMPLE}.`);
  }
  const { chain, fromBlock, contracts, accounts, prices } = parsed.data;
  refuseTwice(file, [...contracts, ...accounts]);
  const interfaces = new Map<string, Interface>();
  for (const contract of contracts) {
    if (contract.abi === undefined) continue;
    interfaces.set(contract.address, await readAbi(path.resolve(path.dirname(file), contract.abi)));
  }
  return {
    ...{ chain, fromBlock, interfaces },
    contracts: contracts.map((one) => ({ name: one.name, address: one.address })),
    accounts,
    prices: new Map(prices.map(({ token, ...price }) => [token, price])),
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as unknown;
  } catch (error) {
    throw new SentenceError(`${visible(file)} cannot be read as JSON: ${reasonOf(error)}`);
  }
}

function refuseTwice(file: string, listed: readonly Listed[]): void {
  for (const [index, one] of listed.entries()) {
    for (const other of listed.slice(index + 1)) {
      if (one.address === other.address) throw new SentenceError(`${visible(file)} lists ${one.address} twice.`);
      if (one.name === other.name) {
        throw new SentenceError(`${visible(file)} calls two addresses ${quoted(one.name)}: give each its own name.`);
      }
    }
  }
}

const fragments = z.array(z.record(z.string(), z.unknown()));
const abiSchema = z.union([fragments, z.object({ abi: fragments }).transform(({ abi }) => abi)]);

/** An ABI, or an artifact that has one. */
async function readAbi(file: string): Promise<Interface> {
  const parsed = abiSchema.safeParse(await readJson(file));
  if (!parsed.success) {
    throw new SentenceError(`${visible(file)} is no ABI: a list of functions, or an object with such a list as "abi".`);
  }
  try {
    return new Interface(parsed.data);
  } catch (error) {
    throw new SentenceError(`${visible(file)} is no ABI: ${reasonOf(error)}`);
  }
}
