import { concat, ZeroHash, type Provider, type Signer } from "ethers";

import { LOCAL_CHAIN_ID } from "../protocol/localChain.js";
import { SentenceError, sentences } from "../protocol/errors.js";
import { WAITING } from "../sending/fate.js";
import { sendFrom } from "../sending/sendCalls.js";
import { CREATION_CODE } from "./artifacts.js";
import { readCanonical, SAFE_CONTRACTS, SAFE_ROLES, SAFE_VERSION } from "./canonical.js";

/**
 * What puts Safe's contracts at the same addresses on every chain. Its account signed one transaction for each chain;
 * the one for local chains is published like the others (safe-global/safe-singleton-factory, artifacts/31337).
 */
export const CREATE2_FACTORY = {
  address: "0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7",
  account: "0xE1CB04A0fA36DdD16a06ea828007E35e1a3cBC37",
  transaction:
    "0xf8a78085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffff" +
    "ffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf382f4f5a00dc4d1d21b3080" +
    "94a30f5f93da35e4d72e99115378f135f2295bea47301a3165a0636b822daad40aa8c52dd5132f378c0c0e6d83b4898228c7e21c84e631a0b891",
  /** Gas limit times gas price of that transaction. [wei] */
  cost: 10n ** 16n,
} as const;

/**
 * Makes sure that Safe's shared contracts stand at their listed addresses with the listed code. A local chain is given
 * what it lacks, at the very same addresses; any other chain that lacks something is refused.
 * @param signer Pays on a local chain; sends nothing elsewhere.
 * @param awaitQuiet Waits until nothing of the signer's is under way, before and after something is sent.
 */
export async function provideSafeContracts(
  signer: Signer,
  awaitQuiet: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const provider = providerOf(signer);
  const { chainId } = await provider.getNetwork();
  if (chainId === LOCAL_CHAIN_ID && (await findAbsent(provider)).length > 0) {
    // An earlier run may have sent some of it.
    await awaitQuiet();
    await deployAbsent(await signer.getAddress(), provider);
    await awaitQuiet();
  }
  await refuseOtherSafeContracts(provider);
}

/** Throws a sentence unless Safe's shared contracts stand at their listed addresses with the listed code. */
export async function refuseOtherSafeContracts(provider: Provider): Promise<void> {
  const problems: string[] = [];
  for (const contract of Object.values(SAFE_CONTRACTS)) {
    const state = await readCanonical(contract, provider);
    if (state === "as listed") continue;
    problems.push(`${contract.name}: ${state === "absent" ? "nothing" : "other code"} at ${contract.address}`);
  }
  if (problems.length === 0) return;
  const { chainId } = await provider.getNetwork();
  throw new SentenceError(
    sentences(`Chain ${chainId} does not have the contracts of Safe ${SAFE_VERSION} where Safe lists them:`, problems),
  );
}

/** Those of Safe's contracts whose address has no code. */
async function findAbsent(provider: Provider): Promise<(typeof SAFE_ROLES)[number][]> {
  const absent: (typeof SAFE_ROLES)[number][] = [];
  for (const role of SAFE_ROLES) {
    if ((await provider.getCode(SAFE_CONTRACTS[role].address)) === "0x") absent.push(role);
  }
  return absent;
}

async function deployAbsent(account: string, provider: Provider): Promise<void> {
  const send = sendFrom({ provider, account });
  const absent = await findAbsent(provider);
  if (absent.length > 0) await provideCreate2Factory(send, provider);
  for (const role of absent) {
    const data = concat([ZeroHash, CREATION_CODE[role]]);
    const what = `puts Safe's contract ${SAFE_CONTRACTS[role].name} on this local chain`;
    await send([{ what, call: { target: CREATE2_FACTORY.address, value: 0n, data } }]);
  }
}

async function provideCreate2Factory(send: ReturnType<typeof sendFrom>, provider: Provider): Promise<void> {
  const { address, account, cost, transaction } = CREATE2_FACTORY;
  if ((await provider.getCode(address)) !== "0x") return;
  const value = cost - (await provider.getBalance(account));
  if (value > 0n) await send([{ what: "pays for Safe's factory", call: { target: account, value, data: "0x" } }]);
  await (await provider.broadcastTransaction(transaction)).wait(1, WAITING.patience);
}

export function providerOf({ provider }: Signer): Provider {
  if (provider === null) throw new Error("the signer is not connected to a chain");
  return provider;
}
