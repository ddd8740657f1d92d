import { Interface, type FunctionFragment } from "ethers";

import type { Snapshot } from "../../rehearsal/snapshot.js";
import { namespaceSlot } from "../storage/wellKnown.js";
import { toWord } from "../storage/words.js";
import { findSelectors, findWords } from "./opcodes.js";

/** As contracts behind proxies usually call it, with what an attacker would give: itself, and small numbers. */
const USUAL = new Interface(
  ["", "address", "address,address", "address,address,address", "address,uint256", "address,bytes", "string,string"]
    .flatMap((types) => ["initialize", "init", "__init", "setUp"].map((name) => `function ${name}(${types})`))
    .concat("function initialize(address,string,string)", "function initialize(string,string,address)"),
);

const METHODS: FunctionFragment[] = [];
USUAL.forEachFunction((method) => METHODS.push(method));

/** Where OpenZeppelin's Initializable counts, since its version 5. */
const COUNTER = toWord(namespaceSlot("openzeppelin.storage.Initializable"));

/**
 * How somebody could still initialise `account`, and so become its owner, told as a predicate; undefined where no way is
 * seen. A call that works is a proof. A counter of OpenZeppelin's that stands at zero is none, and told as what it is.
 * @param code What runs when the account is called. [hex]
 */
export async function findOpenInitialiser(
  snapshot: Snapshot,
  account: string,
  code: string,
  stranger: string,
): Promise<string | undefined> {
  const selectors = findSelectors(code);
  for (const method of METHODS) {
    if (!selectors.has(method.selector)) continue;
    const args = method.inputs.map(({ type }) =>
      type === "address" ? stranger : type === "uint256" ? 1n : type === "bytes" ? "0x" : "x",
    );
    const data = USUAL.encodeFunctionData(method, args);
    if ((await snapshot.call({ from: stranger, to: account, data })).ok) {
      return `can be initialised by anybody: ${method.format("sighash")} works for a stranger`;
    }
  }
  const isCounted = findWords(code).has(COUNTER) && BigInt(await snapshot.storage(account, COUNTER)) === 0n;
  return isCounted ? "has an initialiser of OpenZeppelin's that has never run" : undefined;
}
