import { ZeroAddress, type Provider } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernanceTimelock__factory,
  TiebreakerCommittee__factory,
} from "../../types/index.js";
import { subCommitteeSeat, TIEBREAKER } from "../protocol/committees/seats.js";
import { UnreadableError } from "../protocol/errors.js";
import { readAnswer } from "../protocol/tryRead.js";

/** The contracts through which committees act. */
export interface PowerContracts {
  readonly timelock: string;
  /** Counts the sub-committees' approvals; undefined where the timelock has no tiebreaker. */
  readonly tiebreaker: string | undefined;
  /** Undefined where there is none. */
  readonly breaker: string | undefined;
}

/** A committee that has a power now. */
export interface Body {
  /** As in `SEATS`. */
  readonly name: string;
  readonly address: string;
}

/**
 * Finds the contracts that the timelock obeys now, whatever was deployed with it.
 * @param deployed The circuit breaker of the deployment, in case the tiebreaker knows no other.
 */
export async function findPowers(timelock: string, provider: Provider, deployed?: string): Promise<PowerContracts> {
  const tiebreaker = await DualGovernanceTimelock__factory.connect(timelock, { provider }).tiebreaker();
  if (tiebreaker === ZeroAddress) return { timelock, tiebreaker: undefined, breaker: deployed };
  // The tiebreaker may be any account: one that is not ours knows no breaker.
  const breaker = await readAnswer(() => TiebreakerCommittee__factory.connect(tiebreaker, { provider }).breaker());
  return { timelock, tiebreaker, breaker: breaker === undefined || breaker === ZeroAddress ? deployed : breaker };
}

/** Everybody who has a power now, whether or not it could be used in this block; what is spent or over is not among them. */
export async function readBodies(
  { timelock, tiebreaker, breaker }: PowerContracts,
  provider: Provider,
): Promise<Body[]> {
  const block = await provider.getBlock("latest");
  if (block === null) throw new UnreadableError("The network's node does not give its newest block.");
  const at = { blockTag: block.number };
  const now = BigInt(block.timestamp);
  const { terms, modeEndsAt } = await DualGovernanceTimelock__factory.connect(timelock, { provider }).emergencyStatus(
    at,
  );
  const bodies: Body[] = [];
  // The timelock keeps a term that passed unused; only a mode that was entered outlives it.
  const isInMode = modeEndsAt !== 0n;
  const isInTerm = now <= terms.protectionEndsAt;
  if (isInTerm && !isInMode) bodies.push({ name: "activation", address: terms.activationCommittee });
  if (isInTerm || isInMode) bodies.push({ name: "execution", address: terms.executionCommittee });
  if (breaker !== undefined) {
    const contract = CircuitBreaker__factory.connect(breaker, { provider });
    const [seal, reseal, isSealUsable] = await Promise.all([
      contract.SEAL_COMMITTEE(at),
      contract.RESEAL_COMMITTEE(at),
      contract.isSealUsable(at),
    ]);
    if (isSealUsable) bodies.push({ name: "seal", address: seal });
    bodies.push({ name: "reseal", address: reseal });
  }
  if (tiebreaker !== undefined) {
    const members = await readAnswer(() => TiebreakerCommittee__factory.connect(tiebreaker, { provider }).members(at));
    if (members === undefined) bodies.push({ name: TIEBREAKER.name, address: tiebreaker });
    else bodies.push(...members.map((address, index) => ({ name: subCommitteeSeat(index).name, address })));
  }
  return bodies.filter(({ address }) => address !== ZeroAddress);
}
