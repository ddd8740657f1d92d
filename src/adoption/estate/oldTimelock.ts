import { id, ZeroAddress, ZeroHash } from "ethers";

import { ROLE_GRANTED, addressIn } from "../../protocol/topics.js";
import type { OldRoles } from "../../protocol/adoption.js";
import type { Call } from "../../protocol/calls.js";
import { SentenceError } from "../../protocol/errors.js";
import { CALL_SCHEDULED, toldScheduling } from "../../protocol/operations/told.js";
import { ROLES } from "../../protocol/roles.js";
import { readProposals } from "./decisions.js";
import { findSalt, saltsOf } from "./salts.js";
import type { Ground } from "./types.js";

const CALL_SALT = id("CallSalt(bytes32,bytes32)");

/** An operation that waits in the old timelock: whoever executes there may execute it. */
export interface Waiting {
  readonly id: string;
  /** From then on. [unix seconds] */
  readonly eta: bigint;
  readonly calls: readonly Call[];
  /** [32 bytes, hex] */
  readonly predecessor: string;
  /** Zero where the timelock does not tell it, as before OpenZeppelin 4.9, and it is none of the Governor's. [32 bytes, hex] */
  readonly salt: string;
}

/** What the old timelock is itself. */
export interface OldTimelock {
  readonly roles: OldRoles;
  /** [seconds] */
  readonly delay: bigint;
  readonly waiting: readonly Waiting[];
  /** [wei] */
  readonly balance: bigint;
}

/** Who may do what in the old timelock, and what waits there: of its events, each asked again. */
export async function readOldTimelock(ground: Ground): Promise<OldTimelock> {
  const { reader, oldTimelock, newTimelock } = ground;
  const logs = await reader.place.readLogs(oldTimelock, [ROLE_GRANTED]);
  const told = new Set([ZeroAddress, ...logs.map(({ topics }) => addressIn(topics[2]))]);
  const accounts = [...told].filter((account) => account !== newTimelock);
  const holders = async (role: string): Promise<string[]> => {
    const held: string[] = [];
    for (const account of accounts) {
      if ((await reader.ask(oldTimelock, "hasRole(bytes32,address)", [role, account])) === true) held.push(account);
    }
    return held;
  };
  const admin = (await reader.ask(oldTimelock, "getRoleAdmin(bytes32)", [ROLES.proposer])) as string | undefined;
  const delay = await reader.amount(oldTimelock, "getMinDelay");
  if (admin === undefined || delay === undefined) {
    throw new SentenceError(`${oldTimelock}, which the Governor obeys, is no TimelockController of OpenZeppelin's.`);
  }
  const hasCancellers = (await reader.ask(oldTimelock, "CANCELLER_ROLE")) !== undefined;
  return {
    roles: {
      proposers: await holders(ROLES.proposer),
      cancellers: hasCancellers ? await holders(ROLES.canceller) : undefined,
      executors: await holders(ROLES.executor),
      admin,
      admins: (await holders(admin)).filter((account) => account !== oldTimelock),
    },
    delay,
    waiting: await readWaiting(ground, oldTimelock),
    balance: BigInt((await reader.snapshot.request("eth_getBalance", [oldTimelock, "latest"])) as string),
  };
}

/** What waits in a timelock of OpenZeppelin's, or in one with dual governance. */
export async function readWaiting(
  { reader, governor }: Pick<Ground, "reader" | "governor">,
  timelock: string,
): Promise<Waiting[]> {
  const logs = await reader.place.readLogs(timelock, [CALL_SCHEDULED, CALL_SALT]);
  const salts = new Map<string, string>();
  const predecessors = new Map<string, string>();
  const calls = new Map<string, Map<bigint, Call>>();
  for (const { topics, data } of logs) {
    const operation = topics[1] ?? ZeroHash;
    if (topics[0] === CALL_SALT) {
      salts.set(operation, data);
      continue;
    }
    const { predecessor, ...call } = toldScheduling({ data });
    predecessors.set(operation, predecessor);
    // What was cancelled and scheduled again is told twice, in the same words.
    const one = calls.get(operation) ?? new Map<bigint, Call>();
    calls.set(operation, one.set(BigInt(topics[2] ?? ZeroHash), call));
  }
  const guesses = async (): Promise<string[]> => saltsOf(governor, await readProposals({ reader, governor }));
  const waiting: Waiting[] = [];
  for (const [operation, list] of calls) {
    const eta = await reader.amount(timelock, "getTimestamp", [operation]);
    // 1 stands for one that is done.
    if (eta === undefined || eta <= 1n) continue;
    const ordered = [...list].sort(([one], [other]) => Number(one - other)).map(([, call]) => call);
    const one = { id: operation, eta, calls: ordered, predecessor: predecessors.get(operation) ?? ZeroHash };
    const salt = salts.get(operation) ?? findSalt(one, await guesses()) ?? ZeroHash;
    waiting.push({ ...one, salt });
  }
  return waiting;
}
