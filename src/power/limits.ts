import { ZeroAddress } from "ethers";

import { checkBaseDelay, checkConfig, checkExitTerms, MIN_LOCK_CAP, type Violation } from "../model/configChecks.js";
import { PROTECTION_LIMIT, SEAL_DURATION_LIMIT, SEAL_TERM_LIMIT, TIEBREAKER_DELAY_LIMIT } from "../model/limits.js";
import { FULL_SUPPORT } from "../model/units.js";
import { formatDuration } from "../protocol/format.js";
import { toConfig } from "../protocol/state/decode.js";
import { readView } from "./parts.js";
import { readExcess, readPoolFee } from "./pool/limits.js";
import type { Scene } from "./scene.js";
import { LONGEST_HOLD, LONGEST_WAIT } from "./terms.js";

/** What the durations and shares of a deployment are, against what makes its protection one. In sentences. */
export interface Limits {
  /** Of those who object: too little time, or a threshold that nobody reaches. */
  readonly protection: readonly string[];
  /** Of votes: a time in which nothing is ever decided. */
  readonly voting: readonly string[];
  /** Of bounded powers: without an end, too long, or by too few. */
  readonly powers: readonly string[];
  /** What is worth knowing, and no fault. */
  readonly facts: readonly string[];
  /** Bounded powers that are used up or have expired, as `part.function`: no call of them works any more. */
  readonly over: ReadonlySet<string>;
}

/** Reads every duration that a property rests on, as it stands on the chain. */
export async function readLimits(scene: Scene): Promise<Limits> {
  const [protection, emergency, breaker, tiebreaker] = [
    await readProtection(scene),
    await readEmergency(scene),
    await readBreaker(scene),
    await readTiebreaker(scene),
  ];
  return {
    protection,
    voting: await readVoting(scene),
    powers: [
      ...(await readFee(scene)),
      ...(await readPoolFee(scene)),
      ...emergency.powers,
      ...breaker.powers,
      ...tiebreaker,
    ],
    facts: await readExcess(scene),
    over: new Set([...emergency.over, ...breaker.over, ...(await readIdle(scene))]),
  };
}

const told = (violations: readonly Violation[]): string[] =>
  violations.map(({ path, value, limit, reason }) => `${path} is ${value}, against ${limit}: ${reason}.`);

const tell = (...checks: readonly (readonly [boolean, string])[]): string[] =>
  checks.filter(([isBroken]) => isBroken).map(([, sentence]) => sentence);

