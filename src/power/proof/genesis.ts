import { getAddress, keccak256 } from "ethers";

import type { Snapshot } from "../../rehearsal/snapshot.js";
import type { GenesisAccount } from "./bundle.js";
import { shorten, type Touched } from "./prestate.js";

/** Which accounts and slots are ever looked at, so that what they were before the first step can be read at the end. */
export class Genesis {
  readonly #slots = new Map<string, Set<string>>();

  touch(touched: Touched): void {
    for (const [account, { storage = {} }] of Object.entries(touched)) {
      const key = getAddress(account);
      const known = this.#slots.get(key) ?? new Set();
      for (const slot of Object.keys(storage)) known.add(shorten(slot));
      this.#slots.set(key, known);
    }
  }

  /** What was touched, as `snapshot` has it now; what is all zero is left out. */
  async read(snapshot: Snapshot): Promise<Record<string, GenesisAccount>> {
    const genesis: Record<string, GenesisAccount> = {};
    for (const [account, slots] of [...this.#slots].sort()) {
      const ask = async (method: string) => (await snapshot.request(method, [account, "latest"])) as string;
      const [balance, nonce, code] = [
        await ask("eth_getBalance"),
        await ask("eth_getTransactionCount"),
        await ask("eth_getCode"),
      ];
      const storage: Record<string, string> = {};
      for (const slot of [...slots].sort()) {
        const word = shorten(await snapshot.storage(account, slot));
        if (word !== "0x0") storage[slot] = word;
      }
      if (BigInt(balance) === 0n && BigInt(nonce) === 0n && code === "0x") continue;
      genesis[account] = {
        balance,
        nonce: Number(nonce),
        ...(code !== "0x" && { code, codeHash: keccak256(code) }),
        ...(Object.keys(storage).length > 0 && { storage }),
      };
    }
    return genesis;
  }
}
