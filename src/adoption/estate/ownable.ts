import { ZeroAddress } from "ethers";

import type { Ground, Part } from "./types.js";

/** OpenZeppelin's Ownable and Ownable2Step, and whoever has the same functions. */
export async function readOwnable(
  { reader, oldTimelock, newTimelock }: Ground,
  target: string,
): Promise<Part | undefined> {
  const owner = await reader.address(target, "owner");
  if (owner === undefined) return undefined;
  const pending = await reader.address(target, "pendingOwner");
  const isTwoStep = pending !== undefined && (await reader.has(target, "acceptOwnership()"));
  const kind = isTwoStep ? "Ownable2Step" : "Ownable";
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
    if (await reader.has(target, "transferOwnership(address)")) {
      const handover = { kind: isTwoStep ? "ownership in two steps" : "ownership", target } as const;
      // Whoever accepts before the adoption lands, owns it, and stops the adoption.
      return { kind, handovers: [handover], own: waiting };
    }
    const sentence = `The old timelock owns ${reader.nameOf(target)}, which has no transferOwnership(address): it cannot be handed over.`;
    return { kind, own: [{ key: `owner of ${target}: ${owner}`, sentence }] };
  }
  if (pending === oldTimelock && isTwoStep) {
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
