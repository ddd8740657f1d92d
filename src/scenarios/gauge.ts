import type { TransactionReceipt } from "ethers";

import type { DualGovernance, DualGovernanceTimelock } from "../../types/index.js";
import { GOVERNANCE_STATES } from "../model/types.js";
import { memberOf } from "../protocol/enums.js";
import { readAnswer } from "../protocol/tryRead.js";
import { calcExtension } from "../model/stateTransitions.js";
import { max } from "../model/units.js";
import { formatPercent } from "../protocol/format.js";
import type { StateName } from "./scenarioReport.js";
import { formatElapsed } from "./elapsed.js";

/** The stakers' support. [1e18 = 100 %] */
interface Support {
  readonly now: bigint;
  readonly max: bigint;
}

/** What the gate says at one moment. */
export interface GateReading {
  readonly state: StateName | null;
  /** Null where no gate asks for it. */
  readonly support: Support | null;
}

export interface Transition {
  readonly from: StateName;
  readonly to: StateName;
}

/** Reads the gate between the steps of a story. */
export class Gauge {
  /** @param fallback What another gate in the place of this one amounts to; null for none at all. */
  constructor(
    readonly gate: DualGovernance,
    readonly timelock: Pick<DualGovernanceTimelock, "gate">,
    readonly fallback: "FallbackGate" | null = "FallbackGate",
  ) {}

  /** The effective state: what a poke in this block would give. */
  async read(): Promise<GateReading> {
    if ((await this.timelock.gate()) !== (await this.gate.getAddress())) return { state: this.fallback, support: null };
    const effective = await this.#ask();
    if (effective === undefined) return { state: "SilentGate", support: null };
    const { machine, reading } = effective;
    return {
      state: memberOf(GOVERNANCE_STATES, machine.state),
      support: { now: reading.supportNow, max: reading.supportMax },
    };
  }

  /** R1 and R2. */
  async thresholds(): Promise<{ signalling: string; rageQuit: string }> {
    const { signalling } = await this.gate.currentConfig();
    return { signalling: signalling.signallingThreshold.toString(), rageQuit: signalling.rageQuitThreshold.toString() };
  }

  transitionsOf(receipt: TransactionReceipt): Transition[] {
    return receipt.logs.flatMap((log) => {
      const event = this.gate.interface.parseLog(log);
      if (event?.name !== "GovernanceStateChanged") return [];
      const [from, to] = event.args as unknown as [bigint, bigint];
      return [{ from: memberOf(GOVERNANCE_STATES, from), to: memberOf(GOVERNANCE_STATES, to) }];
    });
  }

  /** Until when support, as it is now, keeps the gate from fading. [unix seconds] */
  async extensionEndsAt(): Promise<bigint> {
    const [{ machine, reading }, { signalling }] = await Promise.all([this.gate.effective(), this.gate.activeConfig()]);
    return machine.activatedAt + calcExtension(reading.supportMax, signalling, machine.signallingThreshold);
  }

  /** What support does to the timelock now, as a sentence; undefined where it does nothing. */
  async outlook(startedAt: bigint): Promise<string | undefined> {
    if ((await this.read()).support === null) return undefined;
    const [{ machine, reading }, { signalling }] = await Promise.all([this.gate.effective(), this.gate.activeConfig()]);
    const { activatedAt, phaseEndsAt, rageQuitThresholdAt } = machine;
    const day = (timestamp: bigint) => formatElapsed(timestamp - startedAt);
    const support = `R ${formatPercent(reading.supportMax)}`;
    switch (memberOf(GOVERNANCE_STATES, machine.state)) {
      case "VetoSignalling": {
        if (reading.supportMax >= signalling.rageQuitThreshold) {
          const due = max(activatedAt + signalling.maxDuration, rageQuitThresholdAt + signalling.joinWindow);
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

  /** Undefined if the gate fails. */
  async #ask() {
    return await readAnswer(() => this.gate.effective());
  }
}
