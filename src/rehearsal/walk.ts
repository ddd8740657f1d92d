import { GOVERNANCE_STATES } from "../model/types.js";
import { parseRevert } from "../protocol/abis.js";
import { formatAmount } from "../protocol/format.js";
import { askNumber } from "./ask.js";
import type { Rules, World } from "./deployWorld.js";
import {
  notTried,
  type ExitFacts,
  type Holding,
  type Reached,
  type Refusal,
  type Step,
  type Subject,
  type Walk,
} from "./rehearsalFacts.js";
import type { Settlement } from "./rehearsalFiles.js";
import { Settlements, type Known } from "./settlement.js";
import type { Sent, Snapshot } from "./snapshot.js";

/** Every rehearsal plays one rage quit. */
export const EPOCH = 1n;

/** Who plays, under which rules. */
export interface Play {
  readonly rules: Rules;
  readonly locks: readonly Holding[];
  readonly settlements: readonly Settlement[];
  /** Enters addresses in the vault's lists, once they are known. */
  readonly admit?: (escrow: string, vessels: readonly string[]) => Promise<void>;
  readonly progress: (text: string) => void;
}

/** The epoch as far as it is needed here. */
interface Epoch {
  readonly totalShares: bigint;
  readonly redeemedShares: bigint;
  readonly outstandingShares: bigint;
  readonly idleShares: bigint;
  readonly sharesGiven: bigint;
  readonly assetsReceived: bigint;
  readonly assetsPaid: bigint;
  readonly closedAt: bigint;
  readonly extensionStartedAt: bigint;
  readonly completeAfter: bigint;
  readonly withdrawableAfter: bigint;
}

/** How far a play has come, what its chain says now, and the minutes that are kept of it. */
export class WalkInProgress {
  readonly steps: Step[] = [];
  readonly settlements: Settlements;
  startedAt = 0n;
  reached: Reached = "nothing";
  refusal: Refusal | null = null;
  world: World | undefined;
  numbered: string[] = [];
  vessels: string[] = [];
  support = 0n;
  exit: ExitFacts | null = null;

  constructor(
    readonly snapshot: Snapshot,
    readonly subject: Subject,
    readonly options: Play,
  ) {
    this.settlements = new Settlements(snapshot, options.settlements);
  }

  result(): Walk {
    return {
      reached: this.reached,
      refusal: this.refusal,
      steps: this.steps,
      escrow: this.world?.escrow.address ?? null,
      gate: this.world?.gate.address ?? null,
      timelock: this.world?.timelock.address ?? null,
      numbered: this.numbered,
      vessels: this.vessels,
      locks: this.options.locks,
      support: this.support,
      exit: this.exit,
      settled: this.settlements.played,
    };
  }

  /** What settlements may name. */
  known(): Known {
    const numbered = this.numbered.map((vessel, number) => [`vessel${number}`, vessel] as const);
    return {
      ...(this.world && { escrow: this.world.escrow.address }),
      ...Object.fromEntries(numbered),
      ...(this.vessels[0] !== undefined && { vessel: this.vessels[0] }),
      ...(this.exit && { shares: this.exit.total }),
    };
  }

  async epoch({ escrow }: World): Promise<Epoch> {
    return (await escrow.read("getEpoch", [EPOCH])) as Epoch;
  }

  async stateOf(gate: World["gate"]): Promise<string> {
    const state = Number(await gate.read("persistedState"));
    return GOVERNANCE_STATES[state] ?? String(state);
  }

  async supply(): Promise<bigint> {
    const told = await askNumber(this.snapshot, this.subject.share.address, "totalSupply");
    return told.told ? told.value : 0n;
  }

  amount(shares: bigint): string {
    return `${formatAmount(shares, this.subject.share.decimals)} ${this.subject.share.symbol}`;
  }

  async record(name: string, outcome: Step["outcome"], told: string): Promise<void> {
    this.steps.push({ name, outcome, told, after: (await this.snapshot.now()) - this.startedAt });
  }

  async refuse(step: Refusal["step"], what: string, error: string | null, why: string): Promise<void> {
    this.refusal ??= { step, error, why };
    await this.record(step.replace("-", " "), "refused", what === "" ? why : `${what}: ${why}`);
  }
}

/** The custom error that a call reverted with; null if it did not, or gave none that is known. */
export const nameOf = (sent: Sent): string | null => (sent.ok ? null : (parseRevert(sent.revert)?.name ?? null));

/** Before it is begun. */
export const EMPTY_EXIT: ExitFacts = {
  begunAt: 0n,
  total: 0n,
  atOnce: 0n,
  redeemed: 0n,
  waiting: 0n,
  idle: 0n,
  returned: 0n,
  begins: 0,
  isFresh: false,
  burnt: { request: 0n, settlement: 0n, claim: 0n },
  received: 0n,
  paid: 0n,
  strangersRequest: notTried("the exit was not begun"),
  callOffAfter: 0n,
  held: null,
};
