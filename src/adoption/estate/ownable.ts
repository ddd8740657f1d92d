import { ZeroAddress } from "ethers";

import { encode, type Reader } from "../../power/foreign/reader.js";
import type { Handover } from "../../protocol/handovers.js";
import type { Ground, Part } from "./types.js";

/** OpenZeppelin's Ownable and Ownable2Step, and whoever has the same functions. */
export async function readOwnable(
  { reader, oldTimelock, newTimelock }: Ground,
  target: string,
): Promise<Part | undefined> {
  const owner = await reader.address(target, "owner");
  // Where the owner is the default admin by another name (ERC-5313), it goes with that role.
  if (owner === undefined || (await reader.amount(target, "defaultAdminDelay")) !== undefined) return undefined;
  const pending = await reader.address(target, "pendingOwner");
  const kind = pending === undefined ? "Ownable" : "Ownable2Step";
  const isWanted = pending !== undefined && ![ZeroAddress, oldTimelock, newTimelock].includes(pending);
  const waiting = isWanted
    ? [
        {
          key: `pending owner of ${target}: ${pending}`,
          sentence: `${reader.nameOf(pending)} is about to own ${reader.nameOf(target)}, and need only accept.`,
        },
      ]
    : [];
  if (owner === oldTimelock) {
    const way = await tryTransfer(reader, target, oldTimelock, newTimelock);
    if (way.kind !== undefined) {
      const handover = { kind: way.kind, target };
      // Whoever accepts before the adoption lands, owns it, and stops the adoption.
      return { kind, handovers: [handover], own: waiting };
    }
    const sentence = `The old timelock owns ${reader.nameOf(target)}, and it cannot be handed over by transferOwnership(address): ${way.why}.`;
    return { kind, own: [{ key: `owner of ${target}: ${owner}`, sentence }, ...waiting] };
  }
  if (pending === oldTimelock && (await canAccept(reader, target, oldTimelock))) {
    const notices = [
      `${reader.nameOf(target)} was offered to the old timelock by ${reader.nameOf(owner)}, who may think better of it until the adoption lands.`,
    ];
    return { kind, handovers: [{ kind: "pending ownership", target }], notices };
  }
  if (owner === ZeroAddress || owner === newTimelock) return { kind, others: waiting };
  const key = `owner of ${target}: ${owner}`;
  const sentence = `${reader.nameOf(target)} belongs to ${reader.nameOf(owner)}, not to the old timelock: the adoption changes nothing about it.`;
  return { kind, others: [{ key, sentence }, ...waiting], parts: [owner] };
}

type Way =
  | { readonly kind: Extract<Handover["kind"], "ownership" | "ownership in two steps"> }
  | { readonly kind: undefined; readonly why: string };

/** Tried on a branch of the copy: the bytes of a clone or of a diamond do not tell what it can do. */
const tryTransfer = (reader: Reader, target: string, from: string, to: string): Promise<Way> =>
  reader.snapshot.branch(async () => {
    const sent = await reader.snapshot.send({ from, to: target, data: encode("transferOwnership(address)", [to]) });
    if (!sent.ok) return { kind: undefined, why: sent.why };
    if ((await reader.address(target, "owner")) === to) return { kind: "ownership" };
    if ((await reader.address(target, "pendingOwner")) === to) return { kind: "ownership in two steps" };
    return { kind: undefined, why: "it belongs to the same owner afterwards" };
  });

const canAccept = (reader: Reader, target: string, heir: string): Promise<boolean> =>
  reader.snapshot.branch(async () => {
    const sent = await reader.snapshot.send({ from: heir, to: target, data: encode("acceptOwnership()") });
    return sent.ok && (await reader.address(target, "owner")) === heir;
  });
