/** Something done, or not: each reason is told once while it lasts. */
export interface Deed {
  readonly key: string;
  readonly text: string;
  readonly isDone: boolean;
  /** Of what was sent and not done: it failed on the chain, or nobody knows yet. */
  readonly fate?: "failed" | "unsure" | undefined;
  /** Whether somebody must look after it. */
  readonly isAlarm?: boolean | undefined;
}
