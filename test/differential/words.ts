import type { DualGovernanceConfig, Machine, Reading, SupplyRecord } from "../../src/model/types.js";

/** A word the chain is expected to answer with, and what it means. */
export type Word = readonly [label: string, value: bigint];

export const word = (flag: boolean): bigint => (flag ? 1n : 0n);

export const machineWords = (name: string, machine: Machine): Word[] => [
  [`${name} state`, BigInt(machine.state)],
  [`${name} round`, BigInt(machine.round)],
  [`${name} currentConfig`, BigInt(machine.currentConfig)],
  [`${name} frozenConfig`, BigInt(machine.frozenConfig)],
  [`${name} signallingThreshold`, machine.signallingThreshold],
  [`${name} minLock`, machine.minLock],
  [`${name} activatedAt`, machine.activatedAt],
  [`${name} phaseEndsAt`, machine.phaseEndsAt],
  [`${name} rageQuitThresholdAt`, machine.rageQuitThresholdAt],
];

export const supplyWords = (name: string, { last, lowest }: SupplyRecord): Word[] => [
  [`${name} last supply`, last],
  [`${name} lowest supply`, lowest],
];

export const readingWords = (reading: Reading): Word[] => [
  ["reading timestamp", reading.timestamp],
  ["reading locked", reading.locked],
  ["reading supply", reading.supply],
  ["reading lowestSupply", reading.lowestSupply],
  ["reading supportNow", reading.supportNow],
  ["reading supportMax", reading.supportMax],
  ["reading completeAfter", reading.completeAfter],
];

export const configWords = (name: string, { signalling: s, phases: p }: DualGovernanceConfig): Word[] => [
  [`${name} signallingThreshold`, s.signallingThreshold],
  [`${name} rageQuitThreshold`, s.rageQuitThreshold],
  [`${name} minDuration`, s.minDuration],
  [`${name} maxDuration`, s.maxDuration],
  [`${name} joinWindow`, s.joinWindow],
  [`${name} minActive`, s.minActive],
  [`${name} deactivation`, s.deactivation],
  [`${name} minLock`, p.minLock],
  [`${name} cooldown`, p.cooldown],
  [`${name} rageQuitExtension`, p.rageQuitExtension],
  [`${name} withdrawalMinDelay`, p.withdrawalMinDelay],
  [`${name} withdrawalMaxDelay`, p.withdrawalMaxDelay],
  [`${name} withdrawalDelayGrowth`, p.withdrawalDelayGrowth],
];
