import { getBytes } from "ethers";

import { toHex } from "../leaves.js";
import { fixedRoot } from "../ssz/fixedRoots.js";
import { bytes, container, number } from "../ssz/types.js";

/** `BeaconHeader` of contracts/types/Beacon.sol, as ethers takes it. */
export interface BeaconHeader {
  readonly slot: bigint;
  readonly proposerIndex: bigint;
  readonly parentRoot: string;
  readonly stateRoot: string;
  readonly bodyRoot: string;
}

const Header = container({
  slot: number(8),
  proposerIndex: number(8),
  parentRoot: bytes(32),
  stateRoot: bytes(32),
  bodyRoot: bytes(32),
});

/** The root of the block with this header. */
export function headerRoot({ slot, proposerIndex, parentRoot, stateRoot, bodyRoot }: BeaconHeader): string {
  const numbers = new DataView(new ArrayBuffer(16));
  numbers.setBigUint64(0, slot, true);
  numbers.setBigUint64(8, proposerIndex, true);
  const roots = [parentRoot, stateRoot, bodyRoot].flatMap((root) => [...getBytes(root)]);
  return toHex(fixedRoot(Header, Uint8Array.from([...new Uint8Array(numbers.buffer), ...roots])));
}
