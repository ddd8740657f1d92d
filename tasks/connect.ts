import path from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { findPlace, type Place } from "../src/deployment/place.js";
import { SentenceError } from "../src/protocol/errors.js";
import { signersOf } from "./signers.js";

/** Where this project keeps its deployments. */
export const placeOf = (hre: HardhatRuntimeEnvironment): { readonly records: string; readonly journals: string } => ({
  records: path.join(hre.config.paths.root, "deployments"),
  journals: path.join(hre.config.paths.ignition, "deployments"),
});

export interface Connected {
  readonly connection: NetworkConnection;
  readonly place: Place;
}

/** The network chosen by `--network`, with the accounts that it is configured with. */
export async function connect(hre: HardhatRuntimeEnvironment): Promise<Connected> {
  const connection = await hre.network.create();
  await checkKeys(connection);
  return await locate(hre, connection);
}

/** The account that deploys: the network's first. */
export const deployerOf = async ({ connection }: Connected): Promise<string> =>
  (await signersOf(connection, "to deploy from")).first.address;

/** The same for who only reads: no account, so that nobody has to have a key, or to unlock it. */
export async function connectReading(hre: HardhatRuntimeEnvironment): Promise<Connected> {
  return await locate(hre, await openReading(hre));
}

/** The network chosen by `--network`, without an account. */
export async function openReading(hre: HardhatRuntimeEnvironment): Promise<NetworkConnection> {
  // Undefined unless given, whatever Hardhat's type says.
  const name = (hre.globalOptions.network as string | undefined) ?? "default";
  const isHttp = hre.config.networks[name]?.type === "http";
  const connection = await hre.network.create(isHttp ? { network: name, override: { accounts: "remote" } } : undefined);
  await checkChain(connection);
  return connection;
}

async function locate(hre: HardhatRuntimeEnvironment, connection: NetworkConnection): Promise<Connected> {
  await checkChain(connection);
  return { connection, place: await findPlace(connection.ethers.provider, placeOf(hre)) };
}

/** Hardhat would tell a key that is none in a trace of the library that computes with it. */
async function checkKeys({ networkConfig, networkName }: NetworkConnection): Promise<void> {
  if (networkConfig.type !== "http" || !Array.isArray(networkConfig.accounts)) return;
  for (const [index, account] of networkConfig.accounts.entries()) {
    const key = (await account.get()).trim().replace(/^0x/i, "");
    if (/^[0-9a-f]{64}$/i.test(key) && BigInt(`0x${key}`) > 0n && BigInt(`0x${key}`) < ORDER) continue;
    const name = "name" in account ? `, ${String(account.name)},` : "";
    throw new SentenceError(
      `The private key of account ${index} of the network ${networkName}${name} is none: 64 hexadecimal digits, with or ` +
        `without 0x before them${key.length === 64 ? "" : `; it has ${key.length} characters`}. It is not shown here.`,
    );
  }
}

/** Of secp256k1: keys are below it. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function checkChain({ networkConfig, networkName, provider }: NetworkConnection): Promise<void> {
  if (networkConfig.type !== "http" || networkConfig.chainId === undefined) return;
  const found = BigInt((await provider.request({ method: "eth_chainId" })) as string);
  if (found === BigInt(networkConfig.chainId)) return;
  throw new SentenceError(
    `The network ${networkName} is chain ${networkConfig.chainId}, and the node at its URL is of chain ${found}: give the URL of the right node.`,
  );
}

/** Refuses the chain inside Hardhat, for verbs that need something to be there already. */
export function refusePassingChain({ networkConfig }: NetworkConnection): void {
  if (networkConfig.type === "http") return;
  throw new SentenceError(
    "The chain inside Hardhat begins with this command, so nothing is deployed on it: choose a chain that stays, like " +
      "--network localhost while npx hardhat node runs.",
  );
}
