import { toQuantity } from "ethers";

import { readProxy } from "./proxies.js";
import type { Estate } from "./readEstate.js";
import type { Finding, Ground } from "./types.js";

/** So many slots are looked at, from the first: where contracts keep single addresses. */
const SLOTS = 32;

/**
 * Where the old timelock's address still stands in what was looked into, in code or in storage: some of it may be a
 * power that no reader knows, like who gets a fee.
 */
export async function readRemains(ground: Ground, contracts: Estate["contracts"]): Promise<Finding[]> {
  const { reader, oldTimelock } = ground;
  const found: Finding[] = [];
  const bytes = oldTimelock.slice(2).toLowerCase();
  for (const { address: target } of contracts) {
    const name = reader.nameOf(target);
    // So that the code behind a proxy is looked at as well.
    await readProxy(ground, target);
    if ((await reader.codes(target)).some((code) => code.toLowerCase().includes(bytes))) {
      const sentence = `The code of ${name} names the old timelock, for good: what that gives it cannot be handed over.`;
      found.push({ key: `code of ${target}`, sentence });
    }
    for (let slot = 0; slot < SLOTS; slot++) {
      const word = await reader.snapshot.storage(target, toQuantity(slot));
      if (!word.toLowerCase().includes(bytes)) continue;
      found.push({
        key: `slot ${slot} of ${target}`,
        sentence: `Slot ${slot} of ${name} keeps the old timelock's address after the adoption, in a way that no reader knows.`,
      });
    }
  }
  return found;
}