async function readProtection({ contracts }: Scene): Promise<string[]> {
  const { timelock, gate, escrow, vault, governor, fallbackGate } = contracts;
  const bounds = {
    delayFloor: await timelock.DELAY_FLOOR(),
    delayCeiling: await timelock.DELAY_CEILING(),
    grace: await timelock.GRACE(),
    fallbackDelay: await fallbackGate.DELAY(),
  };
  const config = toConfig(await gate.currentConfig());
  const { signalling } = config;
  const exit = await escrow.exitTerms();
  const { wordDelay, callOffDelay, stallDelay, holdLimit, exitLimit } = exit;
  const vote = (await governor.votingDelay()) + (await governor.votingPeriod());
  const [floor, supply] = [await escrow.SUPPLY_FLOOR(), await vault.totalSupply()];
  const [inForce] = await gate.persisted();
  const least = callOffDelay > stallDelay ? callOffDelay : stallDelay;
  return [
    ...told(checkBaseDelay(await timelock.getMinDelay(), bounds)),
    ...told(checkConfig(config, bounds)),
    ...told(checkExitTerms(exit, bounds)),
    ...tell(
      [
        bounds.grace < 2n * bounds.fallbackDelay,
        "What waits under the fallback gate expires before it can land: the grace is less than twice its delay.",
      ],
      [
        wordDelay === 0n || stallDelay === 0n || callOffDelay < wordDelay || holdLimit < least || exitLimit < holdLimit,
        "The clocks of an exit are out of order: one of them is over before the one that it waits for.",
      ],
      [
        inForce.signallingThreshold === 0n || inForce.signallingThreshold > signalling.rageQuitThreshold,
        `R1 in force is ${inForce.signallingThreshold}, and not between 0 and R2, ${signalling.rageQuitThreshold}.`,
      ],
      [
        inForce.minLock === 0n || inForce.minLock > MIN_LOCK_CAP,
        `A lock binds for ${formatDuration(inForce.minLock)}, and not for 1 s to ${formatDuration(MIN_LOCK_CAP)}.`,
      ],
      [
        config.phases.rageQuitExtension > LONGEST_HOLD || config.phases.withdrawalMaxDelay > LONGEST_HOLD,
        `A rage quit holds back governance, or those who have left, for longer than ${formatDuration(LONGEST_HOLD)}.`,
      ],
      [
        vote > LONGEST_HOLD,
        `A vote takes ${formatDuration(vote)}, longer than ${formatDuration(LONGEST_HOLD)}: nothing is ever decided.`,
      ],
      [
        exitLimit > LONGEST_WAIT || exit.callOffExtension > LONGEST_HOLD,
        `An exit may hold governance back for longer than ${formatDuration(LONGEST_WAIT)}, or ${formatDuration(LONGEST_HOLD)} after it was called off.`,
      ],
      [
        floor === 0n || supply * FULL_SUPPORT < floor * signalling.rageQuitThreshold,
        `The supply never counts for less than ${floor} shares, of which there are ${supply}: ${floor === 0n ? "one share could halt governance" : "all of them together do not reach R2"}.`,
      ],
      [(await governor.votingPeriod()) === 0n, "Votes last for no time, so that nobody decides anything."],
      [(await governor["quorumNumerator()"]()) === 0n, "No quorum is asked for: one vote alone, unopposed, decides."],
    ),
  ];
}

async function readVoting({ contracts: { governor } }: Scene): Promise<string[]> {
  const extension = await governor.lateQuorumVoteExtension();
  return tell([
    extension > LONGEST_HOLD,
    `A late quorum prolongs a vote by ${formatDuration(extension)}, longer than ${formatDuration(LONGEST_HOLD)}: who completes it late keeps what is voted on from being decided.`,
  ]);
}

/** The example vault's fee, which the DAO sets within its limit. */
async function readFee({ parts, snapshot }: Scene): Promise<string[]> {
  const vault = parts.find(({ name }) => name === "vault");
  if (vault === undefined) return [];
  const [fee] = (await readView(snapshot, vault, "fee")) as unknown as [bigint];
  const [limit] = (await readView(snapshot, vault, "MAX_FEE")) as unknown as [bigint];
  return tell([fee > limit, `The vault's fee is ${fee}, above its limit ${limit}.`]);
}

/** Functions for which there is no occasion: a proposal that no vote waits for, a strategy that is not there. */
async function readIdle({ contracts, parts, snapshot }: Scene): Promise<string[]> {
  const vault = parts.find(({ name }) => name === "vault");
  const strategy: unknown = vault && (await readView(snapshot, vault, "strategy"))[0];
  return [
    ...((await contracts.governor.votingDelay()) === 0n ? ["governor.cancel"] : []),
    ...(strategy === ZeroAddress ? ["vault.abandonStrategy", "vault.invest"] : []),
  ];
}

