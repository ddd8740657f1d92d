import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { SentenceError } from "../src/protocol/errors.js";
import { judgeFailure } from "../src/protocol/failure.js";

/** The accounts of a network, the first one beforehand. */
export interface Signers {
  readonly first: HardhatEthersSigner;
  readonly signers: readonly HardhatEthersSigner[];
}

/**
 * The accounts that a network signs with.
 * @param purpose What one is needed for: `"to send from"`
 * @throws SentenceError if it has none, as one that is for reading alone.
 */
export async function signersOf(
  { ethers, networkName }: { readonly ethers: Pick<HardhatEthers, "getSigners">; readonly networkName: string },
  purpose: string,
): Promise<Signers> {
  const signers = await ethers.getSigners().catch((error: unknown) => {
    // Public nodes have no accounts of their own, and do not offer to list them.
    const failure = judgeFailure(error);
    if (failure?.kind === "unread" && failure.trouble === "unsupported") return [];
    throw error;
  });
  const [first] = signers;
  if (first !== undefined) return { first, signers };
  const key = `${networkName.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}_PRIVATE_KEY`;
  throw new SentenceError(
    `The network ${networkName} has no account ${purpose}. Give it one in hardhat.config.ts, accounts: [configVariable("${key}")], ` +
      `and set the key: npx hardhat keystore set ${key}, or an environment variable of that name.`,
  );
}
