import { getAddress, id, toQuantity } from "ethers";

import { addressIn } from "../../protocol/topics.js";
import { holdingKey } from "../holdingKey.js";
import { readContract } from "./readContract.js";
import type { Finding, Ground } from "./types.js";

/** More of what only says of itself that it belongs to the DAO is listed, and not looked into. */
const MOST_CLAIMED = 200;
/** So many slots of each contract are looked at, from the first: where contracts keep single addresses. */
const SLOTS = 32;
/** Events by which a contract says whom it has given a power. */
const GIVEN = [
  "OwnershipTransferred(address,address)",
  "OwnershipTransferStarted(address,address)",
  "RoleGranted(bytes32,address,address)",
  "RoleGranted(uint64,address,uint32,uint48,bool)",
].map(id);

const stays = (what: string): string =>
  `The old timelock has received ${what}, and never spent any: it stays there unless the token is listed under holdings, ` +
  "as anybody can send anything. The new timelock can fetch it later.";

/**
 * Contracts that say themselves that the old timelock owns them or holds a role there, as anybody's contract can: one that
 * refuses to be handed over would stop the whole adoption. What the DAO names knows those that matter.
 * @param named What the DAO has called or listed, and what belongs to it.
 */
export async function readClaimed(
  ground: Ground,
  claimed: readonly string[],
  named: readonly string[],
): Promise<{ findings: Finding[]; notices: string[]; unlooked: readonly string[] }> {
  const findings: Finding[] = [];
  const notices: string[] = [];
  const tied = claimed.length === 0 ? new Map<string, string>() : await findTies(ground, claimed, named);
  // Those that something of the DAO's knows are looked at whatever others have made.
  const ordered = [...claimed.filter((one) => tied.has(one)), ...claimed.filter((one) => !tied.has(one))];
  const looked = Math.max(MOST_CLAIMED, tied.size);
  for (const address of ordered.slice(0, looked)) {
    if ((await ground.reader.code(address)) === "0x") continue;
    const { handovers, own } = await readContract(ground, address);
    const isOnlyToken = [...handovers].every(({ kind }) => ["tokens", "token id", "allowance"].includes(kind));
    if (isOnlyToken && own.every(({ key }) => /^(spender|ids) of /.test(key))) {
      const what = handovers.filter(({ kind }) => kind !== "allowance").map(holdingKey);
      if (what.length > 0) notices.push(stays(what.join(", ")));
      continue;
    }
    const tie = tied.get(address);
    const says = `${address} says that the old timelock owns it or holds a role in it, and the DAO has never called it`;
    if (tie !== undefined) {
      const sentence = `${says}; but ${ground.reader.nameOf(tie)} names it. If it is the DAO's, list it under holdings.`;
      findings.push({ key: `unlisted ${address}`, sentence });
      continue;
    }
    notices.push(
      `${says}, and nothing that the DAO names knows of it: it stays as it is, as anybody can make a contract that says so. ` +
        "If it is the DAO's, list it under holdings.",
    );
  }
  const unlooked = ordered.slice(looked);
  if (unlooked.length > 0) {
    notices.push(
      `${unlooked.length} more contracts name the old timelock, and were not looked at; nothing the DAO names knows them. ` +
        "--json lists them: whichever is the DAO's belongs under holdings.",
    );
  }
  return { findings, notices, unlooked };
}

/** Which of the named knows a claimed one: has it in its code or its first slots, or has given it a power. */
async function findTies(
  { reader }: Ground,
  claimed: readonly string[],
  named: readonly string[],
): Promise<Map<string, string>> {
  const ties = new Map<string, string>();
  for (const target of named) {
    const words = [...(await reader.codes(target))];
    for (let slot = 0; slot < SLOTS; slot++) words.push(await reader.snapshot.storage(target, toQuantity(slot)));
    const text = words.join().toLowerCase();
    const given = new Set((await reader.place.readLogs(target, GIVEN)).map(({ topics }) => addressIn(topics[2])));
    for (const one of claimed) {
      const isKnown = text.includes(one.slice(2).toLowerCase()) || given.has(getAddress(one));
      if (isKnown && !ties.has(one)) ties.set(one, getAddress(target));
    }
  }
  return ties;
}
