import { toQuantity, type Provider } from "ethers";

import type { AdoptingDao } from "../config/schema.js";
import { readPace } from "../power/foreign/openPlace.js";
import { Reader, STRANGER } from "../power/foreign/reader.js";
import { readTokenVotes } from "../power/foreign/resolvers/votes.js";
import { inventStakers } from "../power/world/readAuditInput.js";
import type { Subject } from "../deployment/verify/subject.js";
import type { Deployment } from "../protocol/addresses.js";
import { SentenceError, UnreadableError } from "../protocol/errors.js";
import type { ForeignGovernor } from "../protocol/foreignGovernor.js";
import { queryLogs, type LogProgress } from "../protocol/logs.js";
import { chooseLocks, findHolders } from "../rehearsal/findHolders.js";
import type { OpenSnapshot } from "../rehearsal/open.js";
import { readSubject } from "../rehearsal/readSubject.js";
import type { Log } from "../rehearsal/snapshot.js";
import { readTold } from "./estate/candidates.js";
import type { Ground, ReadAnyLogs } from "./estate/types.js";
import { readingSinceMade, wasThere } from "./sinceMade.js";
import type { Poll } from "./play/poll.js";
import type { Wanted } from "./underWay.js";

const FULL = 10n ** 18n;

/** What is adopted, and where. */
export interface Adoption {
  readonly open: OpenSnapshot;
  readonly deployment: Deployment;
  readonly dao: AdoptingDao;
  /** Reads the chain itself. */
  readonly source: Provider;
  /** Finds the compiled contract of that name. */
  readonly readArtifact: Subject["readArtifact"];
  /** Nobody else can propose the same. */
  readonly proposer?: string;
  /** Which proposal is looked at; the one that the Governor has, or a new one where it has none, by default. */
  readonly wanted?: Wanted | undefined;
  /** What one proposal may use; a transaction's by default. [gas] */
  readonly gas?: bigint;
  /** Whether the way back is prepared, by a DAO that has adopted. */
  readonly isBack?: boolean;
  readonly progress?: (text: string) => void;
  readonly onProgress?: (progress: LogProgress) => void;
}

/**
 * The copy, and what the chain itself tells of whichever timelock hands over.
 * @param isBack Whether that is the new one: the ground has them in each other's place then.
 */
export async function openGround(
  { open, deployment, dao, source, onProgress }: Adoption,
  oldTimelock: string,
  isBack = false,
): Promise<Ground> {
  const { snapshot, block, readChain, connection } = open;
  const { addresses } = deployment;
  const from = dao.fromBlock ?? 0;
  await refuseLate(from, oldTimelock, open);
  const { readLogs, unsure } = readingSinceMade(open, from, onProgress);
  const reader = new Reader({
    snapshot,
    provider: connection.ethers.provider,
    safeProvider: source,
    safeBlock: block,
    readLogs,
    secondsPerBlock: await readPace(readChain, block),
  });
  const readAnyLogs: ReadAnyLogs = async (topics) =>
    await queryLogs(
      async (first, last) =>
        (await readChain("eth_getLogs", [
          { topics, fromBlock: toQuantity(first), toBlock: toQuantity(last) },
        ])) as Log[],
      from,
      block,
      onProgress,
    );
  // Of the way back whatever is said is turned round in the end.
  const [giver, receiver] = isBack ? [addresses.timelock, oldTimelock] : [oldTimelock, addresses.timelock];
  const names = [
    [STRANGER, "a stranger"],
    [giver, "the old timelock"],
    [receiver, "the new timelock"],
    [addresses.governor, "the Governor"],
    [addresses.token, "the token"],
    [addresses.vault, "the vault"],
  ] as const;
  for (const [account, name] of names) reader.name(account, name);
  for (const account of [oldTimelock, addresses.timelock]) reader.meet(account);
  return {
    ...{ reader, readAnyLogs, holdings: dao.holdings ?? [] },
    ...{ oldTimelock: giver, newTimelock: receiver },
    ...{ from, unsure },
    ...{ governor: addresses.governor, token: addresses.token, vault: addresses.vault },
    ...(await readTold(readAnyLogs, giver)),
  };
}

/** Whoever was given a role before the first log that is read would never be found. */
async function refuseLate(from: number, oldTimelock: string, { block, readChain }: OpenSnapshot): Promise<void> {
  if (from === 0) return;
  if (from > block) throw new SentenceError(`fromBlock is ${from}, and the newest block is ${block}.`);
  // Where the node does not tell, nothing is said in the end.
  if ((await wasThere(readChain, oldTimelock, from - 1)) !== true) return;
  throw new SentenceError(
    `fromBlock is ${from}, and the old timelock, ${oldTimelock}, is older: what it has been given before would not be found. ` +
      "Right is the block that made it, or an earlier one.",
  );
}

/** Whoever votes, but for the timelocks: what they hold of the token moves with the adoption. */
export async function openPoll(
  { reader, governor, token, oldTimelock, newTimelock }: Ground,
  found: ForeignGovernor,
): Promise<Poll> {
  const ballots = await readTokenVotes(reader, token, 0n);
  const lots = ballots?.lots.filter(({ holder }) => holder !== oldTimelock && holder !== newTimelock) ?? [];
  if (ballots === undefined || lots.length === 0) {
    throw new UnreadableError(`Nobody is known to have votes of ${token}, so that no vote can be played.`);
  }
  return { reader, governor, isTimestamp: found.clock === "timestamp", ballots: { ...ballots, lots } };
}

/** Who could object: enough of the largest holders for twice R1; where hardly anybody has staked, somebody does on the copy. */
export async function readStakers({ open, deployment, dao, onProgress }: Adoption) {
  const { snapshot, chain, block, readChain } = open;
  const { vault, escrow, timelock, oldTimelock } = deployment.addresses;
  const subject = await readSubject(snapshot, vault, chain, block);
  const needed = (subject.supply * 2n * dao.dualGovernance.signalling.signallingThreshold) / FULL + 1n;
  const found = await findHolders(snapshot, readChain, subject, needed, () => undefined, onProgress);
  const owned = found.filter(({ account }) => account !== timelock && account !== oldTimelock);
  const locks = chooseLocks(owned, needed);
  return { escrow, share: subject.share.address, locks, invent: () => inventStakers(snapshot, subject), needed };
}
