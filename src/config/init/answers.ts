import type { DaoDefinition } from "../schema.js";

type Token = DaoDefinition["token"];
export type Allocation = Token["allocations"][number] & {
  /** Of those who make the DAO: founders, contributors, investors. */
  readonly isInsider: boolean;
};

type Emergency = NonNullable<DaoDefinition["emergency"]>;
/** Who signs, and how many of them must. */
export type Members = Omit<Emergency["activationCommittee"], "safe">;

/** The bodies whose powers end, as commands name them. */
export const BODIES = ["emergency", "circuit-breaker", "tiebreaker"] as const;
export type Body = (typeof BODIES)[number];

export type VaultAnswer =
  /** The example vault over stand-ins. */
  | { readonly kind: "stand-in" }
  /** The example vault over an asset that anybody mints: testnets. */
  | { readonly kind: "test" }
  | { readonly kind: "pool" }
  | { readonly kind: "erc4626" | "erc7540"; readonly address: string }
  | { readonly kind: "own"; readonly address: string; readonly vessel: string };

export type TokenAnswer =
  | {
      readonly kind: "new";
      readonly name: string;
      readonly symbol: string;
      readonly allocations: readonly Allocation[];
    }
  /** Of a DAO that exists. */
  | { readonly kind: "existing"; readonly address: string; readonly governor: string };

/** Everything that a DAO's file is written from. */
export interface Answers {
  readonly name: string;
  readonly token: TokenAnswer;
  readonly vault: VaultAnswer;
  readonly emergency: { readonly activation: Members; readonly execution: Members } | undefined;
  readonly circuitBreaker: { readonly seal: Members; readonly reseal: Members } | undefined;
  readonly tiebreaker: { readonly subCommittees: readonly Members[] } | undefined;
}
