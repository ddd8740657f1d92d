/** What is measured, beside what a peer pays and what Tribune aims at. Every figure is whole-transaction gas. */

/**
 * Where the peer's figures come from. They were measured with one transaction each (21,000 base and calldata included,
 * net of refunds), solc 0.8.26, mainnet configuration, on that project's own token mocks.
 */
export const PEER = {
  name: "Lido",
  source: "https://github.com/lidofinance/dual-governance/tree/0d31f5b",
} as const;

/** What is compared with a floor measured in the same run. */
export type FloorKey =
  "schedule" | "schedule5" | "execute" | "cancel" | "wholeWay" | "lockFirst" | "lockRepeated" | "safe";

export interface Row {
  readonly operation: string;
  /** What Lido dual governance pays for the same; null if it has no such operation, or none was measured. [gas] */
  readonly lido: number | null;
  /** Not to be exceeded; null where the figure only informs. [gas] */
  readonly goal: number | null;
  readonly floor?: FloorKey;
}

const row = (operation: string, lido: number | null, goal: number | null, floor?: FloorKey): Row =>
  floor === undefined ? { operation, lido, goal } : { operation, lido, goal, floor };

/** What one validator may cost in a proof of 32: far apart in the state, and side by side. [gas] */
const PROOF_GOAL = { far: 30_000, near: 8_000 } as const;

/** What the last proof of a checkpoint may cost beyond its keys: everything that was found is booked then. [gas] */
const FINISH_GOAL = 400_000;

