/** A smallest coalition, and what came of letting it do what was computed. Rules that ask for the same are one. */
export interface Execution {
  /** The rule that was changed, and those that ask for the same coalition in the same way. */
  readonly rules: readonly string[];
  /** Entities. */
  readonly coalition: readonly string[];
  /** `vault.setFee(uint256)` */
  readonly by: string | undefined;
  readonly mode: string | undefined;
  /** What the first of them was put into before, to call by it: "be ExampleVault.owner". */
  readonly office?: string;
  /** How long it should take, and how long it took. [seconds] */
  readonly computed: number;
  readonly took: number | undefined;
  /** Without whom it was tried, in vain. */
  readonly inVainWithout: readonly string[];
  /** Why it was only computed. */
  readonly notPlayed?: string;
  /** What does not hold, in sentences. */
  readonly gaps: readonly string[];
}
