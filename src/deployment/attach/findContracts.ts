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
  /** Whoever made the timelock, and was its first admin. */
  readonly deployer: string;
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

/** Everything that follows from the timelock alone. */
export async function findContracts(timelock: string, search: Search): Promise<FoundContracts> {
  const { provider } = search;
  if ((await provider.getCode(timelock)) === "0x") {
    throw new SentenceError(`There is no contract at ${timelock} on this chain: give the address of a timelock.`);
  }
  const connected = DualGovernanceTimelock__factory.connect(timelock, provider);
  const fallbackGate = await follow("timelock", timelock, "fallback gate", () => connected.FALLBACK_GATE());
  const gate = await follow("timelock", timelock, "gate", () => connected.gate());
  const escrow = await follow("gate", gate, "escrow", () => DualGovernance__factory.connect(gate, provider).ESCROW());
  const ofEscrow = VetoEscrow__factory.connect(escrow, provider);
  const vault = await follow("escrow", escrow, "vault", () => ofEscrow.VAULT());
  const vessel = await follow("escrow", escrow, "vessel", () => ofEscrow.VESSEL_IMPLEMENTATION());
  const beginning = await findRoles(timelock, search);
  const { governor } = beginning;
  const token = await follow("Governor", governor, "token", () =>
    TribuneGovernor__factory.connect(governor, provider).token(),
  );
  const { minted, mintedIn } = await findMints(token, beginning.born, search);
  const { terms } = await connected.emergencyStatus();
  return {
    ...{ timelock, fallbackGate, gate, escrow, vault, vessel, token, minted },
    ...beginning,
    born: Math.min(beginning.born, mintedIn),
    protectionEndsAt: terms.protectionEndsAt,
  };
}

/** Who made the timelock, when, and who may propose. Logs tell, from the newest back to its creation. */
async function findRoles(address: string, { provider, onProgress }: Search) {
  const timelock = DualGovernanceTimelock__factory.connect(address, provider);
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
  const [governor, ...others] = present.flat();
  if (governor === undefined) throw new SentenceError(`Nobody may propose to the timelock at ${address}.`);
  if (others.length > 0) {
    throw new SentenceError(
      `Several may propose to the timelock at ${address}, and a deployment has one Governor: ${present.flat().join(", ")}.`,
    );
  }
  const left = await queryLogsBack(
    (from, to) => timelock.queryFilter(timelock.filters.RoleRevoked(ROLES.admin, deployer), from, to),
    newest,
    (logs, from) => logs.length > 0 || from <= creation.blockNumber,
    onProgress,
  );
  return { governor, deployer, born: creation.blockNumber, handedOver: left[0]?.blockNumber ?? newest };
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
