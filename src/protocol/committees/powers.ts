import { dataLength, dataSlice, ZeroAddress, type Provider } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  ExampleVault__factory,
  IPausableUntil__factory,
  TiebreakerCommittee__factory,
} from "../../../types/index.js";
import { readAnswer, tryRead } from "../tryRead.js";
import type { TribuneAddresses } from "../addresses.js";

/** The emergency committees' terms, and the mode, as they count in the block. All but the hard end is zero once they have ended. */
export interface EmergencyPowers {
  readonly activationCommittee: string;
  readonly executionCommittee: string;
  /** The last second in which the mode may be entered. [unix seconds] */
  readonly protectionEndsAt: bigint;
  /** [seconds] */
  readonly modeDuration: bigint;
  /** The last second of the mode; 0 while it has not been entered. [unix seconds] */
  readonly modeEndsAt: bigint;
  /** The last second in which the mode can ever be entered, whatever governance decides. [unix seconds] */
  readonly hardEnd: bigint;
}

/** What the tiebreaker waits for. */
export interface Deadlock {
  /** How long it must last. [seconds] */
  readonly timeout: bigint;
  /** Undefined if the gate in force knows of none, as the fallback gate. */
  readonly isDeadlocked: boolean | undefined;
  /** Since when governance is outside Normal and VetoCooldown; 0 while it is not. [unix seconds] */
  readonly haltedSince: bigint;
  /** Since when the gate is on record as silent; 0 if it is not. [unix seconds] */
  readonly gateSilentSince: bigint;
  readonly withdrawalBlockers: readonly Pausable[];
}

/** A contract that can be paused. */
export interface Pausable {
  readonly address: string;
  /** Undefined if it does not answer. */
  readonly isPaused: boolean | undefined;
  /** From when on it runs again; 2^256 − 1 if only a resumption ends the pause. [unix seconds] */
  readonly resumesAt: bigint | undefined;
}

/** The custom error that a call would revert with; empty if it would give no reason. */
export type ErrorName = string;

/** A contract that the circuit breaker names. */
export interface NamedPausable extends Pausable {
  /** Why the reseal committee cannot prolong its pause; undefined if it can. */
  readonly resealRefusal: ErrorName | undefined;
  /** The breaker it obeys; undefined if it does not tell. */
  readonly obeys: string | undefined;
}

export interface BreakerPowers {
  readonly address: string;
  readonly sealCommittee: string;
  readonly resealCommittee: string;
  /** [seconds] */
  readonly sealDuration: bigint;
  /** The last second in which the seal may be used. [unix seconds] */
  readonly sealExpiry: bigint;
  /** When it was used; 0 if it was not. [unix seconds] */
  readonly sealedAt: bigint;
  /** Why the seal committee can pause none of the named contracts; undefined if it can. */
  readonly sealRefusal: ErrorName | undefined;
  readonly pausables: readonly NamedPausable[];
}

export interface TiebreakerPowers {
  readonly address: string;
  /** Undefined if the tiebreaker is an account of another kind. */
  readonly committee:
    | {
        readonly members: readonly string[];
        readonly quorum: bigint;
        /** [seconds] */
        readonly delay: bigint;
        /** The circuit breaker whose pauses it may end. */
        readonly breaker: string | undefined;
      }
    | undefined;
}

/** The contracts through which committees act. */
export interface PowerContracts {
  readonly timelock: string;
  /** The gate that the timelock obeys. */
  readonly gate: string;
  /** Counts the sub-committees' approvals; undefined where the timelock has no tiebreaker. */
  readonly tiebreaker: string | undefined;
  /** Undefined where there is none. */
  readonly breaker: string | undefined;
}

/** Everything that somebody beside the DAO and the stakers may do for a time. */
export interface Powers {
  readonly contracts: PowerContracts;
  readonly emergency: EmergencyPowers;
  readonly deadlock: Deadlock;
  readonly breaker: BreakerPowers | undefined;
  readonly tiebreaker: TiebreakerPowers | undefined;
}

