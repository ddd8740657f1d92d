import { getAddress, ZeroAddress } from "ethers";

import { addressIn } from "../../protocol/topics.js";
import { erc1967Slot } from "../storage/wellKnown.js";
import { toWord } from "../storage/words.js";
import { cloneOf } from "../../protocol/clones.js";

/** Where code is read: a copy of the chain, or the chain in a block. */
export interface CodeReader {
  /** [hex] */
  readonly code: (account: string) => Promise<string>;
  /** [hex, 32 bytes] */
  readonly storage: (account: string, slot: string) => Promise<string>;
  /** What a call that changes nothing answers; undefined if it refuses. [hex] */
  readonly ask: (account: string, data: string) => Promise<string | undefined>;
}

const IMPLEMENTATION = toWord(erc1967Slot("implementation"));
const BEACON = toWord(erc1967Slot("beacon"));
/** `implementation()` */
const IMPLEMENTATION_OF = "0x5c60da1b";

/** Proxies behind proxies are followed so far. */
const DEEPEST = 4;

/** What runs when `account` is called: itself, and behind a proxy (ERC-1967, beacon, EIP-1167) what it delegates to. */
export async function findBehind(account: string, reader: CodeReader): Promise<string[]> {
  const found = [getAddress(account)];
  for (let at = found[0]; at !== undefined && found.length < DEEPEST;) {
    at = await follow(at, reader);
    if (at === undefined || found.includes(at)) break;
    found.push(at);
  }
  return found;
}

async function follow(account: string, reader: CodeReader): Promise<string | undefined> {
  const clone = cloneOf(await reader.code(account));
  if (clone !== undefined) return getAddress(clone);
  const implementation = addressIn(await reader.storage(account, IMPLEMENTATION));
  if (implementation !== ZeroAddress) return implementation;
  const beacon = addressIn(await reader.storage(account, BEACON));
  if (beacon === ZeroAddress) return undefined;
  const answer = await reader.ask(beacon, IMPLEMENTATION_OF);
  return answer?.length === 66 ? addressIn(answer) : undefined;
}
