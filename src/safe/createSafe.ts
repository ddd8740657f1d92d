import {
  concat,
  getCreate2Address,
  Interface,
  keccak256,
  solidityPackedKeccak256,
  toBeHex,
  ZeroAddress,
  type Signer,
} from "ethers";

import { ISafe__factory, ISafeProxyFactory__factory } from "../../types/index.js";
import { SentenceError, sentences } from "../protocol/errors.js";
import { sendFrom } from "../sending/sendCalls.js";
import { PROXY_CREATION_CODE } from "./artifacts.js";
import { SAFE_CONTRACTS } from "./canonical.js";
import { checkSafe } from "./checkSafe.js";
import { providerOf, refuseOtherSafeContracts } from "./provide.js";
import { readSafe } from "./readSafe.js";

/** A Safe to be created. */
export interface SafePlan {
  readonly owners: readonly string[];
  /** How many of them must sign. */
  readonly threshold: number;
  /** Tells Safes of the same owners and threshold apart; below 2^256. */
  readonly salt: bigint;
}

const safeInterface = new Interface(ISafe__factory.abi);
const factoryInterface = new Interface(ISafeProxyFactory__factory.abi);

/** The first call of a new Safe: owners, threshold and the usual fallback handler; no module, no payment, no delegatecall. */
export const encodeSetup = ({ owners, threshold }: Omit<SafePlan, "salt">): string =>
  safeInterface.encodeFunctionData("setup", [
    owners,
    threshold,
    ZeroAddress,
    "0x",
    SAFE_CONTRACTS.fallbackHandler.address,
    ZeroAddress,
    0,
    ZeroAddress,
  ]);

/** The address a Safe will have. It follows from owners, threshold and salt: nobody can put anything else there. */
export function predictSafe(plan: SafePlan): string {
  const salt = solidityPackedKeccak256(["bytes32", "uint256"], [keccak256(encodeSetup(plan)), plan.salt]);
  const code = concat([PROXY_CREATION_CODE, toBeHex(SAFE_CONTRACTS.singletonL2.address, 32)]);
  return getCreate2Address(SAFE_CONTRACTS.proxyFactory.address, salt, keccak256(code));
}

/**
 * Creates a Safe, unless it stands already: an interrupted run may simply be repeated, and it does not matter who
 * created it. Verifies what stands there. `provideSafeContracts` comes first.
 * @returns The Safe's address, which is what `predictSafe` says.
 */
export async function createSafe(signer: Signer, plan: SafePlan): Promise<string> {
  const provider = providerOf(signer);
  const address = predictSafe(plan);
  if ((await provider.getCode(address)) === "0x") {
    await refuseOtherSafeContracts(provider);
    const { address: target } = SAFE_CONTRACTS.proxyFactory;
    const args = [SAFE_CONTRACTS.singletonL2.address, encodeSetup(plan), plan.salt];
    const data = factoryInterface.encodeFunctionData("createProxyWithNonce", args);
    const send = sendFrom({ provider, account: await signer.getAddress() });
    await send([{ what: `creates the Safe ${address}`, call: { target, value: 0n, data } }]);
  }
  const errors = checkSafe(await readSafe(address, provider), plan).filter(({ severity }) => severity === "error");
  if (errors.length === 0) return address;
  throw new SentenceError(
    sentences(
      `The Safe at ${address} is not what was planned: it`,
      errors.map(({ message }) => message),
    ),
  );
}
