import { dataSlice, getAddress, id as hash, keccak256, ZeroAddress, type Provider } from "ethers";

import { ISafe__factory } from "../../types/index.js";
import { PROXY_CODE_HASH } from "./artifacts.js";
import { readCanonical, SAFE_CONTRACTS } from "./canonical.js";

/** A Safe of version 1.4.1, as it stands. */
export interface Safe {
  readonly kind: "safe";
  readonly address: string;
  /** What it delegates to: Safe or SafeL2. */
  readonly singleton: string;
  readonly version: string;
  readonly owners: readonly string[];
  /** How many of them must sign. */
  readonly threshold: number;
  /** May act in the Safe's name without any signature; at most `MODULES_READ` of them. */
  readonly modules: readonly string[];
  /** May forbid transactions. */
  readonly guard: string | undefined;
  /** Answers calls that the Safe does not know. */
  readonly fallbackHandler: string | undefined;
  /** Number of the next transaction. */
  readonly nonce: bigint;
}

/** Something else than a Safe of version 1.4.1. */
export interface NoSafe {
  readonly kind: "none";
  readonly address: string;
  /** A predicate: "has no code". */
  readonly reason: string;
}

export type FoundSafe = Safe | NoSafe;

/** More than any committee would have, were they allowed. */
const MODULES_READ = 50;

/** The list of modules begins here. */
const SENTINEL = "0x0000000000000000000000000000000000000001";

const SINGLETON_SLOT = 0n;
const GUARD_SLOT = hash("guard_manager.guard.address");
const FALLBACK_HANDLER_SLOT = hash("fallback_manager.handler.address");

/**
 * What stands at `account`. Before anything is believed, the code is compared: the proxy's, and that of the singleton
 * it delegates to, which must be one of the two that Safe lists.
 * @param blockTag The newest block by default.
 */
export async function readSafe(account: string, provider: Provider, blockTag?: number): Promise<FoundSafe> {
  const address = getAddress(account);
  const none = (reason: string): NoSafe => ({ kind: "none", address, reason });
  const code = await provider.getCode(address, blockTag);
  if (code === "0x") return none("has no code");
  if (keccak256(code) !== PROXY_CODE_HASH) return none("has other code than a Safe 1.4.1");

  const read = async (slot: bigint | string): Promise<string> => {
    const word = await provider.getStorage(address, slot, blockTag);
    return getAddress(dataSlice(word, 12));
  };
  const singleton = await read(SINGLETON_SLOT);
  const canonical = [SAFE_CONTRACTS.singletonL2, SAFE_CONTRACTS.singleton].find((one) => one.address === singleton);
  if (canonical === undefined) return none(`delegates to ${singleton}, which is no singleton of Safe 1.4.1`);
  if ((await readCanonical(canonical, provider, blockTag)) !== "as listed") {
    return none(`delegates to ${singleton}, where the code of ${canonical.name} 1.4.1 should be and is not`);
  }

  const at = blockTag === undefined ? {} : { blockTag };
  const safe = ISafe__factory.connect(address, { provider });
  const threshold = await safe.getThreshold(at);
  // Anybody may create a proxy and leave it without owners.
  if (threshold === 0n) return none("is a Safe 1.4.1 that nobody has set up");
  const [version, owners, modules, nonce, guard, fallbackHandler] = await Promise.all([
    safe.VERSION(at),
    safe.getOwners(at),
    safe.getModulesPaginated(SENTINEL, MODULES_READ, at),
    safe.nonce(at),
    read(GUARD_SLOT),
    read(FALLBACK_HANDLER_SLOT),
  ]);
  return {
    kind: "safe",
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
}
