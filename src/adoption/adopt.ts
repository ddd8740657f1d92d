import { Interface, toQuantity, type Provider } from "ethers";

import type { AdoptingDao } from "../config/schema.js";
import { rememberingLogs, readPace } from "../power/foreign/openPlace.js";
import { Reader, STRANGER } from "../power/foreign/reader.js";
import { readBallots } from "../power/foreign/resolvers/votes.js";
import { inventStakers } from "../power/readCast.js";
import { adoptionCalls } from "../protocol/adoption.js";
import type { Deployment } from "../protocol/addresses.js";
import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { readForeignGovernor, type ForeignGovernor } from "../protocol/foreignGovernor.js";
import { queryLogs, type LogProgress } from "../protocol/logs.js";
import { proposalOf } from "../protocol/proposals.js";
import { chooseLocks, findHolders } from "../rehearsal/findHolders.js";
import type { OpenSnapshot } from "../rehearsal/open.js";
import { readSubject } from "../rehearsal/readSubject.js";
import type { Log } from "../rehearsal/snapshot.js";
import { readTold } from "./estate/candidates.js";
import { readGovernor } from "./estate/governor.js";
import { readEstate } from "./estate/readEstate.js";
import { readRemains } from "./estate/remains.js";
import type { Finding, Ground, ReadAnyLogs } from "./estate/types.js";
import { holdingKey, planOf, sortPending } from "./plan.js";
import { measureCalls } from "./play/measure.js";
import { encodePropose, type Poll } from "./play/poll.js";
import { proveAdoption, type Step } from "./play/prove.js";
import { splitAdoption } from "./proposals.js";
import type { AdoptionReport, PreparedProposal } from "./report.js";

const MOVER = new Interface(["function updateTimelock(address)"]);
const FULL = 10n ** 18n;

/** What is adopted, and where. */
export interface Adoption {
  readonly open: OpenSnapshot;
  readonly deployment: Deployment;
  readonly dao: AdoptingDao;
  /** Reads the chain itself. */
  readonly source: Provider;
  /** Nobody else can propose the same. */
  readonly proposer?: string;
  /** What one proposal may use; a transaction's by default. [gas] */
  readonly gas?: bigint;
  readonly progress?: (text: string) => void;
  readonly onProgress?: (progress: LogProgress) => void;
}

/**
 * Reads what the old timelock has, prepares the proposals that hand it over, and plays them on the copy.
 * @throws SentenceError where the deployment is of no DAO that existed before, or cannot adopt.
 */
export async function prepareAdoption(adoption: Adoption): Promise<AdoptionReport> {
  const { open, deployment, dao, progress = () => undefined } = adoption;
  const { addresses } = deployment;
  const { governor, timelock: newTimelock, oldTimelock } = addresses;
  if (oldTimelock === undefined) {
    throw new SentenceError(`${deployment.dao} was made with its Governor: there is nothing to adopt.`);
  }
  const found = await readForeignGovernor(governor, open.connection.ethers.provider);
  refuseMoved(found, oldTimelock, newTimelock);
  progress("what the logs name");
  const ground = await openGround(adoption, oldTimelock);
  progress("what the old timelock owns and holds");
  const estate = await readEstate(ground);
  const voice = await readGovernor(ground);
  const hasAdopted = found.timelock === newTimelock;
  const told = {
    ...{ governor, oldTimelock, newTimelock, hasAdopted, contracts: estate.contracts },
    holdings: estate.handovers.map((one) => holdingKey(one)),
  };
  if (hasAdopted) {
    const left = estate.handovers.map((one): Finding => ({
      key: holdingKey(one),
      sentence: `The old timelock still has ${holdingKey(one)}.`,
    }));
    const findings = [...estate.findings, ...left, ...(await readRemains(ground)), ...voice.findings];
    return { ...told, ...sorted(findings, dao), notices: estate.notices, proposals: [], steps: [] };
  }
  const now = await open.snapshot.now();
  const pace = found.clock === "timestamp" ? 1n : BigInt(Math.ceil(ground.reader.place.secondsPerBlock));
  const earliest = now + (found.votingDelay + found.votingPeriod) * pace + estate.old.delay;
  const pending = sortPending(estate, ground, earliest, MOVER.encodeFunctionData("updateTimelock", [newTimelock]));
  const plan = planOf(ground, estate, pending.cancelled, dao.timelock.delay);
  const whole = adoptionCalls(plan);
  // The Governor's own are made by way of it alone.
  const direct = whole.filter(({ target }) => target !== governor);
  const measured = await measureCalls(open.snapshot, oldTimelock, direct);
  const early = [...estate.findings, ...voice.findings, ...pending.findings];
  const notices = [...estate.notices, ...pending.notices, ...voice.notices];
  const queued = pending.adopting.map(({ id, calls }): Finding | string =>
    JSON.stringify(calls, asText) === JSON.stringify(whole, asText)
      ? `This very proposal is queued already, as operation ${id}.`
      : {
          key: `operation ${id}`,
          sentence: `Operation ${id} moves the Governor to the new timelock, and is not the adoption as it would be prepared now.`,
        },
  );
  const findings = [...early, ...queued.filter((one) => typeof one !== "string")];
  const allNotices = [...notices, ...queued.filter((one) => typeof one === "string")];
  if (measured.refused !== undefined) {
    const { call, why } = measured.refused;
    const step: Step = {
      what: "The old timelock can make every call",
      why: `${call.target} refuses ${call.data}: ${why}`,
    };
    return { ...told, ...sorted(findings, dao), notices: allNotices, proposals: [], steps: [step] };
  }
  const proposals = splitAdoption(plan, measured.gasOf, adoption.gas).map((calls, index, all): PreparedProposal => {
    const signed = adoption.proposer === undefined ? "" : `\n\n#proposer=${adoption.proposer}`;
    const proposal = proposalOf(`${describe(told, index, all.length)}${signed}`, calls);
    return { ...proposal, propose: { target: governor, value: 0n, data: encodePropose(proposal) } };
  });
  const poll = await openPoll(ground, found);
  const staged = {
    ground,
    poll,
    plan,
    estate,
    progress,
    parts: proposals.map(({ calls }, index) => ({ description: describe(told, index, proposals.length), calls })),
    ...(await readStakers(adoption)),
  };
  const { steps, remains } = await proveAdoption(staged);
  return { ...told, ...sorted([...findings, ...remains], dao), notices: allNotices, proposals, steps };
}

