/** How a run of a theft ended. */
export interface Ending {
  /** For and against. */
  readonly vote: string;
  /** When the theft executed, since the start. [seconds] */
  readonly landedAt: bigint;
  /** What the vault held then. [wei] */
  readonly inVault: bigint;
  /** [wei] */
  readonly stolen: bigint;
  /** [wei] */
  readonly deposited: bigint;
  /** When the last of those who are paid is paid, since the start. [seconds] */
  readonly paidAt: bigint;
  /** What stakers have in their wallets at the end. [wei] */
  readonly recovered: bigint;
}
