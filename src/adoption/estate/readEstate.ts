import type { Handover } from "../../protocol/handovers.js";
import { UnreadableError } from "../../protocol/errors.js";
import { findCandidates } from "./candidates.js";
import { readClaimed } from "./claimed.js";
import { readOldTimelock, type OldTimelock, type Waiting } from "./oldTimelock.js";
import { readContract } from "./readContract.js";
import type { Finding, Found, Ground } from "./types.js";

export type { Waiting };

/** Everything that the old timelock owns and holds, as far as it can be found. */
export interface Estate {
  readonly handovers: readonly Handover[];
  /** About what the old timelock holds, or may hold. */
  readonly findings: readonly Finding[];
  /** About what others hold, and contracts of no known kind that were called by way of the new timelock alone. */
  readonly others: readonly Finding[];
  readonly notices: readonly string[];
  /** What was looked into. */
  readonly contracts: readonly { readonly address: string; readonly name: string; readonly kinds: readonly string[] }[];
  /** Name the old timelock in their logs, and were not looked into. */
  readonly unlooked: readonly string[];
  readonly old: OldTimelock;
}

/** Reads what the old timelock owns and holds, and what of the listed contracts belongs to others. */
export async function readEstate(ground: Ground): Promise<Estate> {
  const { reader } = ground;
  const { known, later, claimed } = await findCandidates(ground);
  const seen = new Set([ground.oldTimelock, ground.newTimelock]);
  const readAll = async (addresses: readonly string[]): Promise<Found[]> => {
    const read: Found[] = [];
    const queue = [...addresses];
    for (let address = queue.shift(); address !== undefined; address = queue.shift()) {
      if (seen.has(address) || (await reader.code(address)) === "0x") continue;
      seen.add(address);
      const one = await readContract(ground, address);
      read.push(one);
      queue.push(...one.parts);
    }
    return read;
  };
  const first = await readAll(known);
  const second = await readAll(later);
  const found = [...first, ...second];
  const old = await readOldTimelock(ground);
  const ether: Handover[] = old.balance > 0n ? [{ kind: "ether", amount: old.balance }] : [];
  const aside = await readClaimed(
    ground,
    claimed.filter((address) => !seen.has(address)),
    found.map(({ address }) => address),
  );
  return {
    handovers: dropRoles(ground, [...found.flatMap(({ handovers }) => handovers), ...ether]),
    findings: [
      ...found.flatMap(({ own }) => own),
      ...(await tellCodeless(ground)),
      ...tellUnknown(ground, first),
      ...aside.findings,
      ...tellUnsure(ground),
    ],
    others: [...found.flatMap(({ others }) => others), ...tellUnknown(ground, second)],
    notices: [...found.flatMap((one) => one.notices), ...aside.notices],
    contracts: found.map(({ address, kinds }) => ({ address, name: reader.nameOf(address), kinds })),
    ...{ unlooked: aside.unlooked, old },
  };
}

/** The Governor's own roles in itself, and those in the old timelock, are for the closing. */
const dropRoles = ({ oldTimelock }: Ground, handovers: readonly Handover[]): Handover[] =>
  handovers.filter((one) => !("target" in one) || one.target !== oldTimelock);

/** A role that was given before the first log that is read would not be found, nor whoever has it besides. */
const tellUnsure = ({ reader, unsure, oldTimelock, from }: Ground): Finding[] =>
  [...unsure]
    .filter((one) => one !== oldTimelock)
    .map((one) => ({
      key: `roles of ${one} before block ${from}`,
      sentence:
        `Whether ${reader.nameOf(one)} is older than block ${from}, from which on logs are read, this node does not tell: a ` +
        "role that was given there before would not be found. Right is a node that has the state of that block, or an " +
        "earlier fromBlock.",
    }));

/**
 * Of the timelock itself that is no matter of taste: a proposer whom nobody knows can undo the whole adoption.
 * @throws UnreadableError where the node does not tell since when it is.
 */
export function refuseUnsure({ unsure, oldTimelock, from }: Ground): void {
  if (!unsure.has(oldTimelock)) return;
  throw new UnreadableError(
    `Whether the old timelock, ${oldTimelock}, is older than block ${from}, from which on logs are read, this node does not ` +
      "tell: who was made a proposer there before would not be found. Right is a node that has the state of that block, or " +
      "an earlier fromBlock.",
  );
}

/** Who lists a contract expects something of it. */
async function tellCodeless({ reader, holdings }: Ground): Promise<Finding[]> {
  const told: Finding[] = [];
  for (const address of holdings) {
    if ((await reader.code(address)) !== "0x") continue;
    told.push({ key: `holding ${address}`, sentence: `${address} is listed under holdings, and has no code.` });
  }
  return told;
}

/** What was listed or called, and may hold anything. The Governor is read by itself. */
const tellUnknown = ({ reader, holdings, governor }: Ground, found: readonly Found[]): Finding[] =>
  found
    .filter(({ address, kinds }) => kinds.length === 0 && address !== governor)
    .map(({ address }) => {
      const how = holdings.includes(address)
        ? "is listed under holdings"
        : "was called by the DAO, or is part of what it has";
      return {
        key: `holding ${address}`,
        sentence: `${reader.nameOf(address)} ${how}, and is of no kind that is known: what the old timelock has in it, nobody hands over.`,
      };
    });
