import { ZeroAddress, type Provider } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernanceTimelock__factory,
  TiebreakerCommittee__factory,
} from "../../types/index.js";

/** The contracts through which committees act. */
export interface PowerContracts {
  readonly timelock: string;
  /** Counts the sub-committees' approvals; undefined where the timelock has no tiebreaker. */
  readonly tiebreaker: string | undefined;
  /** Undefined where the tiebreaker knows none. */
  readonly breaker: string | undefined;
}

/** A committee that has a power now. */
export interface Body {
  /** `activation`, `execution`, `seal`, `reseal`, or `tiebreaker-0` and so on. */
  readonly name: string;
  readonly address: string;
}

/** Finds the contracts that the timelock obeys now, whatever was deployed with it. */
export async function findPowers(timelock: string, provider: Provider, blockTag?: number): Promise<PowerContracts> {
  const at = blockTag === undefined ? {} : { blockTag };
  const tiebreaker = await DualGovernanceTimelock__factory.connect(timelock, { provider }).tiebreaker(at);
  if (tiebreaker === ZeroAddress) return { timelock, tiebreaker: undefined, breaker: undefined };
  // The tiebreaker may be any account: one that is not ours knows no breaker.
  const breaker = await orNothing(TiebreakerCommittee__factory.connect(tiebreaker, { provider }).breaker(at));
  return { timelock, tiebreaker, breaker: breaker === ZeroAddress ? undefined : breaker };
}

/** Everybody who has a power now; what has ended by itself is not among them. */
export async function readBodies(
  { timelock, tiebreaker, breaker }: PowerContracts,
  provider: Provider,
  blockTag?: number,
): Promise<Body[]> {
  const at = blockTag === undefined ? {} : { blockTag };
  const { terms } = await DualGovernanceTimelock__factory.connect(timelock, { provider }).emergencyStatus(at);
  const bodies: Body[] = [
    { name: "activation", address: terms.activationCommittee },
    { name: "execution", address: terms.executionCommittee },
  ];
  if (breaker !== undefined) {
    const contract = CircuitBreaker__factory.connect(breaker, { provider });
    const [seal, reseal] = await Promise.all([contract.SEAL_COMMITTEE(at), contract.RESEAL_COMMITTEE(at)]);
    bodies.push({ name: "seal", address: seal }, { name: "reseal", address: reseal });
  }
  if (tiebreaker !== undefined) {
    const members = await orNothing(TiebreakerCommittee__factory.connect(tiebreaker, { provider }).members(at));
    if (members === undefined) bodies.push({ name: "tiebreaker", address: tiebreaker });
    else bodies.push(...members.map((address, index) => ({ name: `tiebreaker-${index}`, address })));
  }
  return bodies.filter(({ address }) => address !== ZeroAddress);
}

async function orNothing<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch {
    return undefined;
  }
}
