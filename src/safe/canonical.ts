import {
  getCompatibilityFallbackHandlerDeployments,
  getProxyFactoryDeployments,
  getSafeL2SingletonDeployments,
  getSafeSingletonDeployments,
} from "@safe-global/safe-deployments";
import { getAddress, keccak256, type Provider } from "ethers";

/** The version of Safe that committees are made of. */
export const SAFE_VERSION = "1.4.1";

/** Where one of Safe's shared contracts stands on every chain that has it, and what must be there. */
export interface CanonicalContract {
  readonly name: string;
  readonly address: string;
  /** keccak256 of the code on chain. [32 bytes, hex] */
  readonly codeHash: string;
}

type Listing = ReturnType<typeof getSafeSingletonDeployments>;
const filter = { version: SAFE_VERSION };

function canonical(listing: Listing): CanonicalContract {
  const found = listing?.deployments.canonical;
  if (listing === undefined || found === undefined) throw new Error(`Safe ${SAFE_VERSION} is not listed`);
  return { name: listing.contractName, address: getAddress(found.address), codeHash: found.codeHash };
}

/** Safe's shared contracts, as Safe lists them. */
export const SAFE_CONTRACTS = {
  /** What a Safe delegates to; made for chains whose indexers trace calls. */
  singleton: canonical(getSafeSingletonDeployments(filter)),
  /** The same, and tells every transaction in an event, which every indexer understands: new Safes take this one. */
  singletonL2: canonical(getSafeL2SingletonDeployments(filter)),
  proxyFactory: canonical(getProxyFactoryDeployments(filter)),
  fallbackHandler: canonical(getCompatibilityFallbackHandlerDeployments(filter)),
} as const;

export const SAFE_ROLES = ["singleton", "singletonL2", "proxyFactory", "fallbackHandler"] as const;

/** Whether a shared contract stands at its address: as listed, with other code, or not at all. */
export async function readCanonical(
  { address, codeHash }: CanonicalContract,
  provider: Provider,
  blockTag?: number,
): Promise<"as listed" | "other code" | "absent"> {
  const code = await provider.getCode(address, blockTag);
  if (code === "0x") return "absent";
  return keccak256(code) === codeHash ? "as listed" : "other code";
}
