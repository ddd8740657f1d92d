import { ZeroAddress } from "ethers";

import { WHOLE } from "../../model/units.js";
import { batchArguments } from "../../protocol/operations/operation.js";
import { GOVERNANCE_STATES, type GovernanceStateName } from "../../model/types.js";
import { act, StepError } from "../world/act.js";
import { motionOf } from "./motion.js";
import { claim, finalise } from "../pool/exit.js";
import { DEPOSITS_STOPPED, POOL_MODES, stop } from "../pool/modes.js";
import type { World, Staker } from "../world/world.js";

/** A state of the system, reached from Normal by what its bodies, its stakers and time do. */
export interface Mode {
  readonly name: string;
  /** Bodies without which it does not come; none where stakers and time make it. */
  readonly madeBy: readonly string[];
  readonly enter: (world: World) => Promise<void>;
}

/** Modes that a property is judged by. */
export const NORMAL = "Normal";
export const AFTER_TERMS = "after every term";
export const AFTER_EMERGENCY = "after emergency mode";
export const DEADLOCK = "a deadlock";

/** Shares that are `percent` of what can object. [1e18 = 100 %] */
export async function lock({ snapshot, contracts, stakers }: World, percent: bigint): Promise<Staker[]> {
  const locked: Staker[] = [];
  const { escrow } = contracts;
  const { supply } = await escrow.votableSupply();
  let missing = (supply * percent) / WHOLE + 1n;
  for (const { address, shares } of stakers) {
    const part = shares < missing ? shares : missing;
    if (part === 0n) break;
    await act(snapshot, address, escrow, "lock", [part, 0n]);
    locked.push({ address, shares: part });
    missing -= part;
  }
  if (missing > 0n) throw new StepError(`Those stakers that are known lack ${missing} shares.`);
  return locked;
}

async function expect({ contracts }: World, state: GovernanceStateName): Promise<void> {
  const found = GOVERNANCE_STATES[Number(await contracts.gate.effectiveState())];
  if (found !== state) throw new StepError(`The gate is in ${found}, not in ${state}.`);
}

async function poke({ snapshot, contracts, stranger }: World): Promise<void> {
  await act(snapshot, stranger, contracts.gate, "poke");
}

/** @param seconds From now. */
export async function wait({ snapshot }: World, seconds: bigint): Promise<void> {
  await snapshot.travelTo((await snapshot.now()) + seconds);
}

/** Nobody objects, nothing is held back. */
async function calmly(world: World): Promise<void> {
  await expect(world, "Normal");
  const { modeEndsAt } = await world.contracts.timelock.emergencyStatus();
  if (modeEndsAt !== 0n) throw new StepError("Emergency mode has been entered.");
}

/** Support between the thresholds: objection, and no rage quit. */
async function signal(world: World): Promise<void> {
  const { signalling } = await world.contracts.gate.currentConfig();
  await lock(world, (signalling.signallingThreshold + signalling.rageQuitThreshold) / 2n);
  await expect(world, "VetoSignalling");
}

/** Support of the rage quit's threshold, for as long as it takes. */
async function leave(world: World): Promise<void> {
  const { signalling } = await world.contracts.gate.currentConfig();
  await lock(world, signalling.rageQuitThreshold);
  await wait(world, signalling.maxDuration);
  await poke(world);
  await expect(world, "RageQuit");
}

/** A vessel that has been made and has shares, which nobody has asked the vault for yet. */
async function supply(world: World): Promise<void> {
  const { snapshot, contracts, stakers, stranger } = world;
  await leave(world);
  await act(snapshot, stranger, contracts.escrow, "createVessel", [1n, 0n]);
  const vessel = await contracts.escrow.vesselAt(1n, 0n);
  for (const { address } of stakers.slice(-1))
    await act(snapshot, address, contracts.vault, "transfer", [vessel, SOME]);
}

/** Of those who stay outside. [shares] */
export const SOME = 10n ** 16n;

