import handler from "@safe-global/safe-contracts/build/artifacts/contracts/handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json" with { type: "json" };
import proxy from "@safe-global/safe-contracts/build/artifacts/contracts/proxies/SafeProxy.sol/SafeProxy.json" with { type: "json" };
import factory from "@safe-global/safe-contracts/build/artifacts/contracts/proxies/SafeProxyFactory.sol/SafeProxyFactory.json" with { type: "json" };
import singleton from "@safe-global/safe-contracts/build/artifacts/contracts/Safe.sol/Safe.json" with { type: "json" };
import singletonL2 from "@safe-global/safe-contracts/build/artifacts/contracts/SafeL2.sol/SafeL2.json" with { type: "json" };
import { keccak256 } from "ethers";

/** Code that creates each of Safe's shared contracts, as its package was published. [hex] */
export const CREATION_CODE = {
  singleton: singleton.bytecode,
  singletonL2: singletonL2.bytecode,
  proxyFactory: factory.bytecode,
  fallbackHandler: handler.bytecode,
} as const;

/** Code that creates a Safe, before the address of its singleton. [hex] */
export const PROXY_CREATION_CODE = proxy.bytecode;

/** Hash of the code every Safe of this version has. [32 bytes, hex] */
export const PROXY_CODE_HASH = keccak256(proxy.deployedBytecode);

/** The official ABIs, which the interfaces under `contracts/` are a part of. */
export const OFFICIAL_ABIS = { safe: singletonL2.abi, proxyFactory: factory.abi } as const;
