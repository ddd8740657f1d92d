import { ASYNCHRONOUS_REDEMPTION, SEPARATE_SHARE } from "../config/vaultFacts.js";
import { boundedText } from "../protocol/bounded.js";
import { SentenceError } from "../protocol/errors.js";
import { visible } from "../protocol/visible.js";
import { ask, askAddress, askNumber, supports } from "./ask.js";
import type { Snapshot } from "./snapshot.js";
import type { Announcements, Subject, TokenFacts } from "./rehearsalFacts.js";

/** What is at `vault`. Whatever is no vault becomes a sentence. */
export async function readSubject(snapshot: Snapshot, vault: string, chain: number, block: number): Promise<Subject> {
  if ((await snapshot.code(vault)) === "0x") {
    throw new SentenceError(`Chain ${chain} has no contract at ${vault}: right is the address of a vault.`);
  }
  const asset = await askAddress(snapshot, vault, "asset");
  const total = await askNumber(snapshot, vault, "convertToAssets", [1n]);
  if (asset === undefined) {
    throw new SentenceError(
      `${vault} does not tell an asset(), so it is no ERC-4626 vault: there is nothing to rehearse.`,
    );
  }
  if ((await snapshot.code(asset)) === "0x") {
    throw new SentenceError(`${vault} names ${asset} as its asset, where chain ${chain} has no contract.`);
  }
  const announces: Announcements = {
    asynchronous: await supports(snapshot, vault, ASYNCHRONOUS_REDEMPTION),
    separateShare: await supports(snapshot, vault, SEPARATE_SHARE),
    price: total.told,
  };
  // As the vessel does: a vault that keeps its shares elsewhere says so by ERC-165.
  const share = (announces.separateShare ? await askAddress(snapshot, vault, "share") : undefined) ?? vault;
  const supply = await askNumber(snapshot, share, "totalSupply");
  if (!supply.told)
    throw new SentenceError(`${share}, the share of ${vault}, does not tell its supply: ${visible(supply.why)}.`);
  return {
    vault,
    chain,
    block,
    timestamp: await snapshot.now(),
    asset: await readToken(snapshot, asset),
    share: await readToken(snapshot, share),
    supply: supply.value,
    announces,
  };
}

async function readToken(snapshot: Snapshot, address: string): Promise<TokenFacts> {
  const symbol = await ask(snapshot, address, "symbol");
  const decimals = await askNumber(snapshot, address, "decimals");
  return {
    address,
    symbol: symbol.told ? boundedText(String(symbol.value)) : "?",
    // As OpenZeppelin's ERC-4626 assumes of a token that does not tell.
    decimals: decimals.told ? Number(decimals.value) : 18,
  };
}
