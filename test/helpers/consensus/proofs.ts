import { Tree, type Node } from "@chainsafe/persistent-merkle-tree";
import { hexlify } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { proveState, type ProvenState, type StateTree, type Wanted } from "../../../src/staking/proveState.js";
import type { LayoutName } from "../../../src/staking/layouts.js";
import type { BeaconProofsMock } from "../../../types/index.js";
import { FAR_FUTURE } from "./constants.js";
import { credentials, somePubkey } from "./depositData.js";
import { anyHash, buildStateTree } from "./ssz.js";
import { newState, newValidator, type Fork, type ValidatorRecord } from "./state.js";
import { eth, VAULT } from "./world.js";

export const CREDENTIALS = credentials("0x02", VAULT);
export const FORKS = { electra: "fulu", gloas: "gloas" } as const satisfies Record<LayoutName, Fork>;
export const LAYOUT_NAMES = ["electra", "gloas"] as const satisfies readonly LayoutName[];
export const other = (layout: LayoutName): LayoutName => (layout === "electra" ? "gloas" : "electra");

/** A state as Lodestar makes it, and how a prover reads it. */
export interface KnownState {
  readonly layout: LayoutName;
  readonly node: Node;
  readonly root: string;
  readonly tree: StateTree;
  readonly validators: readonly ValidatorRecord[];
}

/** Any node of a tree that Lodestar made. */
export function treeOf(node: Node): StateTree {
  const tree = new Tree(node);
  return (gindex) => tree.getRoot(gindex);
}

/** Validators of every age, none like another. */
export function someValidators(count: number, seed = 0): ValidatorRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const draw = (index * 7919 + seed * 104_729) % 1000;
    const validator = newValidator(somePubkey(index + seed * 10 ** 7), CREDENTIALS, BigInt(draw * 2_100_000_007));
    validator.slashed = draw % 7 === 3;
    validator.activationEligibilityEpoch = draw % 5 === 0 ? FAR_FUTURE : 1000 + draw;
    validator.activationEpoch = draw % 3 === 0 ? FAR_FUTURE : 2000 + draw;
    validator.exitEpoch = draw % 2 === 0 ? FAR_FUTURE : 300_000 + draw;
    validator.withdrawableEpoch = draw % 2 === 0 ? FAR_FUTURE : 300_256 + draw;
    return validator;
  });
}

export function makeState(layout: LayoutName, validators: readonly ValidatorRecord[]): KnownState {
  const state = newState(FORKS[layout], 12_345_678, eth(34_000_000));
  state.validators.push(...validators);
  state.nextWithdrawalIndex = 80_000_000;
  const header = {
    slot: state.slot,
    proposerIndex: 1,
    parentRoot: hexlify(anyHash("parent")),
    stateRoot: hexlify(new Uint8Array(32)),
    bodyRoot: hexlify(anyHash("body")),
  };
  const node = buildStateTree(state, { header, expectedWithdrawals: [] });
  return { layout, node, root: hexlify(node.root), tree: treeOf(node), validators };
}

/** Shows a proof to the contract: rejected unless it holds. */
export const show = (contract: BeaconProofsMock, { root }: KnownState, { proof }: ProvenState, owner = CREDENTIALS) =>
  contract.checkState(root, owner, proof);

export const prove = ({ tree, layout }: KnownState, wanted: Wanted): ProvenState => proveState(tree, layout, wanted);

export async function deployProofs({ ethers }: NetworkConnection): Promise<BeaconProofsMock> {
  return await ethers.deployContract("BeaconProofsMock");
}
