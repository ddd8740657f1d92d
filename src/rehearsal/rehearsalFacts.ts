// ── what is found ───────────────────────────────────────────────────────────────────────────────────────────────────

export interface TokenFacts {
  readonly address: string;
  readonly symbol: string;
  readonly decimals: number;
}

export interface Announcements {
  /** ERC-7540's redemption on request, by ERC-165. */
  readonly asynchronous: boolean;
  /** ERC-7575's share, by ERC-165. */
  readonly separateShare: boolean;
  /** Whether convertToAssets answers. */
  readonly price: boolean;
}

export interface Subject {
  readonly vault: string;
  readonly chain: number;
  readonly block: number;
  /** Of that block. [unix seconds] */
  readonly timestamp: bigint;
  readonly asset: TokenFacts;
  readonly share: TokenFacts;
  /** [shares] */
  readonly supply: bigint;
  readonly announces: Announcements;
}

export interface Holding {
  readonly account: string;
  /** [shares] */
  readonly shares: bigint;
}

/** Something that was tried, or looked at. */
export type Probe<Value> =
  | { readonly state: "found"; readonly value: Value }
  | { readonly state: "refused"; readonly why: string }
  | { readonly state: "not-tried"; readonly why: string };

export const found = <Value>(value: Value): Probe<Value> => ({ state: "found", value });
export const refused = <Value>(why: string): Probe<Value> => ({ state: "refused", why });
export const notTried = <Value>(why: string): Probe<Value> => ({ state: "not-tried", why });

/** Who rules a contract, as far as it says. */
export interface Control {
  readonly address: string;
  readonly role: "vault" | "share" | "asset";
  /** Behind a proxy (ERC-1967): what it runs, and who may change that. */
  readonly implementation: string | null;
  readonly beacon: string | null;
  readonly admin: Party | null;
  /** The implementation itself decides who may upgrade (UUPS). */
  readonly isUups: boolean;
  readonly owner: Party | null;
  readonly authority: Party | null;
  /** Roles are given by OpenZeppelin's AccessControl; its first admin, if that can be listed. */
  readonly hasRoles: boolean;
  readonly roleAdmin: Party | null;
  /** Null if it does not say. */
  readonly paused: boolean | null;
  /** Functions found in its code with which somebody may pause, close, list or take. */
  readonly powers: readonly string[];
}

/** Somebody with a power. */
interface Party {
  readonly address: string;
  /** `"an account"`, `"a Safe, 3 of 5"`, `"a timelock of 2 d"`, `"a contract"` */
  readonly kind: string;
}

/** Where shares can be sent by a holder. */
export interface Transfers {
  readonly toHolder: Probe<bigint>;
  readonly toStranger: Probe<bigint>;
  /** Sent in all three; what arrived is the value of each. [shares] */
  readonly sent: bigint;
}

/** How a holder leaves on his own at this block. */
export interface DirectExit {
  readonly holder: string;
  /** [shares] */
  readonly shares: bigint;
  /** [shares] */
  readonly maxRedeem: Probe<bigint>;
  /** [asset units] */
  readonly preview: Probe<bigint>;
  /** [asset units] */
  readonly converted: Probe<bigint>;
  /** `redeem` of as much as maxRedeem allows: what was paid for which shares. */
  readonly redeemed: Probe<{ readonly shares: bigint; readonly paid: bigint }>;
  /** `redeem` of everything where maxRedeem allows less. */
  readonly beyondMax: Probe<bigint>;
  /** `requestRedeem`: what became of the shares. */
  readonly requested: Probe<RequestFacts>;
  /** `cooldownDuration`; refused if there is none. [seconds] */
  readonly cooldown: Probe<bigint>;
}

export interface RequestFacts {
  /** [shares] */
  readonly shares: bigint;
  /** Claimable in the same block. [shares] */
  readonly claimable: bigint;
  /** By how much the request lowered the supply. [shares] */
  readonly burnt: bigint;
}

/** A price before and after something. [asset units] */
interface PriceMove {
  readonly before: bigint;
  readonly after: bigint;
}

export interface PriceFacts {
  /** By a tenth of its assets given to the vault, within one transaction. */
  readonly donation: Probe<PriceMove>;
  /** By what `--drain` does. */
  readonly drain: Probe<PriceMove & { readonly paidBefore: bigint | null; readonly paidAfter: bigint | null }>;
  /** Whether somebody can deposit and redeem within one transaction. */
  readonly roundTrip: Probe<boolean>;
}

export interface TimeFacts {
  /** [seconds] */
  readonly waited: bigint;
  readonly priceAfter: Probe<bigint>;
  readonly previewAfter: Probe<bigint>;
  /** By how much the holder's balance moved by itself. [shares] */
  readonly shareDrift: bigint;
  /** By how much the vault's balance of the asset moved by itself. [asset units] */
  readonly assetDrift: bigint;
}