/** The powers that the contracts grant in one block, whoever was meant to have them. */
export async function readPowers(
  { timelock: timelockAddress, bodies }: Pick<TribuneAddresses, "timelock" | "bodies">,
  provider: Provider,
  blockTag: number,
): Promise<Powers> {
  const at = { blockTag };
  const timelock = DualGovernanceTimelock__factory.connect(timelockAddress, { provider });
  const [{ terms, modeEndsAt }, hardEnd, timeout, gateSilentSince, gate, seated] = await Promise.all([
    timelock.emergencyStatus(at),
    timelock.PROTECTION_HARD_END(at),
    timelock.tiebreakerTimeout(at),
    timelock.gateSilentSince(at),
    timelock.gate(at),
    timelock.tiebreaker(at),
  ]);
  const { activationCommittee, executionCommittee, protectionEndsAt, modeDuration } = terms;
  const tiebreaker = isSomebody(seated) ? await readTiebreaker(seated, provider, blockTag) : undefined;
  // The tiebreaker knows the breaker in use; without one the record is all there is.
  const breaker = tiebreaker?.committee?.breaker ?? bodies.circuitBreaker?.breaker;
  return {
    contracts: { timelock: timelockAddress, gate, tiebreaker: tiebreaker?.address, breaker },
    emergency: { activationCommittee, executionCommittee, protectionEndsAt, modeDuration, modeEndsAt, hardEnd },
    deadlock: { timeout, gateSilentSince, ...(await readDeadlock(gate, provider, blockTag)) },
    breaker: breaker === undefined ? undefined : await readBreaker(breaker, provider, blockTag),
    tiebreaker,
  };
}

async function readDeadlock(
  address: string,
  provider: Provider,
  blockTag: number,
): Promise<Pick<Deadlock, "isDeadlocked" | "haltedSince" | "withdrawalBlockers">> {
  const at = { blockTag };
  const gate = DualGovernance__factory.connect(address, { provider });
  const [isDeadlocked, haltedSince, blockers] = await Promise.all([
    readAnswer(() => gate.isDeadlocked(at)),
    readAnswer(() => gate.haltedSince(at)),
    readAnswer(() => gate.withdrawalBlockers(at)),
  ]);
  return {
    isDeadlocked,
    haltedSince: haltedSince ?? 0n,
    withdrawalBlockers: await Promise.all((blockers ?? []).map((blocker) => readPausable(blocker, provider, blockTag))),
  };
}

async function readBreaker(address: string, provider: Provider, blockTag: number): Promise<BreakerPowers> {
  const at = { blockTag };
  const breaker = CircuitBreaker__factory.connect(address, { provider });
  const { interface: abi } = breaker;
  const [sealCommittee, resealCommittee, sealDuration, sealExpiry, sealedAt, pausables] = await Promise.all([
    breaker.SEAL_COMMITTEE(at),
    breaker.RESEAL_COMMITTEE(at),
    breaker.SEAL_DURATION(at),
    breaker.SEAL_EXPIRY(at),
    breaker.sealedAt(at),
    breaker.pausables(at),
  ]);
  /** In the committee's name, without a transaction: what a pausable says to it, no view of the breaker can tell. */
  const simulate = async (from: string, data: string): Promise<ErrorName | undefined> => {
    const answer = await tryRead(() => provider.call({ from, to: address, data, blockTag }));
    if (answer.answered) return undefined;
    const { data: reason } = answer.refusal;
    // By its selector alone: what follows may be anything.
    return dataLength(reason) < 4 ? "" : (abi.getError(dataSlice(reason, 0, 4))?.name ?? "");
  };
  const named = await Promise.all(
    pausables.map(async (pausable): Promise<NamedPausable> => ({
      ...(await readPausable(pausable, provider, blockTag)),
      resealRefusal: await simulate(resealCommittee, abi.encodeFunctionData("reseal", [pausable])),
      obeys: await readAnswer(() => ExampleVault__factory.connect(pausable, { provider }).breaker(at)),
    })),
  );
  return {
    address,
    sealCommittee,
    resealCommittee,
    sealDuration,
    sealExpiry,
    sealedAt,
    sealRefusal: await simulate(sealCommittee, abi.encodeFunctionData("seal", [[...pausables]])),
    pausables: named,
  };
}

async function readTiebreaker(address: string, provider: Provider, blockTag: number): Promise<TiebreakerPowers> {
  const at = { blockTag };
  const contract = TiebreakerCommittee__factory.connect(address, { provider });
  const committee = await readAnswer(() =>
    Promise.all([contract.members(at), contract.quorum(at), contract.DELAY(at), contract.breaker(at)]),
  );
  if (committee === undefined) return { address, committee };
  const [members, quorum, delay, breaker] = committee;
  const named = isSomebody(breaker) ? breaker : undefined;
  return { address, committee: { members: [...members], quorum, delay, breaker: named } };
}

async function readPausable(address: string, provider: Provider, blockTag: number): Promise<Pausable> {
  const at = { blockTag };
  const pausable = IPausableUntil__factory.connect(address, { provider });
  const [isPaused, resumesAt] = await Promise.all([
    readAnswer(() => pausable.isPaused(at)),
    readAnswer(() => pausable.getResumeSinceTimestamp(at)),
  ]);
  return { address, isPaused, resumesAt };
}

/** Whether anybody has it. */
export const isSomebody = (address: string): boolean => address !== ZeroAddress;
