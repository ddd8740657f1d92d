/** How a run of a theft ended. */
export interface Ending {
  /** When the theft executed, since the start. [seconds] */
  readonly landedAt: bigint;
  /** What the vault held then. [wei] */
  readonly inVault: bigint;
  /** [wei] */
  readonly stolen: bigint;
  /** [wei] */
  readonly deposited: bigint;
  /** What stakers have in their wallets at the end. [wei] */
  readonly recovered: bigint;
}