/** In the order of the table. "Objecting" means that shares are locked, fewer than the signalling threshold. */
export const ROWS = {
  scheduleFirst: row("schedule 1 call, the first ever", 227_160, 102_000, "schedule"),
  schedule: row("schedule 1 call", 210_060, 102_000, "schedule"),
  scheduleObjecting: row("schedule 1 call while some object", null, 107_500, "schedule"),
  schedule5: row("schedule 5 calls", 567_750, 132_000, "schedule5"),
  execute: row("execute 1 call (22,100 for the target's slot)", 82_232, 84_000, "execute"),
  executeObjecting: row("execute 1 call while some object", null, 89_500, "execute"),
  wholeWay: row("the whole way of 1 call", 362_224, 186_000, "wholeWay"),
  cancel: row("cancel 1 operation", null, null, "cancel"),
  cancelAll: row("cancel all operations", null, null),

  lockFirst: row("lock, a holder's first", 110_142, 91_000, "lockFirst"),
  lockRepeated: row("lock, repeated", 93_042, 73_500, "lockRepeated"),
  lockExact: row("lock, repeated, exact allowance", null, null),
  lockPermit: row("lock, repeated, with a permit", null, null),
  lockActivates: row("lock that triggers VetoSignalling", 140_711, 105_000),
  lockSignalling: row("lock, repeated, in VetoSignalling", null, null),
  unlock: row("unlock a part", 89_723, 68_000),
  unlockAll: row("unlock everything", null, 68_000),

  pokeQuiet: row("poke with nothing to do, Normal, nobody objects", null, 45_000),
  pokeNormal: row("poke with nothing to do, Normal", 51_199, 45_000),
  pokeSignalling: row("poke with nothing to do, VetoSignalling", 52_453, 45_000),
  pokeDeactivation: row("poke with nothing to do, VetoSignallingDeactivation", 52_989, 45_000),
  pokeCooldown: row("poke with nothing to do, VetoCooldown", 32_221, 45_000),
  pokeRageQuit: row("poke with nothing to do, RageQuit, before the exit has begun", 42_428, 55_000),
  pokePending: row("poke with nothing to do, RageQuit, a request is pending", null, 55_000),
  pokePendingApart: row("poke with nothing to do, RageQuit, a request is pending, share apart", null, 55_000),
  pokeExtension: row("poke with nothing to do, RageQuit, in the extension", null, 55_000),
  pokeSeesEnd: row("poke that sees the extension started", null, null),
  pokeRecords: row("poke that records another supply, Normal", null, null),

  activate: row("poke Normal → VetoSignalling", 81_744, 54_500),
  deactivate: row("poke VetoSignalling → VetoSignallingDeactivation", 63_357, 54_500),
  cool: row("poke VetoSignallingDeactivation → VetoCooldown", 63_334, 54_500),
  normalise: row("poke VetoCooldown → Normal", 64_961, 54_500),
  rageQuit: row("poke VetoSignalling → RageQuit", 291_349, 92_000),
  leaveRageQuit: row("poke RageQuit → VetoCooldown", null, null),
  reactivate: row("poke RageQuit → VetoSignalling", null, null),

  createVessel: row("create a vessel", null, null),
  beginExit: row("beginExit, ERC-4626, vessel created before", null, 150_000),
  beginExitFresh: row("beginExit, ERC-4626, fresh vessel", null, null),
  claimNothing: row("claim where nothing is left, ERC-4626", null, null),
  request: row("beginExit with a request, ERC-7540, vessel created before", 6_511_740, 220_000),
  requestFresh: row("beginExit with a request, ERC-7540, fresh vessel", null, null),
  requestApart: row("beginExit with a request, ERC-7540, share apart, vessel created before", null, 220_000),
  claim: row("claim everything, ERC-7540", null, null),
  claimApart: row("claim everything, ERC-7540, share apart", null, null),
  callOff: row("call off, the vault took nothing", null, null),
  callOffHeld: row("call off, the vault has held the shares for a year", null, null),
  withdrawEpochFirst: row("withdraw, the epoch's first", null, 85_000),
  withdrawFirst: row("withdraw, a staker's first, to a holder of some", 43_537, 75_000),
  withdrawAgain: row("withdraw again, to a holder of some", null, 50_000),
  takeShares: row("take back shares that were given back", null, null),
  moveShares: row("move shares that were given back into a new objection", null, null),

  approveFirst: row("tiebreaker: a sub-committee's first approval, 2-of-3 Safe", 270_789, null, "safe"),
  approveFirstAlone: row("the first approval beyond an empty transaction of that Safe", null, 60_000),
  approveQuorum: row("tiebreaker: the approval that makes the quorum, 2-of-3 Safe", 155_997, null, "safe"),
  approveQuorumAlone: row("the quorum's approval beyond an empty transaction of that Safe", null, 60_000),
  release: row("tiebreaker: release an operation in a deadlock", null, null),
  executeReleased: row("execute a released operation, 1 call", null, null),
  activateEmergency: row("enter emergency mode", null, null),
  executeEmergency: row("execute 1 call in emergency mode", null, null),
  resetEmergency: row("emergency reset to the fallback gate", null, null),
  seal: row("seal 1 contract", null, null),
  reseal: row("reseal 1 contract", null, null),

  oneElectra: row("prove 1 validator's fields and balance, Electra", null, null),
  balancesFarElectra: row("prove 32 balances, spread over 2,000,000, Electra", null, 32 * PROOF_GOAL.far),
  balancesNearElectra: row("prove 32 balances, neighbours, Electra", null, 32 * PROOF_GOAL.near),
  fieldsFarElectra: row("prove 32 validators' fields, spread over 2,000,000, Electra", null, 32 * PROOF_GOAL.far),
  fieldsNearElectra: row("prove 32 validators' fields, neighbours, Electra", null, 32 * PROOF_GOAL.near),
  bothFarElectra: row(
    "prove 32 validators' fields and balances, spread over 2,000,000, Electra",
    null,
    32 * PROOF_GOAL.far,
  ),
  bothNearElectra: row("prove 32 validators' fields and balances, neighbours, Electra", null, 32 * PROOF_GOAL.near),
  oneGloas: row("prove 1 validator's fields and balance, Gloas", null, null),
  balancesFarGloas: row("prove 32 balances, spread over 2,000,000, Gloas", null, 32 * PROOF_GOAL.far),
  balancesNearGloas: row("prove 32 balances, neighbours, Gloas", null, 32 * PROOF_GOAL.near),
  fieldsFarGloas: row("prove 32 validators' fields, spread over 2,000,000, Gloas", null, 32 * PROOF_GOAL.far),
  fieldsNearGloas: row("prove 32 validators' fields, neighbours, Gloas", null, 32 * PROOF_GOAL.near),
  bothFarGloas: row(
    "prove 32 validators' fields and balances, spread over 2,000,000, Gloas",
    null,
    32 * PROOF_GOAL.far,
  ),
  bothNearGloas: row("prove 32 validators' fields and balances, neighbours, Gloas", null, 32 * PROOF_GOAL.near),

  registerOperator: row("pool: register an operator, with its vault", null, null),
  announce: row("pool: announce 1 key", null, null),
  activateFirst: row("pool: activate 1 key, the only operator's first", null, null),
  activateMost: row("pool: activate 1 key, 64 operators with keys that are ready", null, null),
  activate32: row("pool: activate 32 keys, neighbours, 64 operators", null, null),
  startCheckpoint: row("pool: start a checkpoint", null, null),
  openCheckpoint: row("pool: open a checkpoint", null, null),
  proveOne: row("pool: prove the only key, which finishes a checkpoint", null, null),
  landing32: row("pool: prove 32 keys in flight, neighbours, which finishes a checkpoint", null, null),
  prove32Near: row(
    "pool: prove 32 keys, neighbours, which finishes a checkpoint",
    null,
    32 * PROOF_GOAL.near + FINISH_GOAL,
  ),
  prove32Far: row(
    "pool: prove 32 keys, spread over 2,000,000, which finishes a checkpoint",
    null,
    32 * PROOF_GOAL.far + FINISH_GOAL,
  ),
  prove256: row(
    "pool: prove 256 keys, neighbours, which finishes a checkpoint",
    null,
    256 * PROOF_GOAL.near + FINISH_GOAL,
  ),
  forceOne: row("pool: make 1 key exit, 64 operators", null, null),
  force16: row("pool: make 16 keys exit, neighbours, 64 operators", null, null),
  deployPool: row("deploy pool, registry and the vaults' code", null, null),
  deposit: row("pool: deposit ETH, a holder's second", null, null),
  requestRedeem: row("pool: request a redemption, a holder's second", null, null),
  finalise: row("pool: finalise what waits", null, null),
  claimRequest: row("pool: claim 1 request, as ETH", null, null),
  redeem16: row("pool: redeem 16 requests, each at a rate of its own", null, null),

  deploy: row("deploy gate, escrow, vessel, timelock and fallback gate", 10_700_000, 12_500_000),
} as const satisfies Record<string, Row>;

export type RowKey = keyof typeof ROWS;

export const ROW_KEYS = Object.keys(ROWS) as RowKey[];

/** What one run found; a walk leaves out what it does not meet. [gas] */
export type Figures = Partial<Record<RowKey, number>>;
export type Floors = Record<FloorKey, number>;

/** Sizes stand in the same table. [bytes] */
export const SIZE_GOAL = { deployed: 20_000, initCode: 30_000 } as const;
/** The peer's contracts of the same task. [bytes] */
export const LIDO_SIZES: Readonly<Record<string, { deployed: number; initCode?: number }>> = {
  DualGovernance: { deployed: 15_618, initCode: 41_075 },
  VetoEscrow: { deployed: 21_847 },
};
/** Contracts whose size has a goal: those a rage quit and a decision depend on. */
export const SIZED_CONTRACTS = [
  "DualGovernance",
  "VetoEscrow",
  "DualGovernanceTimelock",
  "StandardVessel",
  "CircuitBreaker",
  "TiebreakerCommittee",
  "StakingPool",
  "OperatorRegistry",
  "OperatorVault",
] as const;