async function readEmergency({ contracts, snapshot, addresses }: Scene): Promise<Pick<Limits, "powers" | "over">> {
  const { timelock } = contracts;
  const now = await snapshot.now();
  const { terms } = await timelock.emergencyStatus();
  const [hardEnd, limit] = [await timelock.PROTECTION_HARD_END(), await timelock.EMERGENCY_LIMIT()];
  const isOver = terms.protectionEndsAt < now || terms.modeDuration === 0n;
  return {
    powers: tell(
      [
        hardEnd > now + PROTECTION_LIMIT,
        `The hard end of emergency protection is ${hardEnd}, more than ${formatDuration(PROTECTION_LIMIT)} from now: the activation committee can be eternal.`,
      ],
      [
        terms.protectionEndsAt > hardEnd,
        `The activation committee's power ends at ${terms.protectionEndsAt}, past its hard end ${hardEnd}.`,
      ],
      [
        limit > LONGEST_HOLD,
        `Emergency mode may last ${formatDuration(limit)}, longer than ${formatDuration(LONGEST_HOLD)}.`,
      ],
      [
        terms.modeDuration > limit,
        `Emergency mode lasts ${formatDuration(terms.modeDuration)}, past its limit ${formatDuration(limit)}.`,
      ],
    ),
    over: new Set(
      isOver || addresses.bodies.emergency === undefined
        ? ["timelock.activateEmergencyMode", "timelock.endEmergencyMode", "timelock.emergencyReset"]
        : [],
    ),
  };
}

async function readBreaker({ contracts, snapshot }: Scene): Promise<Pick<Limits, "powers" | "over">> {
  const { breaker } = contracts;
  // Nobody pauses the vault, so that there is nothing to resume.
  if (breaker === undefined) return { powers: [], over: new Set(["vault.resume"]) };
  const now = await snapshot.now();
  const [duration, expiry] = [await breaker.SEAL_DURATION(), await breaker.SEAL_EXPIRY()];
  const isOver = expiry < now || duration === 0n || (await breaker.sealedAt()) !== 0n;
  return {
    powers: tell(
      [
        duration > SEAL_DURATION_LIMIT,
        `A seal pauses for ${formatDuration(duration)}, longer than ${formatDuration(SEAL_DURATION_LIMIT)}.`,
      ],
      [
        expiry > now + SEAL_TERM_LIMIT,
        `The seal committee's power ends at ${expiry}, more than ${formatDuration(SEAL_TERM_LIMIT)} from now: it can be eternal.`,
      ],
    ),
    over: new Set(isOver ? ["breaker.seal", "breaker.reseal"] : []),
  };
}

async function readTiebreaker({ contracts }: Scene): Promise<string[]> {
  const { tiebreaker, timelock } = contracts;
  const [floor, ceiling, timeout] = [
    await timelock.TIEBREAKER_FLOOR(),
    await timelock.TIEBREAKER_CEILING(),
    await timelock.tiebreakerTimeout(),
  ];
  const bounds = tell(
    [
      ceiling > LONGEST_WAIT,
      `A vote could keep the tiebreaker out for ${formatDuration(ceiling)}, longer than ${formatDuration(LONGEST_WAIT)}.`,
    ],
    [floor === 0n, "A vote could let the tiebreaker in without any deadlock: the floor of its timeout is 0 s."],
    [
      timeout < floor || timeout > ceiling,
      `The tiebreaker's timeout is ${formatDuration(timeout)}, and not from ${formatDuration(floor)} to ${formatDuration(ceiling)}.`,
    ],
  );
  if (tiebreaker === undefined) return bounds;
  const [delay, quorum, members] = [
    await tiebreaker.DELAY(),
    await tiebreaker.quorum(),
    (await tiebreaker.members()).length,
  ];
  return [
    ...bounds,
    ...tell(
      [
        delay === 0n || delay > TIEBREAKER_DELAY_LIMIT,
        `The tiebreaker acts ${formatDuration(delay)} after its quorum, and not after 1 s to ${formatDuration(TIEBREAKER_DELAY_LIMIT)}.`,
      ],
      [
        quorum < 2n || Number(quorum) * 2 <= members || Number(quorum) > members,
        `${quorum} of ${members} sub-committees are the tiebreaker's quorum; right is more than half, and two at least.`,
      ],
    ),
  ];
}
