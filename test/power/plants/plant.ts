import { Interface, toBeHex, toQuantity } from "ethers";

import type { KindName } from "../../../src/power/manifest/parts.js";
import type { PropertyName } from "../../../src/power/report.js";
import { impersonate } from "../../helpers/impersonate.js";
import type { AuditWorld } from "../auditWorld.js";

/** A deployment that is wired wrongly, and what the audit must say of it. */
export interface Plant {
  readonly name: string;
  readonly wire: (world: AuditWorld) => Promise<unknown>;
  /** Contracts whose functions show it; none where it shows without any call. */
  readonly parts: readonly KindName[];
  /** Modes in which it shows, beside Normal. */
  readonly modes?: readonly string[];
  /** It shows only where decisions are not played: a whole audit sees that one of them mends it. */
  readonly isUnplayed?: boolean;
  /** None is judged where the system does not work any more: then the audit ends in a sentence. */
  readonly property: PropertyName | "none";
  /** Actor and rule, as they are told. */
  readonly says: RegExp;
}

export const seatOf = ({ tribune }: AuditWorld, seat: "sealCommittee" | "resealCommittee"): string =>
  tribune.addresses.bodies.circuitBreaker?.[seat] ?? "";

/** What a Safe lets only itself do. */
const SAFE = new Interface([
  "function changeThreshold(uint256)",
  "function enableModule(address)",
  "function addOwnerWithThreshold(address,uint256)",
  "function setFallbackHandler(address)",
]);

/** Does something as the Safe itself: what its owners would have to agree on. */
export async function asSafe(
  { tribune }: AuditWorld,
  safe: string,
  method: string,
  args: readonly unknown[],
): Promise<void> {
  const signer = await impersonate(tribune.connection, safe);
  await signer.sendTransaction({ to: safe, data: SAFE.encodeFunctionData(method, args) });
}

/** Some bytes of a slot: where the compiler has put a variable. */
interface Place {
  readonly slot: bigint;
  /** From the lower end. [bytes] */
  readonly offset?: number;
  readonly bytes?: number;
}

/** Writes storage as a node lets anybody who runs one. */
export async function write(
  { tribune }: AuditWorld,
  account: string,
  { slot, offset = 0, bytes = 32 }: Place,
  value: bigint,
): Promise<void> {
  const { provider, ethers } = tribune.connection;
  const mask = ((1n << BigInt(bytes * 8)) - 1n) << BigInt(offset * 8);
  const word = BigInt(await ethers.provider.getStorage(account, slot));
  const next = (word & ~mask) | (value << BigInt(offset * 8));
  await provider.request({ method: "hardhat_setStorageAt", params: [account, toQuantity(slot), toBeHex(next, 32)] });
}
