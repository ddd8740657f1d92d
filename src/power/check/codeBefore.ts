import type { Provider } from "ethers";

import type { Trouble } from "../../protocol/errors.js";
import { judgeFailure } from "../../protocol/failure.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { nameIn, type Entry } from "./addressBook.js";
import { findBehind, type CodeReader } from "./behind.js";
import type { Warning } from "./report.js";

/** The chain as it was in a block. */
export const readerAt = (provider: Provider, block: number): CodeReader => ({
  code: (account) => provider.getCode(account, block),
  storage: (account, slot) => provider.getStorage(account, slot, block),
  ask: (to, data) => readAnswer(() => provider.call({ to, data, blockTag: block })),
});

/** What a node says that keeps no state of that block. */
const FORGOTTEN: ReadonlySet<Trouble> = new Set(["forgotten", "unsupported"]);

/**
 * Whether what would be called is what it was when the operation was scheduled, proxies followed.
 * @param block In which it was scheduled.
 */
export async function warnOfChangedCode(
  targets: Iterable<string>,
  book: readonly Entry[],
  now: CodeReader,
  then: CodeReader,
  block: number,
): Promise<Warning[]> {
  const found: Warning[] = [];
  for (const target of new Set(targets)) {
    const name = nameIn(book, target);
    try {
      const [old, current] = [await describe(target, then), await describe(target, now)];
      if (old === current) continue;
      found.push({
        kind: "code-changed",
        isFailure: true,
        text: `The code that runs at ${name} is not what it was in block ${block}, when the operation was scheduled.`,
      });
    } catch (error) {
      const failure = judgeFailure(error);
      if (failure?.kind !== "unread" || !FORGOTTEN.has(failure.trouble)) throw error;
      found.push({
        kind: "code-not-compared",
        isFailure: false,
        text: `Whether the code at ${name} changed since block ${block} is not known: the node keeps no state of then. Ask one that does.`,
      });
    }
  }
  return found;
}

/** Every account whose code runs, and that code. */
async function describe(target: string, reader: CodeReader): Promise<string> {
  const accounts = await findBehind(target, reader);
  const codes = await Promise.all(accounts.map((account) => reader.code(account)));
  return accounts.map((account, index) => `${account} ${codes[index] ?? ""}`).join("\n");
}
