import { formatDuration } from "./format.js";
import { LOCAL_CHAIN_ID } from "./localChain.js";

/** No chain that goes on rests for as long, and no two clocks differ by as much. [seconds] */
const AGE_LIMIT = 600n;

/**
 * What is wrong with a newest block that is not new, as a sentence; undefined if nothing is. A local chain makes a block
 * whenever it is asked to, and its clock is set at will.
 * @param now By the clock of this machine. [unix seconds]
 */
export function describeOldHead(
  block: { readonly number: number; readonly timestamp: bigint },
  chainId: bigint,
  now = BigInt(Math.floor(Date.now() / 1000)),
): string | undefined {
  const age = now - block.timestamp;
  if (chainId === LOCAL_CHAIN_ID || age <= AGE_LIMIT) return undefined;
  return (
    `The newest block that the node knows, ${block.number}, is ${formatDuration(age, 2)} old: what has happened since is ` +
    "not among what is shown. Ask another node, or the same one later."
  );
}
