import type { Handover } from "../../protocol/handovers.js";
import { holdingKey } from "../holdingKey.js";
import { findCandidates } from "./candidates.js";
import { readManaged, readManager } from "./manager.js";
import { readOldTimelock, type OldTimelock, type Waiting } from "./oldTimelock.js";
import { readOwnable } from "./ownable.js";
import { readProxy } from "./proxies.js";
import { readRoles } from "./roles.js";
import { readToken } from "./tokens.js";
import type { Finding, Found, Ground, Part } from "./types.js";

export type { Waiting };

/** Proxies first: others look into the code behind them. */
const READERS = [readProxy, readManaged, readManager, readRoles, readOwnable, readToken];
/** More of what only says of itself that it belongs to the DAO is told as a number. */
const MOST_CLAIMED = 200;

/** Everything that the old timelock owns and holds, as far as it can be found. */
export interface Estate {
  readonly handovers: readonly Handover[];
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
  /** What was looked into. */
  readonly contracts: readonly { readonly address: string; readonly name: string; readonly kinds: readonly string[] }[];
  readonly old: OldTimelock;
}

/** Reads what the old timelock owns and holds, and what of the listed contracts belongs to others. */
export async function readEstate(ground: Ground): Promise<Estate> {
  const { reader } = ground;
  const { known, claimed } = await findCandidates(ground);
  const found: Found[] = [];
  const seen = new Set([ground.oldTimelock, ground.newTimelock]);
  const queue = [...known];
  for (let address = queue.shift(); address !== undefined; address = queue.shift()) {
    if (seen.has(address) || (await reader.code(address)) === "0x") continue;
    seen.add(address);
    const one = await readContract(ground, address);
    found.push(one);
    queue.push(...one.parts);
  }
  const old = await readOldTimelock(ground);
  const ether: Handover[] = old.balance > 0n ? [{ kind: "ether", amount: old.balance }] : [];
  const aside = await readClaimed(
    ground,
    claimed.filter((address) => !seen.has(address)),
  );
  return {
    handovers: dropRoles(ground, [...found.flatMap(({ handovers }) => handovers), ...ether]),
    findings: [
      ...found.flatMap(({ own, others }) => [...own, ...others]),
      ...(await tellUnknown(ground, found)),
      ...aside.findings,
    ],
    notices: [...found.flatMap((one) => one.notices), ...aside.notices],
    contracts: found.map(({ address, kinds }) => ({ address, name: reader.nameOf(address), kinds })),
    old,
  };
}

/** The Governor's own roles in itself, and those in the old timelock, are for the closing. */
const dropRoles = ({ oldTimelock }: Ground, handovers: readonly Handover[]): Handover[] =>
  handovers.filter((one) => !("target" in one) || one.target !== oldTimelock);

async function readContract(ground: Ground, address: string): Promise<Found> {
  const parts: Part[] = [];
  for (const read of READERS) {
    const part = await read(ground, address);
    if (part !== undefined) parts.push(part);
  }
  const all = <Key extends "handovers" | "own" | "others" | "notices" | "parts">(key: Key) =>
    parts.flatMap((part) => (part[key] ?? []) as readonly NonNullable<Part[Key]>[number][]);
  return {
    address,
    kinds: parts.map(({ kind }) => kind),
    handovers: all("handovers"),
    own: all("own"),
    others: all("others"),
    notices: all("notices"),
    parts: all("parts"),
  };
}

/** Who lists or calls a contract expects something of it. The Governor is read by itself. */
async function tellUnknown({ reader, holdings, governor }: Ground, found: readonly Found[]): Promise<Finding[]> {
  const told: Finding[] = [];
  for (const address of holdings) {
    if ((await reader.code(address)) === "0x") {
      told.push({ key: `holding ${address}`, sentence: `${address} is listed under holdings, and has no code.` });
      continue;
    }
  }
  for (const { address, kinds } of found) {
    if (kinds.length > 0 || address === governor) continue;
    const how = holdings.includes(address)
      ? "is listed under holdings"
      : "was called by the DAO, or is part of what it has";
    told.push({
      key: `holding ${address}`,
      sentence: `${reader.nameOf(address)} ${how}, and is of no kind that is known: what the old timelock has in it, nobody hands over.`,
    });
  }
  return told;
}

const stays = (what: string): string =>
  `The old timelock has received ${what}, and never spent any: it stays there unless the token is listed under holdings, ` +
  "as anybody can send anything. The new timelock can fetch it later.";

/** Contracts that say so themselves: one that refuses to be handed over would stop the whole adoption. */
async function readClaimed(
  ground: Ground,
  claimed: readonly string[],
): Promise<{ findings: Finding[]; notices: string[] }> {
  const findings: Finding[] = [];
  const notices: string[] = [];
  for (const address of claimed.slice(0, MOST_CLAIMED)) {
    if ((await ground.reader.code(address)) === "0x") continue;
    const { handovers, own } = await readContract(ground, address);
    const isOnlyToken = [...handovers].every(({ kind }) => ["tokens", "token id", "allowance"].includes(kind));
    if (isOnlyToken && own.every(({ key }) => key.startsWith("spender of "))) {
      const what = handovers.filter(({ kind }) => kind !== "allowance").map(holdingKey);
      if (what.length > 0) notices.push(stays(what.join(", ")));
      continue;
    }
    findings.push({
      key: `unlisted ${address}`,
      sentence:
        `${address} says that the old timelock owns it or holds a role in it, and the DAO has never called it: anybody ` +
        "can make a contract that says so, and that stops the adoption. If it is the DAO's, list it under holdings.",
    });
  }
  const more = claimed.length - MOST_CLAIMED;
  if (more > 0)
    findings.push({
      key: `unlisted others: ${more}`,
      sentence: `${more} more contracts name the old timelock, and were not looked at.`,
    });
  return { findings, notices };
}
