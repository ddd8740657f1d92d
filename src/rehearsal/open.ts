import type { HttpNetworkConfig } from "hardhat/types/config";
import type { NetworkConnection, NetworkManager } from "hardhat/types/network";

import { LOCAL_CHAIN_ID } from "../protocol/localChain.js";
import type { ReadChain } from "./findHolders.js";
import { UnreadableError } from "../protocol/errors.js";
import { messageOf, Snapshot } from "./snapshot.js";

/** By so many blocks one node behind an RPC may lag behind another. [blocks] */
const SETTLED = 2;

/** A snapshot, and the chain that it was taken of. */
export interface OpenSnapshot {
  readonly snapshot: Snapshot;
  readonly chain: number;
  readonly networkName: string;
  /** The block that was copied. */
  readonly block: number;
  readonly readChain: ReadChain;
  /** Where the snapshot itself is played. */
  readonly connection: NetworkConnection;
  /** Ends a copy; what was no copy stays. */
  readonly close: () => Promise<void>;
}

/**
 * A copy of the network's chain inside this process. The network itself is only read: nothing is ever sent to it.
 * @param network What makes chains; the copy is one of its embedded network.
 * @param source The chain that is copied. An embedded chain is its own copy: it ends with the process anyway.
 */
export async function openSnapshot(network: NetworkManager, source: NetworkConnection): Promise<OpenSnapshot> {
  const { networkConfig, networkName } = source;
  const readChain: ReadChain = async (method, params) =>
    (await source.provider.request({ method, params: [...params] })) as unknown;
  if (networkConfig.type !== "http") {
    const chain = networkConfig.chainId;
    const snapshot = new Snapshot(source.provider);
    const block = await snapshot.blockNumber();
    return { snapshot, chain, networkName, block, readChain, connection: source, close: () => Promise.resolve() };
  }
  let chain: number;
  let head: number;
  try {
    chain = Number(await readChain("eth_chainId", []));
    head = Number(await readChain("eth_blockNumber", []));
  } catch (error) {
    throw new UnreadableError(`The network ${networkName} cannot be read: ${messageOf(error)}.`);
  }
  // Left to itself the copy would be of an older block, which a chain of today's vaults does not know yet.
  const copied = BigInt(chain) === LOCAL_CHAIN_ID ? head : Math.max(0, head - SETTLED);
  const connection = await copy(network, networkConfig, networkName, chain, copied);
  const snapshot = new Snapshot(connection.provider);
  const block = await snapshot.blockNumber();
  // The copy knows by which rules blocks of its own run, not by which those of every chain do.
  await snapshot.travelTo(await snapshot.now());
  return { snapshot, chain, networkName, block, readChain, connection, close: () => connection.close() };
}

async function copy(
  network: NetworkManager,
  { url, httpHeaders }: HttpNetworkConfig,
  networkName: string,
  chainId: number,
  blockNumber: number,
): Promise<NetworkConnection> {
  try {
    return await network.create({
      network: "default",
      override: { chainId, forking: { enabled: true, url: await url.getUrl(), httpHeaders, blockNumber } },
    });
  } catch (error) {
    throw new UnreadableError(`The chain of ${networkName} cannot be copied: ${messageOf(error)}.`);
  }
}
