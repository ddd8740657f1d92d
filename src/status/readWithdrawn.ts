import type { Provider } from "ethers";

import type { Withdrawal } from "../protocol/operations/collectHistory.js";

/** So many are shown, the last ones. */
const SHOWN = 10;

/** An operation that was withdrawn, and when. */
export interface WithdrawnOperation extends Withdrawal {
  /** Undefined if the node does not keep that block any more. [unix seconds] */
  readonly at: bigint | undefined;
}

/** When the last operations were withdrawn. */
export async function readWithdrawn(
  withdrawn: readonly Withdrawal[],
  provider: Provider,
): Promise<WithdrawnOperation[]> {
  const shown = withdrawn.slice(0, SHOWN);
  const blocks = [...new Set(shown.map(({ block }) => block))];
  const times = new Map(
    await Promise.all(blocks.map(async (block) => [block, (await provider.getBlock(block))?.timestamp] as const)),
  );
  return shown.map((one) => {
    const time = times.get(one.block);
    return { ...one, at: time === undefined ? undefined : BigInt(time) };
  });
}
