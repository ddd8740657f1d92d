import { id as hashText, ZeroAddress, ZeroHash, type BaseContract, type Result } from "ethers";

import type { IEmergencyProtection } from "../../types/contracts/timelock/DualGovernanceTimelock.js";
import { theftId } from "./everyCall.js";
import { pauseMotion, RESUME, type World } from "./powerWorld.js";

/**
 * What counts as a rule, each with its reader: whatever decides what anybody may do, or what a share is worth. Positions,
 * votes, proposals, pending operations and the gate's state are not rules: they are moved by those they belong to, or by
 * time, within the rules.
 */
export async function createRuleReader(world: World): Promise<RuleReader> {
  const { onlooker, connection } = world;
  const rules = [...listRules(world), ...(await listEffects(world))];
  const targets = rules.map(({ of }) => of.target);
  const questions = rules.map(({ of, view, args }) => of.interface.encodeFunctionData(view, args));
  const question = onlooker.interface.encodeFunctionData("see", [targets, questions]);
  const parse = (answer: string): Record<string, string> => {
    const [answers] = onlooker.interface.decodeFunctionResult("see", answer).toArray() as [string[]];
    return Object.fromEntries(
      rules.map(({ rule, of, view, pick }, index) => {
        const result = of.interface.decodeFunctionResult(view, answers[index] ?? "0x");
        return [rule, flatten(pick?.(result) ?? result)];
      }),
    );
  };
  const ask = () => connection.ethers.provider.call({ to: onlooker, data: question });
  return { question, ask, parse, read: async () => parse(await ask()) };
}

/** Reads all rules, and what bodies may bring about, in one call. */
export interface RuleReader {
  readonly read: () => Promise<Record<string, string>>;
  /** What the onlooker is asked. [calldata] */
  readonly question: string;
  /** Asks it. */
  readonly ask: () => Promise<string>;
  /** What it answered. */
  readonly parse: (answer: string) => Record<string, string>;
}

/** What a body may bring about without a rule being changed; nobody else may. */
async function listEffects(world: World): Promise<Reader[]> {
  const { timelock, gate, breaker, tiebreaker, vault } = world;
  const read = (name: string, of: BaseContract, view: string, ...args: unknown[]): Reader => ({
    rule: `effect, ${name}`,
    of,
    view,
    args,
  });
  return [
    {
      ...read("end of emergency mode", timelock, "emergencyStatus"),
      pick: (result) => (result[0] as IEmergencyProtection.EmergencyStatusStructOutput).modeEndsAt,
    },
    read("use of the seal", breaker, "sealedAt"),
    read("end of the vault's pause", vault, "getResumeSinceTimestamp"),
    read("release of the theft", gate, "releasedSchedule", await theftId(world)),
    {
      ...read("motion to end the vault's pause", tiebreaker, "motion", RESUME, await pauseMotion(world)),
      pick: (result) => result[0] as unknown,
    },
  ];
}

/** A rule, and the view that tells it. */
interface Reader {
  readonly rule: string;
  readonly of: BaseContract;
  readonly view: string;
  readonly args: readonly unknown[];
  /** The part of the answer that is a rule; all of it unless told. */
  readonly pick?: (result: Result) => unknown;
}