async function begin(world: World): Promise<void> {
  await leave(world);
  await act(world.snapshot, world.stranger, world.contracts.escrow, "beginExit", [1n, ZeroAddress]);
  await finalise(world);
}

/** Those who have left may take what they were paid. */
async function part(world: World): Promise<void> {
  const { snapshot, contracts } = world;
  await begin(world);
  await claim(world);
  await snapshot.travelTo((await contracts.escrow.getEpoch(1n)).completeAfter + 1n);
  await poke(world);
  await snapshot.travelTo((await contracts.escrow.getEpoch(1n)).withdrawableAfter + 1n);
  await poke(world);
}

/** Nobody has begun the exit for so long that the shares are given back. */
async function callOff(world: World): Promise<void> {
  const { snapshot, contracts, stranger } = world;
  await leave(world);
  await wait(world, (await contracts.escrow.exitTerms()).callOffDelay + 1n);
  await act(snapshot, stranger, contracts.escrow, "callOff", [1n]);
}

async function fade(world: World): Promise<void> {
  const { signalling } = await world.contracts.gate.currentConfig();
  await signal(world);
  await wait(world, signalling.maxDuration);
  await poke(world);
  await expect(world, "VetoSignallingDeactivation");
}

async function calm(world: World): Promise<void> {
  const { signalling } = await world.contracts.gate.currentConfig();
  await fade(world);
  await wait(world, signalling.deactivation + 1n);
  await poke(world);
  await expect(world, "VetoCooldown");
}

async function enterEmergency({ snapshot, contracts, addresses }: World): Promise<void> {
  const committee = addresses.bodies.emergency?.activationCommittee ?? "";
  await act(snapshot, committee, contracts.timelock, "activateEmergencyMode");
}

async function seal({ snapshot, contracts, addresses }: World): Promise<void> {
  const { breaker } = contracts;
  if (breaker === undefined) throw new StepError("There is no circuit breaker.");
  const committee = addresses.bodies.circuitBreaker?.sealCommittee ?? "";
  await act(snapshot, committee, breaker, "seal", [[addresses.vault]]);
}

async function reseal({ snapshot, contracts, addresses }: World): Promise<void> {
  const committee = addresses.bodies.circuitBreaker?.resealCommittee ?? "";
  if (contracts.breaker !== undefined) await act(snapshot, committee, contracts.breaker, "reseal", [addresses.vault]);
}

async function outlastPause(world: World): Promise<void> {
  await wait(world, ((await world.contracts.breaker?.SEAL_DURATION()) ?? 0n) + 1n);
}

/** A rage quit that nobody drives, for the tiebreaker's timeout. */
async function halt(world: World): Promise<void> {
  await leave(world);
  await standStill(world);
}

/** Waits until the halt is a deadlock; shortly before, the DAO decides something that can be let through. */
async function standStill({ snapshot, contracts, addresses, decisions }: World): Promise<void> {
  const due = (await contracts.gate.haltedSince()) + (await contracts.timelock.tiebreakerTimeout());
  const delay = await contracts.timelock.getMinDelay();
  await snapshot.travelTo(due - delay - 1n);
  const scheduling = [...batchArguments(decisions.unscheduled), delay];
  await act(snapshot, addresses.governor, contracts.timelock, "scheduleBatch", scheduling);
  await snapshot.travelTo(due);
  if (!(await contracts.gate.isDeadlocked())) throw new StepError("The gate knows of no deadlock.");
}

/** The same with a pause that only governance ends, and that a quorum of the tiebreaker has agreed to end. */
async function agree(world: World): Promise<void> {
  await leave(world);
  if (world.addresses.bodies.circuitBreaker !== undefined) {
    await seal(world);
    await reseal(world);
  }
  await standStill(world);
  await approve(world, Infinity);
  await wait(world, (await world.contracts.tiebreaker?.DELAY()) ?? 0n);
}

