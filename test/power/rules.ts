import type { World } from "./world.js";

/**
 * What counts as a rule, each with its reader: whatever decides what anybody may do, or what a share is worth. Positions,
 * votes, proposals, pending operations and the gate's state are not rules: they are moved by those they belong to, or by
 * time, within the rules.
 */
export async function readRules(world: World): Promise<Record<string, string>> {
  const { timelock, fallbackGate, gate, escrow, governor, token, vault, strategy, vessel, actors, thief, openGate } =
    world;
  const rules: Record<string, string> = {};
  const put = async (name: string, value: Promise<unknown>) => {
    rules[name] = flatten(await value);
  };
  const roles = {
    PROPOSER: await timelock.PROPOSER_ROLE(),
    EXECUTOR: await timelock.EXECUTOR_ROLE(),
    CANCELLER: await timelock.CANCELLER_ROLE(),
    ADMIN: await timelock.DEFAULT_ADMIN_ROLE(),
  };
  const holders = {
    ...Object.fromEntries(Object.entries(actors).map(([name, actor]) => [name, actor.address])),
    timelock: await timelock.getAddress(),
    nobody: "0x0000000000000000000000000000000000000000",
    thief,
    openGate,
  };
  const emergencyTerms = async () => (await timelock.emergencyStatus()).terms;
  const reads: Promise<void>[] = [];
  for (const [role, id] of Object.entries(roles)) {
    reads.push(put(`timelock role ${role}: its admin`, timelock.getRoleAdmin(id)));
    for (const [name, holder] of Object.entries(holders)) {
      reads.push(put(`timelock role ${role}: held by ${name}`, timelock.hasRole(id, holder)));
    }
  }
  reads.push(
    put("timelock: base delay", timelock.getMinDelay()),
    put("timelock: delay floor", timelock.DELAY_FLOOR()),
    put("timelock: delay ceiling", timelock.DELAY_CEILING()),
    put("timelock: grace", timelock.GRACE()),
    put("timelock: gate", timelock.gate()),
    put("timelock: fallback gate", timelock.FALLBACK_GATE()),
    put("timelock: delay of the fallback gate", fallbackGate.DELAY()),
    put("timelock: longest emergency protection", timelock.PROTECTION_LIMIT()),
    put("timelock: longest emergency mode", timelock.EMERGENCY_LIMIT()),
    put("timelock: shortest timeout of the tiebreaker", timelock.TIEBREAKER_FLOOR()),
    put("timelock: longest timeout of the tiebreaker", timelock.TIEBREAKER_CEILING()),
    put("timelock: terms of the emergency committees", emergencyTerms()),
    put("timelock: tiebreaker", timelock.tiebreaker()),
    put("timelock: timeout of the tiebreaker", timelock.tiebreakerTimeout()),
    put("gate: withdrawal blockers", gate.withdrawalBlockers()),
    put("gate: configuration of the next activation", gate.currentConfig()),
    put("gate: timelock", gate.TIMELOCK()),
    put("gate: escrow", gate.ESCROW()),
    put("escrow: gate", escrow.gate()),
    put("escrow: share", escrow.SHARE()),
    put("escrow: vault", escrow.VAULT()),
    put("escrow: vessel implementation", escrow.VESSEL_IMPLEMENTATION()),
    put("vessel: vault", vessel.VAULT()),
    put("governor: timelock", governor.timelock()),
    put("governor: voting delay", governor.votingDelay()),
    put("governor: voting period", governor.votingPeriod()),
    put("governor: proposal threshold", governor.proposalThreshold()),
    put("governor: quorum numerator", governor["quorumNumerator()"]()),
    put("governor: late quorum extension", governor.lateQuorumVoteExtension()),
    put("governor: token", governor.token()),
    put("token: supply", token.totalSupply()),
    put("vault: owner", vault.owner()),
    put("vault: owner to be", vault.pendingOwner()),
    put("vault: breaker", vault.breaker()),
    put("vault: strategy", vault.strategy()),
    put("vault: fee", vault.fee()),
    put("strategy: vault", strategy.vault()),
  );
  await Promise.all(reads);
  return rules;
}

/** Names of the rules that differ. */
export function changedRules(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(before).filter((rule) => before[rule] !== after[rule]);
}

function flatten(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(flatten).join()}]` : String(value);
}
