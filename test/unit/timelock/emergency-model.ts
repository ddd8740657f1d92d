/** What emergency protection should do, written as plainly as can be. */

interface Plan {
  readonly scheduledAt: bigint;
  readonly sequence: bigint;
  fate: "pending" | "cancelled" | "done";
}

export interface EmergencyRules {
  readonly delay: bigint;
  readonly grace: bigint;
  readonly fallbackDelay: bigint;
  /** No term may end later. [unix seconds] */
  readonly hardEnd: bigint;
}

export class EmergencyModel {
  private sequence = 0n;
  private isReset = false;
  private term: { readonly endsAt: bigint; readonly duration: bigint } | undefined;
  private mode: { readonly endsAt: bigint; readonly last: bigint } | undefined;
  private readonly plans = new Map<string, Plan>();

  constructor(private readonly rules: EmergencyRules) {}

  /** The end of the term and of the mode, and the mode's newest operation; zeros for what is not. */
  statusAt(now: bigint): readonly [bigint, bigint, bigint] {
    if (this.mode !== undefined && !this.isInMode(now)) return [0n, 0n, 0n];
    return [this.term?.endsAt ?? 0n, this.mode?.endsAt ?? 0n, this.mode?.last ?? 0n];
  }

  stateAt(now: bigint, id: string): "Unset" | "Waiting" | "Ready" | "Done" {
    const plan = this.plans.get(id);
    if (plan?.fate === "done") return "Done";
    if (plan === undefined || !this.isPending(now, plan)) return "Unset";
    return this.passes(now, plan) && !this.isInMode(now) ? "Ready" : "Waiting";
  }

  get hasFallbackGate(): boolean {
    return this.isReset;
  }

  /** Moments at which something changes. */
  moments(): bigint[] {
    const ends = [this.term?.endsAt, this.mode?.endsAt].filter((end) => end !== undefined);
    const dues = [...this.plans.values()].flatMap(({ scheduledAt }) => [
      scheduledAt + this.rules.delay,
      scheduledAt + this.rules.fallbackDelay,
    ]);
    return [...ends, ...dues, this.rules.hardEnd];
  }

  schedule(now: bigint, id: string): boolean {
    if (this.stateAt(now, id) !== "Unset") return false;
    this.sequence += 1n;
    this.plans.set(id, { scheduledAt: now, sequence: this.sequence, fate: "pending" });
    return true;
  }

  execute(now: bigint, id: string, byWarden: boolean): boolean {
    const plan = this.plans.get(id);
    if (plan === undefined || !this.isPending(now, plan) || !this.passes(now, plan)) return false;
    if (this.isInMode(now) && !(byWarden && plan.sequence <= (this.mode?.last ?? 0n))) return false;
    if (this.mode !== undefined && !this.isInMode(now)) this.wipe();
    plan.fate = "done";
    return true;
  }

  activate(now: bigint): boolean {
    if (this.mode !== undefined || this.term === undefined || now > this.term.endsAt) return false;
    this.mode = { endsAt: now + this.term.duration, last: this.sequence };
    return true;
  }

  end(now: bigint): boolean {
    if (this.mode === undefined || this.isInMode(now)) return false;
    this.wipe();
    return true;
  }

  reset(now: bigint): boolean {
    if (!this.isInMode(now)) return false;
    for (const plan of this.plans.values()) if (plan.fate === "pending") plan.fate = "cancelled";
    this.isReset = true;
    this.wipe();
    return true;
  }

  giveTerm(now: bigint, endsAt: bigint, duration: bigint): boolean {
    if (this.isInMode(now) || endsAt < now || endsAt > this.rules.hardEnd) return false;
    this.wipe();
    this.term = { endsAt, duration };
    return true;
  }

  clearTerm(now: bigint): boolean {
    if (this.isInMode(now)) return false;
    this.wipe();
    return true;
  }

  private isInMode(now: bigint): boolean {
    return this.mode !== undefined && now <= this.mode.endsAt;
  }

  private isPending(now: bigint, { fate, scheduledAt }: Plan): boolean {
    return fate === "pending" && now <= scheduledAt + this.rules.delay + this.rules.grace;
  }

  private passes(now: bigint, { scheduledAt }: Plan): boolean {
    return now >= scheduledAt + (this.isReset ? this.rules.fallbackDelay : this.rules.delay);
  }

  private wipe(): void {
    this.term = undefined;
    this.mode = undefined;
  }
}
