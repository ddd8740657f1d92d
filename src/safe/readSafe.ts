import { getAddress, keccak256, ZeroAddress, type Provider } from "ethers";

import { addressIn } from "../protocol/topics.js";
import { ISafe__factory } from "../../types/index.js";
import type { LogProgress } from "../protocol/logs.js";
import { PROXY_CODE_HASH } from "./artifacts.js";
import { readCanonical, SAFE_CONTRACTS } from "./canonical.js";
import { findSecrets, SENTINEL, SLOTS, type SafeFacts, type Secrets } from "./secrets.js";

/** A Safe of version 1.4.1, as it stands. */
export interface Safe extends SafeFacts {
  readonly kind: "safe";
  /** Whether an owner or a module may stand in its storage that no list names. */
  readonly secrets: Secrets;
}

/** Something else than a Safe of version 1.4.1. */
interface NoSafe {
  readonly kind: "none";
  readonly address: string;
  /** A predicate: "has no code in block 7". */
  readonly reason: string;
}

export type FoundSafe = Safe | NoSafe;

/** How a Safe is read. */
export interface SafeReading {
  /** In which block; the newest one by default. */
  readonly block?: number;
  /** Told how far the reading of its logs has come. */
  readonly onProgress?: ((progress: LogProgress) => void) | undefined;
}

/** More than any committee would have, were they allowed. */
const MODULES_READ = 50;

/**
 * What stands at `account`. Before anything is believed, the code is compared: the proxy's, and that of the singleton
 * it delegates to, which must be one of the two that Safe lists.
 */
export async function readSafe(
  account: string,
  provider: Provider,
  { block, onProgress }: SafeReading = {},
): Promise<FoundSafe> {
  const address = getAddress(account);
  // Everything of one block, however long it takes.
  const blockTag = block ?? (await provider.getBlockNumber());
  const none = (reason: string): NoSafe => ({ kind: "none", address, reason });
  const code = await provider.getCode(address, blockTag);
  // A node that lags knows it no better.
  if (code === "0x") return none(`has no code in block ${blockTag}`);
  if (keccak256(code) !== PROXY_CODE_HASH) return none("has other code than a Safe 1.4.1");

  const read = async (slot: bigint): Promise<string> => {
    const word = await provider.getStorage(address, slot, blockTag);
    return addressIn(word);
  };
  const singleton = await read(SLOTS.singleton);
  const canonical = [SAFE_CONTRACTS.singletonL2, SAFE_CONTRACTS.singleton].find((one) => one.address === singleton);
  if (canonical === undefined) return none(`delegates to ${singleton}, which is no singleton of Safe 1.4.1`);
  if ((await readCanonical(canonical, provider, blockTag)) !== "as listed") {
    return none(`delegates to ${singleton}, where the code of ${canonical.name} 1.4.1 should be and is not`);
  }

  const at = { blockTag };
  const safe = ISafe__factory.connect(address, { provider });
  const threshold = await safe.getThreshold(at);
  // Anybody may create a proxy and leave it without owners.
  if (threshold === 0n) return none("is a Safe 1.4.1 that nobody has set up");
  const [version, owners, modules, nonce, guard, fallbackHandler] = await Promise.all([
    safe.VERSION(at),
    safe.getOwners(at),
    safe.getModulesPaginated(SENTINEL, MODULES_READ, at),
    safe.nonce(at),
    read(SLOTS.guard),
    read(SLOTS.fallbackHandler),
  ]);
  const facts: SafeFacts = {
    address,
    singleton,
    version,
    owners: [...owners],
    threshold: Number(threshold),
    modules: [...modules.array],
    guard: guard === ZeroAddress ? undefined : guard,
    fallbackHandler: fallbackHandler === ZeroAddress ? undefined : fallbackHandler,
    nonce,
  };
  return { kind: "safe", ...facts, secrets: await findSecrets(facts, provider, blockTag, onProgress) };
}
