import type { Answers } from "./answers.js";
import { notEmpty, wrong, type Asker, type Given } from "./asker.js";
import { readAddress, readVault } from "./read.js";

const EXISTING = "existing";

/** What the stakers hold. */
export async function collectVault(given: Given, asker: Asker): Promise<Answers["vault"]> {
  if (given.vault !== undefined) return readVault(given.vault, given.vaultKind, given.vessel);
  const vault = await asker.select(
    "Which vault do the stakers hold?",
    [
      { value: "stand-in", name: "The example vault over stand-ins, on a local chain: to try things out" },
      { value: "test", name: "The example vault over an asset that anybody mints: on a testnet" },
      { value: EXISTING, name: "One that exists, by its address" },
      { value: "pool", name: "The staking pool, which is deployed with the DAO" },
    ],
    "stand-in",
  );
  if (vault !== EXISTING) return readVault(vault);
  const address = await asker.input(
    "Its address",
    "",
    wrong((text) => readAddress(text, "The vault")),
  );
  const kind =
    given.vaultKind ??
    (await asker.select(
      "How is it left?",
      [
        { value: "erc4626", name: "At once (ERC-4626)" },
        { value: "erc7540", name: "On request (ERC-7540)" },
        { value: "own", name: "In a way of its own, which a vessel knows" },
      ],
      "erc4626",
    ));
  const vessel =
    kind === "own"
      ? (given.vessel ?? (await asker.input("Its vessel: an address, or a contract's name", "", notEmpty)))
      : undefined;
  return readVault(address, kind, vessel);
}
