import { toQuantity, type Provider } from "ethers";

import { ROLE_GRANTED, TRANSFER, addressIn } from "../../protocol/topics.js";
import type { Deployment } from "../../protocol/addresses.js";
import { queryLogs, type LogProgress } from "../../protocol/logs.js";
import { encode } from "../../rehearsal/ask.js";
import { findHolders } from "../../rehearsal/findHolders.js";
import { forgeBalance } from "../../rehearsal/forge.js";
import type { OpenSnapshot } from "../../rehearsal/open.js";
import { readSubject } from "../../rehearsal/readSubject.js";
import type { Subject } from "../../rehearsal/rehearsalFacts.js";
import { inventAccount, type Snapshot } from "../../rehearsal/snapshot.js";
import { rememberingLogs } from "../foreign/openPlace.js";
import type { AuditInput } from "./auditInput.js";

/** So many of those who have tokens are asked what they have, the largest. */
const MOST_HOLDERS = 200;
/** Enough of the shares for any rage quit: the checks of a configuration allow no higher threshold. [part of the supply] */
const ENOUGH = 4n;

/** Who is there in a deployment: out of its logs, cross-checked on the snapshot. */
export async function readAuditInput(
  { snapshot, chain, block, connection, readChain }: OpenSnapshot,
  { addresses, deployer, firstBlock }: Deployment,
  source: Provider,
  onProgress?: (progress: LogProgress) => void,
): Promise<AuditInput> {
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
  const accountIn = (topic: string | undefined) => addressIn(topic);
  const holders = largest(
    transfers.map(({ topics, data }) => [accountIn(topics[1]), accountIn(topics[2]), BigInt(data)]),
  );
  const subject = await readSubject(snapshot, addresses.vault, chain, block);
  const needed = subject.supply / ENOUGH;
  // Whoever carries decisions objects to none of them: others are looked for.
  const carrying = majorityOf(holders);
  const found = await findHolders(snapshot, readChain, subject, needed, () => undefined, onProgress, carrying);
  const owned = found.filter(({ account }) => account !== addresses.timelock);
  const held = owned.reduce((sum, { shares }) => sum + shares, 0n);
  const invented = held < needed ? await inventStakers(snapshot, subject, addresses.pool !== undefined) : [];
  return {
    snapshot,
    provider: connection.ethers.provider,
    addresses,
    deployer,
    tokenHolders: holders.slice(0, MOST_HOLDERS).map(([account]) => account),
    shareHolders: [...owned.map(({ account }) => account), ...invented],
    safeProvider: source,
    safeBlock: block,
    history: { timelock: addresses.timelock, provider: source, firstBlock, ...(onProgress && { onProgress }) },
    began: (await source.getBlock(firstBlock))?.timestamp ?? 0,
    readLogs: rememberingLogs(readChain, 0, block, onProgress),
    readAnyLogs: async ({ address, topics }) =>
      await queryLogs(
        async (from, to) =>
          await source.getLogs({
            ...(address !== undefined && { address }),
            topics: topics.map((topic) => (topic === null || typeof topic === "string" ? topic : [...topic])),
            fromBlock: toQuantity(from),
            toBlock: toQuantity(to),
          }),
        firstBlock,
        block,
        onProgress,
      ),
    others: [...new Set(grants.map(({ topics }) => accountIn(topics[2])))],
  };
}

/** Who has most by what was sent, the largest first. Whoever has nothing left is left out. */
function largest(
  transfers: readonly (readonly [from: string, to: string, amount: bigint])[],
): (readonly [account: string, held: bigint])[] {
  const balances = new Map<string, bigint>();
  for (const [from, to, amount] of transfers) {
    balances.set(from, (balances.get(from) ?? 0n) - amount);
    balances.set(to, (balances.get(to) ?? 0n) + amount);
  }
  return [...balances]
    .filter(([, held]) => held > 0n)
    .sort(([, one], [, other]) => (one > other ? -1 : one < other ? 1 : 0));
}

/** As few of the largest as have more than half together. */
export function majorityOf(largestFirst: readonly (readonly [account: string, held: bigint])[]): Set<string> {
  const half = largestFirst.reduce((sum, [, held]) => sum + held, 0n) / 2n;
  const majority = new Set<string>();
  let together = 0n;
  for (const [account, held] of largestFirst) {
    if (together > half) break;
    majority.add(account);
    together += held;
  }
  return majority;
}

async function addEther(snapshot: Snapshot, account: string, amount: bigint): Promise<void> {
  const held = BigInt((await snapshot.request("eth_getBalance", [account, "latest"])) as string);
  await snapshot.request("hardhat_setBalance", [account, toQuantity(held + amount)]);
}

/** As in the example that is deployed on the embedded chain: a few large ones. [part of what is in the vault] */
const DEPOSITS = [600n, 300n, 100n];

/** Where hardly anybody has staked yet, somebody does on the snapshot: with assets made from nothing, by the vault's own door. */
export async function inventStakers(
  snapshot: Snapshot,
  { vault, asset, supply }: Subject,
  isPool = false,
): Promise<string[]> {
  const stakers: string[] = [];
  for (const [index, times] of DEPOSITS.entries()) {
    const staker = inventAccount(`staker ${index}`);
    const amount = supply * times;
    if (!(await forgeBalance(snapshot, asset.address, staker, amount))) break;
    // A pool unwraps what it is given.
    if (isPool) await addEther(snapshot, asset.address, amount);
    const approve = { ...encode(asset.address, "approve", [vault, amount]), from: staker };
    const deposit = { ...encode(vault, "deposit", [amount, staker]), from: staker };
    if ((await snapshot.send(approve)).ok && (await snapshot.send(deposit)).ok) stakers.push(staker);
  }
  return stakers;
}
