import { getAddress, id, toQuantity, type Provider } from "ethers";

import type { Deployment } from "../protocol/addresses.js";
import { queryLogs, type LogProgress } from "../protocol/logs.js";
import { encode } from "../rehearsal/ask.js";
import { findHolders } from "../rehearsal/findHolders.js";
import { forgeBalance } from "../rehearsal/forge.js";
import type { OpenSnapshot } from "../rehearsal/open.js";
import { readSubject } from "../rehearsal/readSubject.js";
import type { Subject } from "../rehearsal/rehearsalFacts.js";
import { inventAccount, type Snapshot } from "../rehearsal/snapshot.js";
import { rememberingLogs } from "./foreign/openPlace.js";
import type { Cast } from "./openScene.js";

const TRANSFER = id("Transfer(address,address,uint256)");
const ROLE_GRANTED = id("RoleGranted(bytes32,address,address)");
/** Of those who were ever sent tokens, so many are asked what they have. */
const MOST_HOLDERS = 200;
/** Enough of the shares for any rage quit: the checks of a configuration allow no higher threshold. [part of the supply] */
const ENOUGH = 4n;

/** Who is there in a deployment: out of its logs, cross-checked on the snapshot. */
export async function readCast(
  { snapshot, chain, block, connection, readChain }: OpenSnapshot,
  { addresses, deployer, firstBlock }: Deployment,
  source: Provider,
  onProgress?: (progress: LogProgress) => void,
): Promise<Cast> {
  const read = async (address: string, topic: string) =>
    await queryLogs(
      async (from, to) =>
        await source.getLogs({ address, topics: [topic], fromBlock: toQuantity(from), toBlock: toQuantity(to) }),
      firstBlock,
      block,
      onProgress,
    );
  const [transfers, grants] = await Promise.all([
    read(addresses.token, TRANSFER),
    read(addresses.timelock, ROLE_GRANTED),
  ]);
  const accountIn = (topic: string | undefined) => getAddress(`0x${(topic ?? "").slice(-40)}`);
  const holders = new Set(transfers.map(({ topics }) => accountIn(topics[2])));
  const subject = await readSubject(snapshot, addresses.vault, chain, block);
  const needed = subject.supply / ENOUGH;
  const found = await findHolders(snapshot, readChain, subject, needed, () => undefined, onProgress);
  const owned = found.filter(({ account }) => account !== addresses.timelock);
  const held = owned.reduce((sum, { shares }) => sum + shares, 0n);
  const invented = held < needed ? await inventStakers(snapshot, subject) : [];
  return {
    snapshot,
    provider: connection.ethers.provider,
    addresses,
    deployer,
    tokenHolders: [...holders].slice(0, MOST_HOLDERS),
    shareHolders: [...owned.map(({ account }) => account), ...invented],
    safeProvider: source,
    safeBlock: block,
    began: (await source.getBlock(firstBlock))?.timestamp ?? 0,
    readLogs: rememberingLogs(readChain, 0, block, onProgress),
    others: [...new Set(grants.map(({ topics }) => accountIn(topics[2])))],
  };
}

/** As in the example that is deployed on the embedded chain: a few large ones. [part of what is in the vault] */
const DEPOSITS = [600n, 300n, 100n];

/** Where hardly anybody has staked yet, somebody does on the snapshot: with assets made from nothing, by the vault's own door. */
async function inventStakers(snapshot: Snapshot, { vault, asset, supply }: Subject): Promise<string[]> {
  const stakers: string[] = [];
  for (const [index, times] of DEPOSITS.entries()) {
    const staker = inventAccount(`staker ${index}`);
    const amount = supply * times;
    if (!(await forgeBalance(snapshot, asset.address, staker, amount))) break;
    const approve = { ...encode(asset.address, "approve", [vault, amount]), from: staker };
    const deposit = { ...encode(vault, "deposit", [amount, staker]), from: staker };
    if ((await snapshot.send(approve)).ok && (await snapshot.send(deposit)).ok) stakers.push(staker);
  }
  return stakers;
}
