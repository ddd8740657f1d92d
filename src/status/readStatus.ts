import type { Provider } from "ethers";

import { IERC20Metadata__factory } from "../../types/index.js";
import { parseDao } from "../config/parse.js";
import type { ExitConfig } from "../config/schema.js";
import type { LogProgress } from "../protocol/logs.js";
import { readAnswer } from "../protocol/tryRead.js";
import type { Deployment } from "../protocol/addresses.js";
import { connectProtocol, type ProtocolContracts } from "../protocol/contracts.js";
import { forecast, type Outlook } from "../model/forecast.js";
import { findRageQuit } from "../model/landing.js";
import { calcExtension } from "../model/stateTransitions.js";
import {
  GovernanceState,
  nameOfState,
  type DualGovernanceConfig,
  type GovernanceStateName,
  type Machine,
  type Reading,
} from "../model/types.js";
import { readGate } from "../protocol/state/gate.js";
import { listBodies } from "../protocol/committees/permissions.js";
import { readCommittees, type SeatedBody } from "./readCommittees.js";
import { describeOldHead } from "../protocol/head.js";
import { readPowers, type Powers } from "../protocol/committees/powers.js";
import { expectLandings, type ExpectedOperation } from "../protocol/operations/landings.js";
import { readObeyedTimelock } from "../protocol/obeyedTimelock.js";
import { readPendingOperations } from "../protocol/operations/pending.js";
import { readPool, type PoolStatus } from "../protocol/state/pool.js";
import { readExitTerms, readRageQuits, type RageQuit } from "../protocol/state/rageQuits.js";
import { readWithdrawn, type WithdrawnOperation } from "./readWithdrawn.js";

/** Something that may happen next. */
export interface NextState extends Omit<Outlook, "to"> {
  readonly to: GovernanceStateName;
}

export interface Status {
  readonly name: string;
  readonly chain: number;
  readonly block: { readonly number: number; readonly timestamp: bigint };
  /** The gate that the timelock obeys now, if governance has replaced the one that is told of here. */
  readonly replacedBy: string | undefined;
  /** Whether that one is the fallback gate, whose delay every operation waits. [seconds] */
  readonly fallbackDelay: bigint | undefined;
  /** The timelock that the Governor obeys, if it is not the one that is told of here; zero if it tells none. */
  readonly decidesIn: string | undefined;
  /** As last written. */
  readonly persistedState: GovernanceStateName;
  /** What a poke in this block would leave behind. */
  readonly effectiveState: GovernanceStateName;
  /** Consecutive rage quits. */
  readonly round: number;
  readonly maySchedule: boolean;
  /** Whether the gate lets an operation through that is scheduled now, once its base delay has passed. */
  readonly mayExecuteNew: boolean;
  /** Operations scheduled strictly before this moment may execute in the cooldown; 0 in other states. [unix seconds] */
  readonly mayExecuteOlderThan: bigint;
  readonly support: {
    /** [shares] */
    readonly locked: bigint;
    /** Undefined if the vault does not answer. [shares] */
    readonly votableSupply: bigint | undefined;
    /** Of the round; what R_max is measured against. [shares] */
    readonly lowestSupply: bigint;
    /** R_now. [1e18 = 100 %] */
    readonly now: bigint;
    /** R_max. [1e18 = 100 %] */
    readonly max: bigint;
    /** R1 in force. [1e18 = 100 %] */
    readonly signallingThreshold: bigint;
    /** R2 in force. [1e18 = 100 %] */
    readonly rageQuitThreshold: bigint;
  };
  /** Moments that have a meaning in this state. [unix seconds] */
  readonly timers: readonly { readonly name: string; readonly at: bigint }[];
  readonly next: readonly NextState[];
  readonly operations: readonly ExpectedOperation[];
  /** Every operation that was withdrawn, the last one first. */
  readonly withdrawn: readonly WithdrawnOperation[];
  /** Identifiers of every operation that was executed. */
  readonly executed: readonly string[];
  /** When a rage quit closes the running epoch, if support stays as it is; undefined if none does. [unix seconds] */
  readonly rageQuitAt: bigint | undefined;
  /** What the node does not tell, so that there may be more than is shown. Sentences. */
  readonly gaps: readonly string[];
  readonly rageQuits: readonly RageQuit[];
  readonly exitTerms: ExitConfig;
  /** What the contracts grant to bodies beside the DAO and the stakers. */
  readonly powers: Powers;
  readonly bodies: readonly SeatedBody[];
  /** Undefined where the vault is another. */
  readonly pool: PoolStatus | undefined;
  readonly decimals: { readonly shares: number; readonly assets: number; readonly votes: number };
}

/**
 * Where governance stands in the chain's newest block.
 * @param onProgress Told how far the reading of logs has come.
 */
