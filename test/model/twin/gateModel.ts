import { noteReactivation } from "./deadlock.js";
import { startRageQuit, type EscrowLedger } from "./escrowLedger.js";
import { leavingSharesOf } from "./exitCalls.js";
import {
  admitsExecution,
  calcWithdrawalDelay,
  enter,
  next,
  observeRageQuitThreshold,
  type ConfigPair,
} from "../../../src/model/stateTransitions.js";
import { calcVotableSupply, readSupport, recordSupply, type VaultReading } from "./support.js";
import {
  GovernanceState,
  type DualGovernanceConfig,
  type Machine,
  type Reading,
  type SupplyRecord,
} from "../../../src/model/types.js";
import { min, type Shares, type Timestamp } from "../../../src/model/units.js";

/** The gate as last written: twin of the storage of `contracts/governance/DualGovernance.sol`. */
export interface Gate {
  readonly machine: Machine;
  readonly supply: SupplyRecord;
  /** By version, from 0. */
  readonly configs: readonly DualGovernanceConfig[];
  /** Since when governance had been halted at the first return from a rage quit in a row; says nothing at other times. */
  readonly firstActivatedAt: Timestamp;
}

/** What a poke would leave behind, and what it would be decided on. */
export interface Evaluation {
  readonly machine: Machine;
  readonly supply: SupplyRecord;
  readonly reading: Reading;
}

/** The decisions the gate is made of. Experiments put a broken one in the place of a sound one. */
export interface GateRules {
  readonly readSupport: typeof readSupport;
  readonly observeRageQuitThreshold: typeof observeRageQuitThreshold;
  readonly next: typeof next;
  readonly enter: typeof enter;
  readonly admitsExecution: typeof admitsExecution;
}

export const GATE_RULES: GateRules = { readSupport, observeRageQuitThreshold, next, enter, admitsExecution };

/** What `uint128` holds. [shares] */
const MAX_RECORD = (1n << 128n) - 1n;

/** The gate as its constructor leaves it. */
export function createGate(config: DualGovernanceConfig, vault: VaultReading): Gate {
  const supply = vault.answers ? min(vault.supply, MAX_RECORD) : 0n;
  return {
    machine: {
      state: GovernanceState.Normal,
      round: 0,
      currentConfig: 0,
      frozenConfig: 0,
      signallingThreshold: config.signalling.signallingThreshold,
      minLock: config.phases.minLock,
      activatedAt: 0n,
      phaseEndsAt: 0n,
      rageQuitThresholdAt: 0n,
    },
    supply: { last: supply, lowest: supply },
    configs: [config],
    firstActivatedAt: 0n,
  };
}

function configOf(gate: Gate, version: number): DualGovernanceConfig {
  const config = gate.configs[version];
  if (config === undefined) throw new RangeError(`there is no configuration ${version}`);
  return config;
}

export function configPairOf(gate: Gate): ConfigPair {
  const { currentConfig, frozenConfig } = gate.machine;
  return { current: configOf(gate, currentConfig), frozen: configOf(gate, frozenConfig) };
}

/** The configuration in force: the frozen one outside Normal, with R1 as it counts since the activation. */
export function activeConfigOf(gate: Gate): DualGovernanceConfig {
  const { machine } = gate;
  if (machine.state === GovernanceState.Normal) return configOf(gate, machine.currentConfig);
  const frozen = configOf(gate, machine.frozenConfig);
  return { ...frozen, signalling: { ...frozen.signalling, signallingThreshold: machine.signallingThreshold } };
}

/** Whether the record of the supply is kept fresh in Normal too: by pokes for their own sake, not by other calls. */
export type PokeKind = "poke" | "admission";

/** What the escrow tells the gate: twin of `EscrowReader.readSignal`. */
interface Signal {
  /** Shares that signal. */
  readonly locked: Shares;
  /** The votable supply; undefined if the vault does not answer. */
  readonly supply: Shares | undefined;
  /** In RageQuit: complete strictly after this moment; 0 before it is known, and in other states. */
  readonly completeAfter: Timestamp;
  /** In RageQuit, once that is known: what the exit gave back. */
  readonly returned: Shares;
}

