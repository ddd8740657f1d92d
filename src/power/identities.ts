import { readFile } from "node:fs/promises";

import { getAddress, isAddress } from "ethers";
import { z } from "zod";

import { SentenceError, sentences } from "../protocol/errors.js";
import { reasonOf, visible } from "../protocol/visible.js";
import type { Account } from "./world/world.js";

/** Entities behind addresses. */
export type Identities = ReadonlyMap<string, string>;

const identitiesSchema = z.record(
  z.string(),
  z.array(z.string().refine((text) => isAddress(text), "is no address: 0x, and 40 hexadecimal digits")),
);

/** `{ "Alice": ["0x…", "0x…"] }`: who is behind which accounts. */
export async function readIdentities(file: string): Promise<Identities> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new SentenceError(`${visible(file)} cannot be read as JSON: ${reasonOf(error)}`);
  }
  const parsed = identitiesSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SentenceError(
      `${visible(file)}, ${visible(issue?.path.join(".") ?? "")}: ${visible(issue?.message ?? "")}. Right is { "Alice": ["0x…"] }.`,
    );
  }
  const identities = new Map<string, string>();
  for (const [entity, accounts] of Object.entries(parsed.data)) {
    for (const account of accounts.map((one) => getAddress(one))) {
      const other = identities.get(account);
      if (other !== undefined && other !== entity) {
        throw new SentenceError(`${visible(file)}: ${account} is both ${visible(other)} and ${visible(entity)}.`);
      }
      identities.set(account, entity);
    }
  }
  return identities;
}

/** Whoever is listed and nobody knows of has been mistyped, or is missing elsewhere: nothing is concluded then. */
export function checkIdentities(identities: Identities, accounts: readonly Account[]): void {
  const known = new Set(accounts.map(({ address }) => address));
  const unknown = [...identities].filter(([address]) => !known.has(address));
  if (unknown.length === 0) return;
  throw new SentenceError(
    sentences(
      "The file of identities lists accounts of which nothing is known here: they hold no role, no seat, no votes and no shares.",
      unknown.map(([address, entity]) => `${address}, of ${entity}`),
    ),
  );
}