/** The least powers of ten that were taken. */
export interface LeastFacts {
  /** [shares] */
  readonly exit: Probe<bigint>;
}

export interface Observations {
  readonly control: readonly Control[];
  readonly transfers: Transfers;
  readonly direct: DirectExit;
  readonly price: PriceFacts;
  readonly time: TimeFacts;
  readonly least: LeastFacts;
}

// ── what was played ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface Step {
  readonly name: string;
  readonly outcome: "done" | "refused" | "waits";
  readonly told: string;
  /** Since the first step. [seconds] */
  readonly after: bigint;
}

/** How far the play came. */
export type Reached = "nothing" | "deployed" | "locked" | "rage-quit" | "begun" | "left" | "complete" | "withdrawn";

export interface Refusal {
  readonly step: "deploy" | "lock" | "rage-quit" | "begin-exit" | "claim" | "complete" | "withdraw";
  /** Name of a custom error that is known. */
  readonly error: string | null;
  readonly why: string;
}

export interface Walk {
  readonly reached: Reached;
  readonly refusal: Refusal | null;
  readonly steps: readonly Step[];
  readonly escrow: string | null;
  readonly gate: string | null;
  readonly timelock: string | null;
  /** The numbered vessels of the epoch. */
  readonly numbered: readonly string[];
  /** Those that were used. */
  readonly vessels: readonly string[];
  readonly locks: readonly Holding[];
  /** [1e18 = 100 %] */
  readonly support: bigint;
  readonly exit: ExitFacts | null;
  readonly settled: readonly {
    readonly after: string;
    readonly to: string;
    readonly done: boolean;
    readonly told: string;
  }[];
}

export interface ExitFacts {
  /** When it was begun. [unix seconds] */
  readonly begunAt: bigint;
  /** [shares] */
  readonly total: bigint;
  /** Turned into assets by `begin-exit` itself. [shares] */
  readonly atOnce: bigint;
  /** Turned into assets. [shares] */
  readonly redeemed: bigint;
  /** Asked for and not paid. [shares] */
  readonly waiting: bigint;
  /** Never taken. [shares] */
  readonly idle: bigint;
  /** Given back to the stakers. [shares] */
  readonly returned: bigint;
  /** In how many portions it was asked for. */
  readonly begins: number;
  readonly isFresh: boolean;
  /** By how much the supply fell at each moment. [shares] */
  readonly burnt: { readonly request: bigint; readonly settlement: bigint; readonly claim: bigint };
  /** [asset units] */
  readonly received: bigint;
  /** [asset units] */
  readonly paid: bigint;
  /** A stranger's request of one unit in the vessel's name. */
  readonly strangersRequest: Probe<StrangersRequest>;
  /** If nobody settles, from when on the exit goes on without the vault; 0 if it need not. [unix seconds] */
  readonly callOffAfter: bigint;
  /** From closing to the extension's start, if it started. [seconds] */
  readonly held: bigint | null;
}

/** What a request of one unit in the vessel's name does to the exit. */
export interface StrangersRequest {
  readonly harm: "none" | "stops" | "erases";
  readonly told: string;
}

/** What a holder would have had at the moment of the exit, beside what the escrow had. */
export interface Comparison {
  /** [shares] */
  readonly shares: bigint;
  /** [asset units] */
  readonly direct: bigint;
  /** [asset units] */
  readonly escrow: bigint;
}

/** Which addresses had to be entered in the vault's lists, by writing into the snapshot. */
export interface Admission {
  readonly isNeeded: boolean;
  /** What was refused without it. */
  readonly refusal: string | null;
  readonly addresses: readonly { readonly name: string; readonly address: string }[];
  /** Whether the play came further with it. */
  readonly helped: boolean;
}

export interface Facts {
  readonly subject: Subject;
  readonly holders: readonly Holding[];
  /** [shares] */
  readonly needed: bigint;
  readonly observed: Observations | null;
  readonly admission: Admission;
  readonly walk: Walk;
  readonly comparison: Probe<Comparison>;
  /** R2. [1e18 = 100 %] */
  readonly threshold: bigint;
  readonly hasSettlement: boolean;
  readonly isStandardVessel: boolean;
}

export type Verdict = "fits" | "fits-if" | "does-not-fit" | "unproven";

/** What speaks for the verdict. */
export interface Reason {
  /** What the reason alone would make of the verdict; `warning` does not change it. */
  readonly weight: "does-not-fit" | "unproven" | "fits-if" | "warning";
  readonly text: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

/** What `--json` writes. */
export interface Rehearsal extends Judgement, Facts {
  readonly dao: string | null;
}