function readSignal(state: GovernanceState, ledger: EscrowLedger, vault: VaultReading): Signal {
  const isRageQuit = state === GovernanceState.RageQuit;
  const completeAfter = isRageQuit ? ledger.completeAfter : 0n;
  const isOver = completeAfter !== 0n;
  const leaving = isRageQuit && !isOver ? leavingSharesOf(ledger, vault.isReported ?? false) : 0n;
  return {
    locked: ledger.lockedShares,
    supply: calcVotableSupply(vault, leaving, ledger.supplyFloor),
    completeAfter,
    returned: isOver ? (ledger.closed.at(-1)?.exit.votableShares ?? 0n) : 0n,
  };
}

/** What a poke at `now` would leave behind. */
export function evaluate(
  gate: Gate,
  ledger: EscrowLedger,
  vault: VaultReading,
  now: Timestamp,
  rules: GateRules = GATE_RULES,
  kind: PokeKind = "poke",
): Evaluation {
  const from = gate.machine.state;
  const { locked, supply, completeAfter, returned } = readSignal(from, ledger, vault);
  // The first poke that sees the extension counts what the exit gave back; it writes down when the extension ends.
  const isReturnNew = completeAfter !== 0n && gate.machine.phaseEndsAt === 0n;
  const reading: Reading = {
    timestamp: now,
    ...rules.readSupport(from, gate.supply, locked, supply, isReturnNew ? returned : 0n),
    completeAfter,
  };
  const configs = configPairOf(gate);
  const rageQuitThresholdAt = rules.observeRageQuitThreshold(gate.machine, configs.frozen, reading);
  const phaseEndsAt = completeAfter === 0n ? gate.machine.phaseEndsAt : completeAfter;
  const isSeen = rageQuitThresholdAt === gate.machine.rageQuitThresholdAt && phaseEndsAt === gate.machine.phaseEndsAt;
  const seen = isSeen ? gate.machine : { ...gate.machine, rageQuitThresholdAt, phaseEndsAt };
  const to = rules.next(seen, configs, reading);
  return {
    machine: to === from ? seen : rules.enter(seen, to, configs, reading),
    supply: recordSupply(from, to, gate.supply, reading, kind === "poke", ledger.supplyFloor),
    reading,
  };
}

/** Makes the transition that is due, at most one. */
export function poke(
  gate: Gate,
  ledger: EscrowLedger,
  vault: VaultReading,
  now: Timestamp,
  rules: GateRules = GATE_RULES,
  kind: PokeKind = "poke",
): { readonly gate: Gate; readonly ledger: EscrowLedger } {
  const { machine, supply } = evaluate(gate, ledger, vault, now, rules, kind);
  const firstActivatedAt = noteReactivation(gate.firstActivatedAt, gate.machine, machine.state);
  const poked = { ...gate, machine, supply, firstActivatedAt };
  const startsRageQuit = machine.state === GovernanceState.RageQuit && gate.machine.state !== GovernanceState.RageQuit;
  if (!startsRageQuit) return { gate: poked, ledger };
  const config = configOf(gate, machine.frozenConfig);
  const delay = calcWithdrawalDelay(machine.round, config);
  return { gate: poked, ledger: startRageQuit(ledger, config.phases.rageQuitExtension, delay, now) };
}

/** The gate with another configuration for its next activation; in Normal R1 and the lock's length change at once. */
export function withConfig(gate: Gate, config: DualGovernanceConfig): Gate {
  const machine = { ...gate.machine, currentConfig: gate.machine.currentConfig + 1 };
  return {
    ...gate,
    machine:
      machine.state === GovernanceState.Normal
        ? { ...machine, signallingThreshold: config.signalling.signallingThreshold, minLock: config.phases.minLock }
        : machine,
    configs: [...gate.configs, config],
  };
}
