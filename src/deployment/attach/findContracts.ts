import { ZeroAddress, type Provider } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  GovernanceToken__factory,
  TribuneGovernor__factory,
  VetoEscrow__factory,
} from "../../../types/index.js";
import { SentenceError } from "../../protocol/errors.js";
import { queryLogsBack, type LogProgress } from "../../protocol/logs.js";
import { ROLES } from "../../protocol/roles.js";
import { readAnswer } from "../../protocol/tryRead.js";

/** What the logs of a timelock tell of its making. */
export interface Origin {
  readonly timelock: string;
  /** Whoever made the timelock, and was its first admin. */
  readonly deployer: string;
  /** The block of its creation. */
  readonly born: number;
  /** The block in which the deployer gave its power away; the newest one if it has not. */
  readonly handedOver: number;
  /** Who was ever let propose, in that order, and who may today. */
  readonly proposers: readonly string[];
  readonly present: readonly string[];
}

/** What a timelock leads to, whatever vault there is. */
export interface FoundContracts {
  readonly timelock: string;
  readonly fallbackGate: string;
  readonly gate: string;
  readonly escrow: string;
  readonly vault: string;
  readonly vessel: string;
  readonly governor: string;
  readonly token: string;
  /** Of a DAO that existed before: what its Governor obeyed. */
  readonly oldTimelock: string | undefined;
  /** Who got the token when it was made, in that order. */
  readonly minted: readonly string[];
  /** The block of timelock or token, whichever is older. */
  readonly born: number;
  /** The block in which the deployer gave its power away; the newest one if it has not. */
  readonly handedOver: number;
  /** Of emergency protection; 0 for none. [unix seconds] */
  readonly protectionEndsAt: bigint;
}

/** Where to look, and whom to tell how far it has come. */
export interface Search {
  /** Of one block. */
  readonly provider: Provider;
  readonly onProgress?: ((progress: LogProgress) => void) | undefined;
}

/** Asks a contract what leads on from it; one that does not answer is none of ours. */
async function follow(name: string, address: string, what: string, read: () => Promise<string>): Promise<string> {
  const found = await readAnswer(read);
  if (found !== undefined && found !== ZeroAddress) return found;
  throw new SentenceError(
    found === undefined
      ? `There is no ${name} of Tribune at ${address}: it does not tell its ${what}.`
      : `The ${name} at ${address} has no ${what}.`,
  );
}

/** Token and Governor of a DAO that existed before. */
export interface ExistingDao {
  readonly governor: string;
  readonly token: string;
}

/** Everything that follows from the timelock alone. */
export async function findContracts(
  origin: Origin,
  search: Search,
  existing: ExistingDao | undefined,
): Promise<FoundContracts> {
  const { provider } = search;
  const { timelock, handedOver } = origin;
  const connected = DualGovernanceTimelock__factory.connect(timelock, provider);
  const fallbackGate = await follow("timelock", timelock, "fallback gate", () => connected.FALLBACK_GATE());
  const gate = await follow("timelock", timelock, "gate", () => connected.gate());
  const escrow = await follow("gate", gate, "escrow", () => DualGovernance__factory.connect(gate, provider).ESCROW());
  const ofEscrow = VetoEscrow__factory.connect(escrow, provider);
  const vault = await follow("escrow", escrow, "vault", () => ofEscrow.VAULT());
  const vessel = await follow("escrow", escrow, "vessel", () => ofEscrow.VESSEL_IMPLEMENTATION());
  const dao = existing === undefined ? await findDao(origin, search) : findExisting(existing, origin);
  const { terms } = await connected.emergencyStatus();
  const { protectionEndsAt } = terms;
  return { timelock, fallbackGate, gate, escrow, vault, vessel, handedOver, protectionEndsAt, ...dao };
}

type FoundDao = Pick<FoundContracts, "governor" | "token" | "oldTimelock" | "minted" | "born">;

/** Governor and token that were made with the timelock. */
async function findDao({ timelock, present, born }: Origin, search: Search): Promise<FoundDao> {
  const [governor, ...others] = present;
  if (governor === undefined) throw new SentenceError(`Nobody may propose to the timelock at ${timelock}.`);
  if (others.length > 0) {
    throw new SentenceError(
      `Several may propose to the timelock at ${timelock}, and a deployment has one Governor: ${present.join(", ")}.`,
    );
  }
  const { provider } = search;
  const connected = TribuneGovernor__factory.connect(governor, provider);
  const token = await follow("Governor", governor, "token", () => connected.token());
  const { minted, mintedIn } = await findMints(token, born, search);
  return { governor, token, oldTimelock: undefined, minted, born: Math.min(born, mintedIn) };
}

