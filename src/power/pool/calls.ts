import { ETHER } from "../../model/units.js";
import { packKeys, packPlaces } from "../../staking/prover/keySet.js";
import { differing, erc20, nothing, readOf, richest, type ListArguments } from "../cells/listArguments.js";
import type { World } from "../world/world.js";
import { openArguments, proveArguments, recentProof, SIGNATURE, stakingOf } from "./modes.js";

type Calls = Readonly<Record<string, ListArguments>>;

const FIRST_PLACE = packPlaces([0]);

/** Of a staker, whose request is paid already. */
const claims: ListArguments = (world) => [[stakingOf(world).requestId, world.stranger, stakingOf(world).requester]];
const newcomer = (world: World): bigint => stakingOf(world).operators[0].id;
const ofNewcomer: ListArguments = (world) => [[newcomer(world)]];
const activeKey = (world: World): string => packKeys([stakingOf(world).sketch.active.pubkey]);

export const POOL_CALLS: Calls = {
  ...erc20(({ stakers }) => richest(stakers)),
  permit: ({ signed }) => [signed.sharePermit],
  // To somebody else, so that whoever pays gains nothing.
  depositETH: ({ stakers }) => [[richest(stakers)]],
  deposit: ({ stakers }) => [[ETHER / 100n, richest(stakers)]],
  mint: ({ stakers }) => [[10n * ETHER, richest(stakers)]],
  setOperator: ({ stranger }) => [[stranger, true]],
  // Ten times the least that may be asked for.
  requestRedeem: ({ stranger, stakers }) => [[100n * ETHER, stranger, richest(stakers)]],
  claim: claims,
  claimETH: claims,
  redeem: (world) => [[ETHER, world.stranger, stakingOf(world).requester]],
  withdraw: (world) => [[1n, world.stranger, stakingOf(world).requester]],
  surrender: () => [[1n]],
  surrenderRequest: claims,
  collectWindDown: ({ stakers }) => [[richest(stakers)]],
  finalise: nothing,
  settle: nothing,
  armWindDown: nothing,
  beginWindDown: nothing,
  setFee: differing("pool", "fee", 0n, 1n),
  setCap: differing("pool", "cap", ETHER, 2n * ETHER),
  stopDeposits: nothing,
  resumeDeposits: nothing,
  stake: (world) => [[stakingOf(world).operators[0].vault, 1n]],
  book: () => [[ETHER / 1_000n, ETHER / 10_000n, 0n]],
  replaceHaircut: () => [[0n, 1n]],
  collect: nothing,
};

export const REGISTRY_CALLS: Calls = {
  register: nothing,
  offerOwner: (world) => [[newcomer(world), world.stranger]],
  acceptOwner: ofNewcomer,
  releaseFees: ofNewcomer,
  releaseBond: ofNewcomer,
  collect: ofNewcomer,
  collectProverFees: ({ stakers }) => [[richest(stakers)]],
  vacate: ofNewcomer,
  vet: (world) => [[newcomer(world), 0n, ETHER]],
  retire: ofNewcomer,
  setOperatorCap: async (world) => [
    [stakingOf(world).spares.vetted, (await capOf(world)) === ETHER ? 2n * ETHER : ETHER],
  ],
  setUnvettedOperatorCap: differing("registry", "unvettedOperatorCap", ETHER, 2n * ETHER),
  setEntityCap: () => [[0n, 1n]],
  mergeEntities: (world) => [stakingOf(world).spares.entities],
  announce: async ({ snapshot }) => [[(await snapshot.now()) + 3_600n, 1n]],
  addStake: () => [[1n]],
  report: async ({ snapshot }) => [[[await snapshot.now(), 0n, 0n, 0n, 0n, 0n, 0n]]],
  creditProver: ({ stakers }) => [[richest(stakers), 0n, 0n, 0n]],
  replaceHaircut: () => [[0n, 1n]],
  setExitStanding: () => [[[0n, 0n, 0n, 1n, 0n, 0n, 0n]]],
};

async function capOf(world: World): Promise<unknown> {
  const told = (await readOf(world, "registry", "getOperator", [stakingOf(world).spares.vetted])) as
    { readonly cap: bigint } | undefined;
  return told?.cap;
}

export const OPERATOR_VAULT_CALLS: Calls = {
  predeposit: (world) => [[stakingOf(world).sketch.unknown, SIGNATURE]],
  requestExits: (world) => [[activeKey(world)]],
  announce: async (world) => [[await recentProof(world, "fresh")]],
  activate: async (world) => [
    [packKeys([stakingOf(world).sketch.fresh.pubkey]), await recentProof(world, "fresh")],
    [activeKey(world), await recentProof(world, "active")],
  ],
  show: async (world) => [[await recentProof(world, "active"), FIRST_PLACE]],
  forceExits: async (world) => [[activeKey(world), await recentProof(world, "active"), FIRST_PLACE]],
  start: nothing,
  open: (world) => [openArguments(world)],
  prove: (world) => [proveArguments(world)],
  // The stranger has proven it, in the modes in which it is proven.
  creditProver: ({ stranger }) => [[stranger, 1n]],
  forceExitsUnproven: (world) => [[activeKey(world)]],
  sweep: nothing,
};

/** What is sent along, of functions that are paid for, by part and name. [wei] */
export const PAYMENTS: Readonly<Record<string, bigint>> = {
  "pool.depositETH": ETHER,
  "operator vault.predeposit": ETHER,
  // More than EIP-7002 takes; the rest comes back.
  "operator vault.requestExits": ETHER / 10n,
  "operator vault.forceExits": ETHER / 10n,
  "operator vault.forceExitsUnproven": ETHER / 10n,
};