export async function readStatus(
  deployment: Deployment,
  provider: Provider,
  onProgress?: (progress: LogProgress) => void,
): Promise<Status> {
  const { addresses } = deployment;
  const contracts = connectProtocol(addresses, provider);
  const { gate, escrow, fallbackGate } = contracts;
  const number = await provider.getBlockNumber();
  const at = { blockTag: number };
  const { written, due, reading, configs, votableSupply, obeyed } = await readGate(contracts, number);
  const block = { number, timestamp: reading.timestamp };
  const rageQuits = await readRageQuits(escrow, number);
  // What is due is told as what comes next: the readings are those it would be decided on.
  const { state } = written;
  const outlooks = forecast(written, configs, reading, reading.completeAfter);
  const inCooldown = due.state === GovernanceState.VetoCooldown;

  const dao = parseDao(deployment.configuration, deployment.dao);
  const powers = await readPowers(addresses, provider, number);
  const { chainId } = await provider.getNetwork();
  const place = { timelock: addresses.timelock, provider, firstBlock: deployment.firstBlock, onProgress };
  const pending = await readPendingOperations(contracts, place, block);
  const fallbackDelay = obeyed === addresses.fallbackGate ? await fallbackGate.DELAY(at) : undefined;
  const governing = await readObeyedTimelock(contracts.governor, number);
  const isReplaced = obeyed !== addresses.gate;
  const { modeEndsAt } = powers.emergency;
  const outlook = { machine: written, configs, reading, isReplaced, fallbackDelay, modeEndsAt };

  return {
    name: dao.name,
    chain: deployment.chain.id,
    block,
    replacedBy: isReplaced ? obeyed : undefined,
    fallbackDelay,
    decidesIn: governing === addresses.timelock ? undefined : governing,
    persistedState: nameOfState(state),
    effectiveState: nameOfState(due.state),
    round: written.round,
    maySchedule: await gate.canSchedule(at),
    mayExecuteNew: due.state === GovernanceState.Normal,
    mayExecuteOlderThan: inCooldown ? due.activatedAt : 0n,
    support: {
      locked: reading.locked,
      votableSupply,
      lowestSupply: (state === GovernanceState.Normal ? votableSupply : undefined) ?? reading.lowestSupply,
      now: reading.supportNow,
      max: reading.supportMax,
      signallingThreshold: configs.frozen.signalling.signallingThreshold,
      rageQuitThreshold: configs.frozen.signalling.rageQuitThreshold,
    },
    timers: listTimers(written, configs.frozen, reading),
    next: outlooks.map((outlook) => ({ ...outlook, to: nameOfState(outlook.to) })),
    operations: expectLandings(pending.operations, pending.executed, outlook),
    withdrawn: await readWithdrawn(pending.withdrawn, provider),
    executed: [...pending.executed],
    rageQuitAt: findRageQuit(written, configs, reading),
    gaps: [describeOldHead(block, chainId), pending.gap].filter((sentence) => sentence !== undefined),
    rageQuits,
    exitTerms: await readExitTerms(escrow, number),
    powers,
    bodies: await readCommittees(listBodies(powers, block.timestamp, addresses.bodies), dao, addresses, provider, {
      block: number,
      onProgress,
    }),
    pool: await readPool(addresses, provider, number),
    decimals: await readDecimals(contracts),
  };
}

function listTimers(
  { state, activatedAt, phaseEndsAt, rageQuitThresholdAt, signallingThreshold }: Machine,
  { signalling }: DualGovernanceConfig,
  { supportMax, completeAfter }: Reading,
): Status["timers"] {
  switch (state) {
    case GovernanceState.Normal:
      return [];
    case GovernanceState.RageQuit:
      return completeAfter === 0n ? [] : [{ name: "extension ends", at: completeAfter }];
    case GovernanceState.VetoCooldown:
      return [{ name: "cooldown ends", at: phaseEndsAt }];
    case GovernanceState.VetoSignalling:
    case GovernanceState.VetoSignallingDeactivation: {
      const extension = calcExtension(supportMax, signalling, signallingThreshold);
      const ends = state === GovernanceState.VetoSignalling ? "least stay ends" : "deactivation ends";
      return [
        { name: "signalling began", at: activatedAt },
        { name: ends, at: phaseEndsAt },
        { name: "present support extends until", at: activatedAt + extension },
        { name: "longest extension ends", at: activatedAt + signalling.maxDuration },
        ...(rageQuitThresholdAt === 0n
          ? []
          : [{ name: "join window ends", at: rageQuitThresholdAt + signalling.joinWindow }]),
      ];
    }
  }
}

/** 18 where a token does not tell. */
async function readDecimals({ vessel, token: votes }: ProtocolContracts): Promise<Status["decimals"]> {
  const decimalsOf = async (token: string) =>
    Number((await readAnswer(() => IERC20Metadata__factory.connect(token, votes.runner).decimals())) ?? 18n);
  const [shares, assets] = [await vessel.SHARE(), await vessel.ASSET()];
  return {
    shares: await decimalsOf(shares),
    assets: await decimalsOf(assets),
    votes: await decimalsOf(await votes.getAddress()),
  };
}