/** Those of the configuration, which the timelock must know. */
function findExisting({ governor, token }: ExistingDao, { timelock, proposers, born }: Origin): FoundDao {
  if (!proposers.includes(governor)) {
    throw new SentenceError(
      `The Governor of the configuration, ${governor}, may not propose to the timelock at ${timelock}.`,
    );
  }
  return { governor, token, oldTimelock: proposers.find((account) => account !== governor), minted: [], born };
}

/** Who made the timelock, when, and who may propose. Logs tell, from the newest back to its creation. */
export async function findOrigin(address: string, { provider, onProgress }: Search): Promise<Origin> {
  if ((await provider.getCode(address)) === "0x") {
    throw new SentenceError(`There is no contract at ${address} on this chain: give the address of a timelock.`);
  }
  const timelock = DualGovernanceTimelock__factory.connect(address, provider);
  await follow("timelock", address, "fallback gate", () => timelock.FALLBACK_GATE());
  const newest = await provider.getBlockNumber();
  // The constructor makes the timelock its own admin: nobody else could have written that log.
  const granted = await queryLogsBack(
    (from, to) => timelock.queryFilter(timelock.filters.RoleGranted(), from, to),
    newest,
    (logs) => logs.some(({ args }) => args.role === ROLES.admin && args.account === address),
    onProgress,
  );
  const creation = granted.find(({ args }) => args.role === ROLES.admin && args.account === address);
  if (creation === undefined) {
    throw new SentenceError(
      `The logs of this node do not tell of the creation of ${address}: either it is no timelock, or the node does not ` +
        "keep logs that are so old; right is one that does.",
    );
  }
  const admin = granted.find(({ args }) => args.role === ROLES.admin && args.account !== address);
  if (admin === undefined) throw new SentenceError(`The timelock at ${address} was made without a deployer.`);
  const deployer = admin.args.account;
  const proposers = new Set(granted.filter(({ args }) => args.role === ROLES.proposer).map(({ args }) => args.account));
  const present = await Promise.all(
    [...proposers].map(async (account) => ((await timelock.hasRole(ROLES.proposer, account)) ? [account] : [])),
  );
  const left = await queryLogsBack(
    (from, to) => timelock.queryFilter(timelock.filters.RoleRevoked(ROLES.admin, deployer), from, to),
    newest,
    (logs, from) => logs.length > 0 || from <= creation.blockNumber,
    onProgress,
  );
  const handedOver = left[0]?.blockNumber ?? newest;
  const found = { proposers: [...proposers], present: present.flat() };
  return { timelock: address, deployer, born: creation.blockNumber, handedOver, ...found };
}

/** All tokens are minted at once, and none is burnt. */
async function findMints(address: string, around: number, { provider, onProgress }: Search) {
  const token = GovernanceToken__factory.connect(address, provider);
  const supply = await readAnswer(() => token.totalSupply());
  if (supply === undefined) throw new SentenceError(`There is no token of Tribune at ${address}.`);
  const isWhole = (logs: readonly { readonly args: { readonly value: bigint } }[]) =>
    logs.reduce((sum, { args }) => sum + args.value, 0n) >= supply;
  const newest = await provider.getBlockNumber();
  const query = (from: number, to: number) => token.queryFilter(token.filters.Transfer(ZeroAddress), from, to);
  // Made together with the timelock, a little earlier or later.
  const near = await queryLogsBack(query, Math.min(newest, around + NEARBY), isWhole, onProgress);
  const [first] = near;
  if (first === undefined || !isWhole(near)) {
    throw new SentenceError(`The logs of this node do not tell who got the token at ${address} when it was made.`);
  }
  return { minted: near.map(({ args }) => args.to), mintedIn: first.blockNumber };
}

/** More than a deployment takes. [blocks] */
const NEARBY = 10_000;

/** The circuit breaker, where nothing leads to it but the log of its binding, written during the deployment. */
export async function findBreaker(
  { timelock, born, handedOver }: FoundContracts,
  { provider, onProgress }: Search,
): Promise<string | undefined> {
  const any = CircuitBreaker__factory.connect(ZeroAddress, provider);
  const { topicHash } = any.interface.getEvent("PausablesBound");
  const logs = await queryLogsBack(
    (fromBlock, toBlock) => provider.getLogs({ topics: [topicHash], fromBlock, toBlock }),
    handedOver,
    (_, from) => from <= born,
    onProgress,
  );
  for (const { address } of logs) {
    const breaker = CircuitBreaker__factory.connect(address, provider);
    if ((await readAnswer(() => breaker.TIMELOCK())) === timelock) return address;
  }
  return undefined;
}
