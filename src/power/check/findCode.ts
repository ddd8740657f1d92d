import { ZeroAddress } from "ethers";

import type { Snapshot } from "../../rehearsal/snapshot.js";

/** Of the accounts that stand in what has changed, those with code. */
export async function findCode(
  snapshot: Snapshot,
  changes: readonly { readonly before: string; readonly after: string }[],
): Promise<Set<string>> {
  const accounts = new Set(changes.flatMap(({ before, after }) => [before, after]).filter(isAccount));
  const found = new Set<string>();
  for (const account of accounts) if ((await snapshot.code(account)) !== "0x") found.add(account);
  return found;
}

export const isAccount = (text: string): boolean => /^0x[0-9a-fA-F]{40}$/.test(text) && text !== ZeroAddress;
