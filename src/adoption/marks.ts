import { Interface } from "ethers";

import { markOf } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";

const MARKING = new Interface([
  "function schedule(address,uint256,bytes,bytes32,bytes32,uint256)",
  "function cancel(bytes32)",
]);
/** More parts than an adoption is ever split into. */
const MOST_PARTS = 64;

/** The part whose mark a call leaves in the new timelock; undefined if it leaves none. */
export function markSetBy({ target, data }: Call, newTimelock: string): number | undefined {
  const call = target === newTimelock ? MARKING.parseTransaction({ data }) : null;
  return call?.name === "schedule" && call.args[0] === markOf(1).calls[0]?.target ? Number(call.args[2]) : undefined;
}

/** The part whose mark a call takes away there; undefined if it takes away none. */
export function markTakenBy({ target, data }: Call, newTimelock: string): number | undefined {
  const call = target === newTimelock ? MARKING.parseTransaction({ data }) : null;
  if (call?.name !== "cancel") return undefined;
  const parts = Array.from({ length: MOST_PARTS }, (_, index) => index + 1);
  return parts.find((part) => markOf(part).id === call.args[0]);
}