function listRules(world: World): Reader[] {
  const { timelock, fallbackGate, gate, escrow, governor, token, vault, strategy, vessel } = world;
  const { breaker, tiebreaker, actors, thief, openGate } = world;
  const roles = {
    PROPOSER: hashText("PROPOSER_ROLE"),
    EXECUTOR: hashText("EXECUTOR_ROLE"),
    CANCELLER: hashText("CANCELLER_ROLE"),
    ADMIN: ZeroHash,
  };
  const holders = {
    ...Object.fromEntries(Object.entries(actors).map(([name, actor]) => [name, actor.address])),
    timelock: timelock.target,
    nobody: ZeroAddress,
    thief,
    openGate,
  };
  const read = (rule: string, of: BaseContract, view: string, ...args: unknown[]): Reader => ({ rule, of, view, args });
  return [
    ...Object.entries(roles).flatMap(([role, id]) => [
      read(`timelock role ${role}: its admin`, timelock, "getRoleAdmin", id),
      ...Object.entries(holders).map(([name, holder]) =>
        read(`timelock role ${role}: held by ${name}`, timelock, "hasRole", id, holder),
      ),
    ]),
    read("timelock: base delay", timelock, "getMinDelay"),
    read("timelock: delay floor", timelock, "DELAY_FLOOR"),
    read("timelock: delay ceiling", timelock, "DELAY_CEILING"),
    read("timelock: grace", timelock, "GRACE"),
    read("timelock: gate", timelock, "gate"),
    read("timelock: fallback gate", timelock, "FALLBACK_GATE"),
    read("timelock: delay of the fallback gate", fallbackGate, "DELAY"),
    read("timelock: hard end of emergency protection", timelock, "PROTECTION_HARD_END"),
    read("timelock: longest emergency mode", timelock, "EMERGENCY_LIMIT"),
    read("timelock: shortest timeout of the tiebreaker", timelock, "TIEBREAKER_FLOOR"),
    read("timelock: longest timeout of the tiebreaker", timelock, "TIEBREAKER_CEILING"),
    {
      ...read("timelock: terms of the emergency committees", timelock, "emergencyStatus"),
      pick: (result) => (result[0] as IEmergencyProtection.EmergencyStatusStructOutput).terms,
    },
    read("breaker: timelock", breaker, "TIMELOCK"),
    read("breaker: seal committee", breaker, "SEAL_COMMITTEE"),
    read("breaker: reseal committee", breaker, "RESEAL_COMMITTEE"),
    read("breaker: length of a seal", breaker, "SEAL_DURATION"),
    read("breaker: expiry of the seal", breaker, "SEAL_EXPIRY"),
    read("breaker: pausables", breaker, "pausables"),
    read("tiebreaker: timelock", tiebreaker, "TIMELOCK"),
    read("tiebreaker: breaker", tiebreaker, "breaker"),
    read("tiebreaker: members", tiebreaker, "members"),
    read("tiebreaker: quorum", tiebreaker, "quorum"),
    read("tiebreaker: delay", tiebreaker, "DELAY"),
    read("timelock: tiebreaker", timelock, "tiebreaker"),
    read("timelock: timeout of the tiebreaker", timelock, "tiebreakerTimeout"),
    read("gate: withdrawal blockers", gate, "withdrawalBlockers"),
    read("gate: configuration of the next activation", gate, "currentConfig"),
    read("gate: timelock", gate, "TIMELOCK"),
    read("gate: escrow", gate, "ESCROW"),
    read("escrow: gate", escrow, "gate"),
    read("escrow: share", escrow, "SHARE"),
    read("escrow: vault", escrow, "VAULT"),
    read("escrow: vessel implementation", escrow, "VESSEL_IMPLEMENTATION"),
    read("escrow: how long an exit may take", escrow, "exitTerms"),
    read("escrow: least votable supply", escrow, "SUPPLY_FLOOR"),
    read("escrow: numbered vessels", escrow, "NUMBERED_VESSELS"),
    ...[0, 1, 2, 3].map((number) => read(`escrow: vessel ${number} of the first epoch`, escrow, "vesselAt", 1, number)),
    read("vessel: vault", vessel, "VAULT"),
    read("vessel: share", vessel, "SHARE"),
    read("vessel: asset", vessel, "ASSET"),
    read("governor: timelock", governor, "timelock"),
    read("governor: voting delay", governor, "votingDelay"),
    read("governor: voting period", governor, "votingPeriod"),
    read("governor: proposal threshold", governor, "proposalThreshold"),
    read("governor: quorum numerator", governor, "quorumNumerator()"),
    read("governor: late quorum extension", governor, "lateQuorumVoteExtension"),
    read("governor: token", governor, "token"),
    read("token: supply", token, "totalSupply"),
    read("vault: owner", vault, "owner"),
    read("vault: owner to be", vault, "pendingOwner"),
    read("vault: breaker", vault, "breaker"),
    read("vault: strategy", vault, "strategy"),
    read("vault: fee", vault, "fee"),
    read("strategy: vault", strategy, "vault"),
  ];
}

/** The rules that differ, as they are after. */
export const changedRules = (before: Record<string, string>, after: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(after).filter(([rule, value]) => before[rule] !== value));

/** A single answer as it is. */
function flatten(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.length === 1 ? flatten(value[0]) : `[${value.map(flatten).join()}]`;
}
