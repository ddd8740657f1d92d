import { GATE_RULES, type GateRules } from "../model/twin/gateModel.js";
import { GovernanceState, type Machine } from "../../src/model/types.js";
import * as mutants from "../model/search/mutants.js";

/** A twin that is wrong in one thing; the comparison must notice. */
export interface Fault {
  readonly name: string;
  readonly rules: GateRules;
}

/** A timer of `state` that ends a second early, as if `>=` stood in the place of `>`. */
const early = (name: string, state: GovernanceState, hurry: (machine: Machine) => Partial<Machine>): Fault => ({
  name: `${name} ends a second early`,
  rules: {
    ...GATE_RULES,
    next: (machine, configs, reading) =>
      GATE_RULES.next(machine.state === state ? { ...machine, ...hurry(machine) } : machine, configs, reading),
  },
});

const hurryPhase = ({ phaseEndsAt }: Machine): Partial<Machine> => ({ phaseEndsAt: phaseEndsAt - 1n });

const { VetoSignalling, VetoSignallingDeactivation, VetoCooldown } = GovernanceState;

export const FAULTS: readonly Fault[] = [
  early("the least signalling", VetoSignalling, hurryPhase),
  early("the deactivation", VetoSignallingDeactivation, hurryPhase),
  early("the cooldown", VetoCooldown, hurryPhase),
  early("the extension", VetoSignalling, ({ activatedAt }) => ({ activatedAt: activatedAt - 1n })),
  early("the join window", VetoSignalling, ({ rageQuitThresholdAt }) => ({
    rageQuitThresholdAt: rageQuitThresholdAt - 1n,
  })),
  { name: "support is measured against the present supply", rules: mutants.PRESENT_SUPPLY },
  { name: "nobody may join a late rage quit", rules: mutants.NO_JOIN_WINDOW },
  { name: "the join window can be used up early", rules: mutants.WINDOW_USED_UP_EARLY },
  { name: "the join window can be renewed", rules: mutants.WINDOW_RENEWED },
  { name: "the configuration is not frozen", rules: mutants.CONFIG_NOT_FROZEN },
  { name: "a raised R1 counts against those who stay", rules: mutants.RAISED_THRESHOLD_COUNTS },
  { name: "the state is looked at only when scheduling", rules: mutants.CHECKED_WHEN_SCHEDULED },
  { name: "a cooldown lets through what is as old as the activation", rules: mutants.AS_OLD_AS_THE_ACTIVATION },
  { name: "a deactivation cannot be stopped", rules: mutants.NO_WAY_BACK },
  { name: "what an exit gives back is forgotten", rules: mutants.RETURN_FORGOTTEN },
  { name: "what an exit gives back counts twice", rules: mutants.RETURN_COUNTED_TWICE },
  { name: "governance goes on during a rage quit", rules: mutants.NO_EXTENSION_AFTER_EXIT },
  { name: "there is no cooldown", rules: mutants.NO_COOLDOWN },
  { name: "a return from the deactivation restarts the round", rules: mutants.RETURN_RESTARTS_ROUND },
];