async function approve(world: World, count: number): Promise<void> {
  const { snapshot, contracts } = world;
  const { tiebreaker } = contracts;
  if (tiebreaker === undefined) throw new StepError("There is no tiebreaker.");
  const members = [...(await tiebreaker.members())].slice(0, count);
  const motion = await motionOf(world);
  for (const member of members) await act(snapshot, member, tiebreaker, "approve", motion);
}

/** When every term has ended that bodies were given. */
async function outlast(world: World): Promise<void> {
  const { breaker, timelock } = world.contracts;
  const { terms } = await timelock.emergencyStatus();
  const sealed = breaker === undefined ? 0n : await breaker.SEAL_EXPIRY();
  const last = terms.protectionEndsAt > sealed ? terms.protectionEndsAt : sealed;
  await world.snapshot.travelTo(last + 1n);
  await poke(world);
}

/** Of a gate that answers nothing. [hex] */
export const DEAD_CODE = "0xfe";

/** What no code of ours does: the gate stops answering. */
async function silence(world: World): Promise<void> {
  const { snapshot, contracts, addresses, stranger } = world;
  await snapshot.request("hardhat_setCode", [addresses.gate, DEAD_CODE]);
  await act(snapshot, stranger, contracts.timelock, "checkGate");
  await wait(world, await contracts.timelock.tiebreakerTimeout());
}

const EMERGENCY = "activation committee";

/** Every mode that a deployment with these bodies can be in. */
export function listModes({ addresses: { bodies, example }, staking }: World): Mode[] {
  const { emergency, circuitBreaker, tiebreaker } = bodies;
  const free = (name: string, enter: Mode["enter"]): Mode => ({ name, madeBy: [], enter });
  const pausedBy = circuitBreaker === undefined ? [] : ["seal committee", "reseal committee"];
  const both = (one: Mode["enter"], other: Mode["enter"]) => async (world: World) => {
    await one(world);
    await other(world);
  };
  return [
    free(NORMAL, calmly),
    free("VetoSignalling", signal),
    free("VetoSignallingDeactivation", fade),
    free("VetoCooldown", calm),
    free("RageQuit", leave),
    free("RageQuit, a vessel with shares", supply),
    free("RageQuit, the exit begun", begin),
    free("after a rage quit", part),
    free("an exit called off", callOff),
    free(AFTER_TERMS, outlast),
    ...(emergency === undefined
      ? []
      : [
          { name: "emergency mode", madeBy: [EMERGENCY], enter: enterEmergency },
          { name: "emergency mode in RageQuit", madeBy: [EMERGENCY], enter: both(leave, enterEmergency) },
          {
            name: AFTER_EMERGENCY,
            madeBy: [EMERGENCY],
            enter: async (world: World) => {
              await enterEmergency(world);
              const { modeEndsAt } = await world.contracts.timelock.emergencyStatus();
              await world.snapshot.travelTo(modeEndsAt + 1n);
            },
          },
        ]),
    ...(circuitBreaker === undefined || example === undefined
      ? []
      : [
          { name: "a pause in VetoSignalling", madeBy: ["seal committee"], enter: both(signal, seal) },
          { name: "after a pause", madeBy: ["seal committee"], enter: both(seal, outlastPause) },
        ]),
    ...(tiebreaker === undefined
      ? []
      : [
          {
            name: "a motion begun",
            madeBy: ["sub-committee 0"],
            enter: (world: World) => approve(world, 1),
          },
          free(DEADLOCK, halt),
          { name: "a deadlock, and a quorum of the tiebreaker", madeBy: [...pausedBy, "tiebreaker"], enter: agree },
          free("a gate that does not answer", silence),
        ]),
    ...(staking === undefined
      ? []
      : [
          ...POOL_MODES.map(([name, enter]) => free(name, enter)),
          { name: DEPOSITS_STOPPED, madeBy: ["the timelock"], enter: stop },
        ]),
  ];
}
