import { ETHER } from "../../model/units.js";
import { packKeys, packPlaces } from "../../staking/prover/keySet.js";
import { differing, erc20, nothing, readOf, richest, type ListArguments } from "../listArguments.js";
import type { Scene } from "../scene.js";
import { openArguments, proveArguments, recentProof, SIGNATURE, stakingOf } from "./modes.js";

type Calls = Readonly<Record<string, ListArguments>>;

const FIRST_PLACE = packPlaces([0]);

/** Of a staker, whose request is paid already. */
const claims: ListArguments = (scene) => [[stakingOf(scene).requestId, scene.stranger, stakingOf(scene).requester]];
const newcomer = (scene: Scene): bigint => stakingOf(scene).operators[0].id;
const ofNewcomer: ListArguments = (scene) => [[newcomer(scene)]];
const activeKey = (scene: Scene): string => packKeys([stakingOf(scene).sketch.active.pubkey]);

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
  redeem: (scene) => [[ETHER, scene.stranger, stakingOf(scene).requester]],
  withdraw: (scene) => [[1n, scene.stranger, stakingOf(scene).requester]],
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
  stake: (scene) => [[stakingOf(scene).operators[0].vault, 1n]],
  book: () => [[ETHER / 1_000n, ETHER / 10_000n, 0n]],
  replaceHaircut: () => [[0n, 1n]],
  collect: nothing,
};

export const REGISTRY_CALLS: Calls = {
  register: nothing,
  offerOwner: (scene) => [[newcomer(scene), scene.stranger]],
  acceptOwner: ofNewcomer,
  releaseFees: ofNewcomer,
  releaseBond: ofNewcomer,
  collect: ofNewcomer,
  collectProverFees: ({ stakers }) => [[richest(stakers)]],
  vacate: ofNewcomer,
  vet: (scene) => [[newcomer(scene), 0n, ETHER]],
  retire: ofNewcomer,
  setOperatorCap: async (scene) => [
    [stakingOf(scene).spares.vetted, (await capOf(scene)) === ETHER ? 2n * ETHER : ETHER],
  ],
  setUnvettedOperatorCap: differing("registry", "unvettedOperatorCap", ETHER, 2n * ETHER),
  setEntityCap: () => [[0n, 1n]],
  mergeEntities: (scene) => [stakingOf(scene).spares.entities],
  announce: async ({ snapshot }) => [[(await snapshot.now()) + 3_600n, 1n]],
  addStake: () => [[1n]],
  report: async ({ snapshot }) => [[[await snapshot.now(), 0n, 0n, 0n, 0n, 0n, 0n]]],
  creditProver: ({ stakers }) => [[richest(stakers), 0n, 0n, 0n]],
  replaceHaircut: () => [[0n, 1n]],
  setExitStanding: () => [[[0n, 0n, 0n, 1n, 0n, 0n, 0n]]],
};

async function capOf(scene: Scene): Promise<unknown> {
  const told = (await readOf(scene, "registry", "getOperator", [stakingOf(scene).spares.vetted])) as
    { readonly cap: bigint } | undefined;
  return told?.cap;
}

export const OPERATOR_VAULT_CALLS: Calls = {
  predeposit: (scene) => [[stakingOf(scene).sketch.unknown, SIGNATURE]],
  requestExits: (scene) => [[activeKey(scene)]],
  announce: async (scene) => [[await recentProof(scene, "fresh")]],
  activate: async (scene) => [
    [packKeys([stakingOf(scene).sketch.fresh.pubkey]), await recentProof(scene, "fresh")],
    [activeKey(scene), await recentProof(scene, "active")],
  ],
  show: async (scene) => [[await recentProof(scene, "active"), FIRST_PLACE]],
  forceExits: async (scene) => [[activeKey(scene), await recentProof(scene, "active"), FIRST_PLACE]],
  start: nothing,
  open: (scene) => [openArguments(scene)],
  prove: (scene) => [proveArguments(scene)],
  // The stranger has proven it, in the modes in which it is proven.
  creditProver: ({ stranger }) => [[stranger, 1n]],
  forceExitsUnproven: (scene) => [[activeKey(scene)]],
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
