import type { TransactionReceipt } from "ethers";

import type { DualGovernance } from "../../types/index.js";
import { calcExtension } from "../model/stateTransitions.js";
import { max } from "../model/units.js";
import { formatPercent } from "../terminal/format.js";
import { STATE_NAMES, type StateName } from "./report.js";
import { formatElapsed } from "./time.js";

/** What the gate says at one moment. */
export interface GateReading {
  readonly state: StateName;
  /** [1e18 = 100 %] */
  readonly supportNow: bigint;
  /** [1e18 = 100 %] */
  readonly supportMax: bigint;
}

export interface Transition {
  readonly from: StateName;
  readonly to: StateName;
}

/** Reads the gate between the steps of a story. */
export class Gauge {
  constructor(readonly gate: DualGovernance) {}

  /** The effective state: what a poke in this block would give. */
  async read(): Promise<GateReading> {
    const { machine, reading } = await this.gate.effective();
    return { state: nameState(machine.state), supportNow: reading.supportNow, supportMax: reading.supportMax };
  }

  /** R1 and R2. */
  async seals(): Promise<{ first: string; second: string }> {
    const { signalling } = await this.gate.currentConfig();
    return { first: signalling.firstSeal.toString(), second: signalling.secondSeal.toString() };
  }

  transitionsOf(receipt: TransactionReceipt): Transition[] {
    return receipt.logs.flatMap((log) => {
      const event = this.gate.interface.parseLog(log);
      if (event?.name !== "GovernanceStateChanged") return [];
      const [from, to] = event.args as unknown as [bigint, bigint];
      return [{ from: nameState(from), to: nameState(to) }];
    });
  }

  /** Until when support, as it is now, keeps the gate from fading. [unix seconds] */
  async extensionEndsAt(): Promise<bigint> {
    const [{ machine, reading }, { signalling }] = await Promise.all([this.gate.effective(), this.gate.activeConfig()]);
    return machine.activatedAt + calcExtension(reading.supportMax, signalling, machine.firstSeal);
  }

  /** What support does to the timelock now, as a sentence; undefined where it does nothing. */
  async outlook(startedAt: bigint): Promise<string | undefined> {
    const [{ machine, reading }, { signalling }] = await Promise.all([this.gate.effective(), this.gate.activeConfig()]);
    const { activatedAt, phaseEndsAt, secondSealAt } = machine;
    const day = (timestamp: bigint) => formatElapsed(timestamp - startedAt);
    const support = `R ${formatPercent(reading.supportMax)}`;
    switch (nameState(machine.state)) {
      case "VetoSignalling": {
        if (reading.supportMax >= signalling.secondSeal) {
          const due = max(activatedAt + signalling.maxDuration, secondSealAt + signalling.joinWindow);
          return `${support} ≥ R2: a rage quit after ${day(due)}, unless support falls`;
        }
        const faded = max(await this.extensionEndsAt(), phaseEndsAt);
        return `${support}: nothing lands before ${day(faded + signalling.deactivation)}`;
      }
      case "VetoSignallingDeactivation":
        return `${support}: a cooldown after ${day(phaseEndsAt)}, unless support rises`;
      case "Normal":
      case "VetoCooldown":
      case "RageQuit":
        return undefined;
    }
  }
}

function nameState(state: bigint): StateName {
  const name = STATE_NAMES[Number(state)];
  if (name === undefined) throw new Error(`the gate is in an unknown state, ${state}`);
  return name;
}