const asText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);

function refuseMoved({ timelock }: ForeignGovernor, oldTimelock: string, newTimelock: string): void {
  if (timelock === oldTimelock || timelock === newTimelock) return;
  throw new SentenceError(
    `The Governor obeys ${timelock ?? "no timelock that it tells"}: neither the old timelock, ${oldTimelock}, nor the new ` +
      `one, ${newTimelock}. Deploy again, for the DAO as it is now.`,
  );
}

const sorted = (findings: readonly Finding[], { accepted = [] }: AdoptingDao) => ({
  findings: findings.filter(({ key }) => !accepted.includes(key)),
  accepted: findings.filter(({ key }) => accepted.includes(key)),
});

function describe({ newTimelock }: { readonly newTimelock: string }, index: number, count: number): string {
  const part = count === 1 ? "" : `, part ${index + 1} of ${count}`;
  return (
    `Adopt dual governance${part}\n\n` +
    `Everything that the timelock of this DAO owns and holds goes to ${newTimelock}, in which stakers can delay what they ` +
    "object to, and leave before it lands."
  );
}

async function openGround(
  { open, deployment, dao, source, onProgress }: Adoption,
  oldTimelock: string,
): Promise<Ground> {
  const { snapshot, block, readChain, connection } = open;
  const { addresses } = deployment;
  const from = dao.fromBlock ?? 0;
  const reader = new Reader({
    snapshot,
    provider: connection.ethers.provider,
    safeProvider: source,
    safeBlock: block,
    readLogs: rememberingLogs(readChain, from, block, onProgress),
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
  const names = [
    [STRANGER, "a stranger"],
    [oldTimelock, "the old timelock"],
    [addresses.timelock, "the new timelock"],
    [addresses.governor, "the Governor"],
    [addresses.token, "the token"],
    [addresses.vault, "the vault"],
  ] as const;
  for (const [account, name] of names) reader.name(account, name);
  for (const account of [oldTimelock, addresses.timelock]) reader.meet(account);
  return {
    ...{ reader, readAnyLogs, oldTimelock, newTimelock: addresses.timelock, holdings: dao.holdings ?? [] },
    ...{ governor: addresses.governor, token: addresses.token, vault: addresses.vault },
    ...(await readTold(readAnyLogs, oldTimelock)),
  };
}

/** Whoever votes, but for the timelocks: what they hold of the token moves with the adoption. */
async function openPoll(
  { reader, governor, token, oldTimelock, newTimelock }: Ground,
  found: ForeignGovernor,
): Promise<Poll> {
  const ballots = await readBallots(reader, token, 0n);
  const lots = ballots?.lots.filter(({ holder }) => holder !== oldTimelock && holder !== newTimelock) ?? [];
  if (ballots === undefined || lots.length === 0) {
    throw new UnreadableError(`Nobody is known to have votes of ${token}, so that no vote can be played.`);
  }
  return { reader, governor, isTimestamp: found.clock === "timestamp", ballots: { ...ballots, lots } };
}

/** Who could object: enough of the largest holders for twice R1; where hardly anybody has staked, somebody does on the copy. */
async function readStakers({ open, deployment, dao, onProgress }: Adoption) {
  const { snapshot, chain, block, readChain } = open;
  const { vault, escrow, timelock, oldTimelock } = deployment.addresses;
  const subject = await readSubject(snapshot, vault, chain, block);
  const needed = (subject.supply * 2n * dao.dualGovernance.signalling.signallingThreshold) / FULL + 1n;
  const found = await findHolders(snapshot, readChain, subject, needed, () => undefined, onProgress);
  const owned = found.filter(({ account }) => account !== timelock && account !== oldTimelock);
  const locks = chooseLocks(owned, needed);
  return { escrow, share: subject.share.address, locks, invent: () => inventStakers(snapshot, subject), needed };
}
