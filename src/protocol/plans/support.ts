import { WHOLE } from "../../model/units.js";
import { GOVERNANCE_STATES, GovernanceState, type Reading } from "../../model/types.js";
import { memberOf } from "../enums.js";
import { SentenceError, UnreadableError } from "../errors.js";
import { formatPercent } from "../format.js";
import { expectLandings } from "../operations/landings.js";
import { readPendingOperations } from "../operations/pending.js";
import { describeElsewhere } from "../obeyedTimelock.js";
import { readGate } from "../state/gate.js";
import { describeEffect } from "./effect.js";
import { decidesHere } from "./obeyed.js";
import type { Participant } from "./participant.js";
import { withinTime } from "./withinTime.js";

/** How far an objection has come, and what it is measured with. */
export interface Objection {
  /** The epoch that runs. */
  readonly epoch: bigint;
  /** What is locked now counts in this one: the next, where a rage quit is due. */
  readonly nextEpoch: bigint;
  /** [shares] */
  readonly locked: bigint;
  /** What the gate divides by; undefined if the vault does not tell. [shares] */
  readonly supply: bigint | undefined;
  /** [seconds] */
  readonly minLock: bigint;
  /** [1e18 = 100 %] */
  readonly signallingThreshold: bigint;
  /** [1e18 = 100 %] */
  readonly rageQuitThreshold: bigint;
  /** Whether the next call closes the running epoch. */
  readonly isRageQuitDue: boolean;
  /** Whether a rage quit runs, or is due. */
  readonly isLeaving: boolean;
}

export async function readSupport({ contracts, block }: Participant): Promise<Objection> {
  const { gate, escrow } = contracts;
  const at = { blockTag: block.number };
  const [epoch, locked, votable, persisted, { machine, reading }, { signalling }] = await Promise.all([
    escrow.runningEpoch(at),
    escrow.lockedShares(at),
    escrow.votableSupply(at),
    gate.persistedState(at),
    gate.effective(at),
    gate.activeConfig(at),
  ]);
  const state = memberOf(GOVERNANCE_STATES, machine.state);
  const isLeaving = state === "RageQuit";
  const isRageQuitDue = isLeaving && memberOf(GOVERNANCE_STATES, persisted) !== "RageQuit";
  const told = votable.answered ? votable.supply : undefined;
  return {
    epoch,
    nextEpoch: isRageQuitDue ? epoch + 1n : epoch,
    locked,
    // Once signalling has begun, the lowest supply counts that was seen.
    supply: state === "Normal" ? told : reading.lowestSupply,
    minLock: machine.minLock,
    signallingThreshold: signalling.signallingThreshold,
    rageQuitThreshold: signalling.rageQuitThreshold,
    isRageQuitDue,
    isLeaving,
  };
}

/** What an objection comes to. @param change Of what is locked. [shares] */
export function describeSupport(
  { locked, supply, signallingThreshold, rageQuitThreshold }: Objection,
  change: bigint,
): string {
  const thresholds = `governance is held up from ${formatPercent(signallingThreshold)}, and from ${formatPercent(rageQuitThreshold)} a rage quit begins, once the longest extension is over`;
  if (supply === undefined || supply === 0n) return `The vault does not tell its supply; ${thresholds}.`;
  const parts = (shares: bigint) => formatPercent(shares >= supply ? WHOLE : (shares * WHOLE) / supply);
  return `Then ${parts(locked + change)} of the shares that can object do, ${parts(locked)} do now: ${thresholds}.`;
}

/**
 * Refuses to bind shares for an objection that nobody would heed.
 * @returns What is to be known where it would be heeded in part.
 */
export async function refuseDeaf(participant: Participant): Promise<string[]> {
  const { contracts, block, provider, firstBlock, onProgress } = participant;
  const obeyed = await contracts.timelock.gate({ blockTag: block.number });
  const known = await contracts.gate.getAddress();
  if (obeyed !== known) {
    throw new SentenceError(
      `The timelock obeys another gate now, ${obeyed}: what objects in the escrow of ${known} holds nothing up.`,
    );
  }
  if (await decidesHere(participant)) return [];
  const elsewhere = describeElsewhere(participant.obeyed);
  const place = { timelock: await contracts.timelock.getAddress(), provider, firstBlock, onProgress };
  const { operations, gap } = await readPendingOperations(contracts, place, block);
  if (operations.length === 0 && gap === undefined) throw new SentenceError(elsewhere);
  return [`${elsewhere} Here they hold up what waits in this deployment's timelock, and nothing else.`];
}

/** A reading once `shares` more are locked. @param supply Where the gate has not asked for it. [shares] */
function withMore(reading: Reading, shares: bigint, supply = 0n): Reading {
  const locked = reading.locked + shares;
  const part = (recorded: bigint) => {
    const whole = recorded === 0n ? supply : recorded;
    return locked >= whole ? WHOLE : (locked * WHOLE) / whole;
  };
  return { ...reading, locked, supportNow: part(reading.supply), supportMax: part(reading.lowestSupply) };
}

const PATIENCE = 10_000;

/** What locking `shares` more does to each operation that waits. No log that is unread or slow puts an objection off. */
export async function readEffect(participant: Participant, support: Objection, shares: bigint): Promise<string[]> {
  const { contracts, provider, patience = PATIENCE } = participant;
  const effect = await withinTime(patience, provider, async (bounded) => {
    const timelock = contracts.timelock.connect(bounded);
    const governor = contracts.governor.connect(bounded);
    const view = { ...participant, provider: bounded, contracts: { ...contracts, timelock, governor } };
    return await describeOn(view, support, shares);
  });
  return (
    effect ?? ["What it holds up is not known yet, as the logs take long: npx hardhat tribune status reads them all."]
  );
}

async function describeOn(participant: Participant, support: Objection, shares: bigint): Promise<string[]> {
  const { contracts, block, provider, firstBlock, onProgress, decimals } = participant;
  const place = { timelock: await contracts.timelock.getAddress(), provider, firstBlock, onProgress };
  try {
    const { operations, executed, gap } = await readPendingOperations(contracts, place, block);
    const { written: machine, due, ...gate } = await readGate(contracts, block.number);
    const { modeEndsAt } = await contracts.timelock.emergencyStatus({ blockTag: block.number });
    // Whoever locks for a timelock that obeys another gate was refused before.
    const outlook = { machine, ...gate, isReplaced: false, fallbackDelay: undefined, modeEndsAt };
    const expected = expectLandings(operations, executed, outlook);
    const reading = withMore(gate.reading, shares, support.supply);
    const after = expectLandings(operations, executed, { ...outlook, reading });
    const view = {
      ...{ ...support, block, isNormal: due.state === GovernanceState.Normal, decimals: decimals.shares },
      landingsWith: new Map(after.map(({ id, landing }) => [id, landing])),
    };
    if (gap === undefined) return describeEffect(expected, shares, view);
    return [...(expected.length === 0 ? [] : describeEffect(expected, shares, view)), gap];
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return [`What it holds up is not known. ${error.message}`];
  }
}

/** Until somebody pokes, a rage quit that is due has closed nothing. */
export const POKE_FIRST = "A rage quit is due: npx hardhat tribune poke starts it.";
