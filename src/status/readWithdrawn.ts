import type { Provider } from "ethers";

import type { Withdrawal } from "../protocol/operations/collectHistory.js";

/** So many are shown, the last ones; of others it is not asked when. */
export const WITHDRAWN_SHOWN = 10;

/** An operation that was withdrawn, and when. */
export interface WithdrawnOperation extends Withdrawal {
  /** Undefined if the node does not keep that block any more, or it was too long ago to be asked for. [unix seconds] */
  readonly at: bigint | undefined;
}

/** Every operation that was withdrawn, and of the last ones when. */
export async function readWithdrawn(
  withdrawn: readonly Withdrawal[],
  provider: Provider,
): Promise<WithdrawnOperation[]> {
  const shown = withdrawn.slice(0, WITHDRAWN_SHOWN);
  const blocks = [...new Set(shown.map(({ block }) => block))];
  const times = new Map(
    await Promise.all(blocks.map(async (block) => [block, (await provider.getBlock(block))?.timestamp] as const)),
  );
  return withdrawn.map((one) => {
    const time = times.get(one.block);
    return { ...one, at: time === undefined ? undefined : BigInt(time) };
  });
}
