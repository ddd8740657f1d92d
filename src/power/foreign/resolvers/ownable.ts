import { ZeroAddress } from "ethers";

import { encode, HEIR } from "../reader.js";
import { immediately, type Power, type Resolver, type Seat } from "../types.js";

export const ownerOf = (name: string): string => `owner of ${name}`;

/** OpenZeppelin's Ownable and Ownable2Step, and whoever has the same functions. */
export const resolveOwnable: Resolver = async (reader, address) => {
  const owner = await reader.address(address, "owner");
  if (owner === undefined) return undefined;
  const name = reader.nameOf(address);
  const hasTransfer = await reader.has(address, "transferOwnership(address)");
  if (owner === ZeroAddress) {
    return { kind: "Ownable", powers: [], notices: hasTransfer ? [`${name} has no owner any more.`] : [] };
  }
  const rule = ownerOf(name);
  const seat: Seat = { name: rule, members: [immediately(owner)] };
  const gains = [{ what: { seat: rule }, seconds: 0 }];
  const powers: Power[] = [];
  if (hasTransfer) {
    const steps = () => [{ to: address, data: encode("transferOwnership(address)", [HEIR]) }];
    powers.push({
      ...{ rule, effect: "changes", contract: address, by: "transferOwnership", seat, gains },
      proof: { kind: "steps", steps },
    });
  }
  const pending = await reader.address(address, "pendingOwner");
  if (pending !== undefined && pending !== ZeroAddress) {
    const waiting: Seat = { name: `pending ${rule}`, members: [immediately(pending)] };
    const steps = () => [{ to: address, data: encode("acceptOwnership()") }];
    powers.push({
      ...{ rule, effect: "changes", contract: address, by: "acceptOwnership", seat: waiting, gains },
      proof: { kind: "steps", steps },
    });
  }
  // An owner who is changed in some other way, and may do who knows what.
  const gaps = hasTransfer ? [] : [`${name} names ${owner} as its owner, and what the owner may do is not known.`];
  return { kind: pending === undefined ? "Ownable" : "Ownable2Step", powers, seats: [seat], gaps };
};
