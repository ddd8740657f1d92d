import type { Provider } from "ethers";
import { z } from "zod";

import type { Trouble } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { canSend } from "../protocol/sender.js";

const REFUSED: ReadonlySet<Trouble> = new Set(["unsupported", "internal", "other"]);

/** What only Hardhat's and anvil's chains know; undefined elsewhere, where each refuses the question in a way of its own. */
export async function askDevelopmentChain(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind === "unread" && REFUSED.has(failure.trouble)) return undefined;
    throw error;
  }
}

const metadataSchema = z.object({ latestBlockNumber: z.number() });

/**
 * The newest block of a development chain, as the chain itself has it and not whoever answers for it; undefined if it
 * does not tell.
 */
export async function readOwnHead(provider: Provider): Promise<number | undefined> {
  if (!canSend(provider)) return undefined;
  const metadata = await askDevelopmentChain(() => provider.send("hardhat_metadata", []));
  return metadataSchema.safeParse(metadata).data?.latestBlockNumber;
}
