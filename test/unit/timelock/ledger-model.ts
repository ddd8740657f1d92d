/** What the timelock should remember, written as plainly as can be: a list of records, walked through every time. */

export interface Plan {
  readonly id: string;
  /** De-escalation if a canceller schedules it: only withdraws others. */
  readonly withdraws?: "all" | readonly string[];
  readonly changesGate?: boolean;
}

interface LedgerRecord {
  readonly plan: Plan;
  readonly sequence: number;
  readonly scheduledAt: bigint;
  readonly dueAt: bigint;
  readonly isDeEscalation: boolean;
  fate: "pending" | "cancelled" | "done";
}

export type ModelState = "Unset" | "Waiting" | "Ready" | "Done";

export class LedgerModel {
  isGateOpen = true;
  private sequence = 0;
  private readonly records: LedgerRecord[] = [];

  constructor(
    private readonly delay: bigint,
    private readonly grace: bigint,
  ) {}

  stateAt(now: bigint, id: string): ModelState {
    const record = this.latest(id);
    if (record?.fate === "done") return "Done";
    if (record === undefined || !this.isPending(now, record)) return "Unset";
    if (record.isDeEscalation) return "Ready";
    return now >= record.dueAt && this.isGateOpen ? "Ready" : "Waiting";
  }

  sequenceOf(id: string): number {
    const record = this.latest(id);
    return record?.fate === "pending" ? record.sequence : 0;
  }

  /** When the base delay ends, or ended, since it was last scheduled. */
  dueOf(id: string): bigint | undefined {
    return this.latest(id)?.dueAt;
  }

  get lastSequence(): number {
    return this.sequence;
  }

  schedule(now: bigint, plan: Plan, byCanceller: boolean): boolean {
    const isDeEscalation = plan.withdraws !== undefined && byCanceller;
    if ((!this.isGateOpen && !isDeEscalation) || this.stateAt(now, plan.id) !== "Unset") return false;
    const dueAt = now + this.delay;
    this.sequence += 1;
    this.records.push({ plan, sequence: this.sequence, scheduledAt: now, dueAt, isDeEscalation, fate: "pending" });
    return true;
  }

  execute(now: bigint, plan: Plan): boolean {
    const record = this.latest(plan.id);
    if (record === undefined || this.stateAt(now, plan.id) !== "Ready") return false;
    record.fate = "done";
    const older = ({ sequence }: LedgerRecord) => sequence < record.sequence;
    if (plan.withdraws === "all") this.cancelWhere(older);
    else if (plan.withdraws !== undefined) this.cancelPending(now, plan.withdraws, older);
    if (plan.changesGate === true) {
      this.cancelWhere(() => true);
      this.sequence += 1; // the operation that asked for it moved to the end before it was done
    }
    return true;
  }

  cancel(now: bigint, id: string): boolean {
    const record = this.latest(id);
    if (record === undefined || !this.isPending(now, record)) return false;
    record.fate = "cancelled";
    return true;
  }

  cancelAll(): void {
    this.cancelWhere(() => true);
  }

  cancelPending(now: bigint, ids: readonly string[], reaches: (record: LedgerRecord) => boolean = () => true): void {
    for (const id of ids) {
      const record = this.latest(id);
      if (record !== undefined && this.isPending(now, record) && reaches(record)) record.fate = "cancelled";
    }
  }

  private latest(id: string): LedgerRecord | undefined {
    return this.records.findLast(({ plan }) => plan.id === id);
  }

  private isPending(now: bigint, record: LedgerRecord): boolean {
    return record.fate === "pending" && now <= record.dueAt + this.grace;
  }

  private cancelWhere(reaches: (record: LedgerRecord) => boolean): void {
    for (const record of this.records) {
      if (record.fate === "pending" && reaches(record)) record.fate = "cancelled";
    }
  }
}
