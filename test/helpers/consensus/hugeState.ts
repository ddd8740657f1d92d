import {
  BranchNode,
  LeafNode,
  subtreeFillToLength,
  Tree,
  zeroNode,
  type Node,
} from "@chainsafe/persistent-merkle-tree";
import { ssz } from "@lodestar/types";

import { leafOf } from "../../../src/staking/batchNodes.js";
import {
  BALANCES_DEPTH,
  BALANCES_PER_CHUNK,
  LAYOUTS,
  VALIDATORS_DEPTH,
  type Layout,
  type LayoutName,
  type Subtree,
} from "../../../src/staking/layouts.js";
import { makeState, treeOf, type KnownState } from "./proofs.js";
import { validatorValue } from "./ssz.js";
import type { ValidatorRecord } from "./state.js";

/** Gwei of every validator that is not named. */
const BALANCE = 32_012_345_678;

/** persistent-merkle-tree fills at most 2^30 leaves; above is nothing. */
const FILLABLE = 24;

function fill({ depth, size }: Subtree, bottom: Node): Node {
  const start = Math.min(depth, FILLABLE);
  let node = subtreeFillToLength(bottom, start, size);
  for (let height = start; height < depth; height++) node = new BranchNode(node, zeroNode(height));
  return node;
}

function listNode(layout: Layout, bottom: Node, size: number, depth: number, length: number): Node {
  const trees = layout.split(1n, size, depth).map((subtree) => fill(subtree, bottom));
  const [first = zeroNode(depth)] = trees;
  const contents = layout.isProgressive
    ? trees.reduceRight<Node>((rest, tree) => new BranchNode(tree, rest), zeroNode(0))
    : first;
  return new BranchNode(contents, LeafNode.fromRoot(ssz.UintNum64.hashTreeRoot(length)));
}

/**
 * A state of `length` validators (whole fours) that are all the same but for the named ones: equal subtrees are one object,
 * so it takes no memory to speak of.
 */
export function hugeState(
  name: LayoutName,
  length: number,
  usual: ValidatorRecord,
  named: ReadonlyMap<number, ValidatorRecord>,
): KnownState {
  const layout: Layout = LAYOUTS[name];
  const chunks = length / BALANCES_PER_CHUNK;
  const nodeOf = (validator: ValidatorRecord): Node => {
    const view = ssz.phase0.Validator.toViewDU(validatorValue(validator));
    view.commit();
    return view.node;
  };
  const chunkOf = (start: number): Node => {
    const values = [0, 1, 2, 3].map((lane) => Number(named.get(start + lane)?.balance ?? BALANCE));
    return LeafNode.fromRoot(new Uint8Array(BigUint64Array.from(values, BigInt).buffer));
  };
  const tree = new Tree(makeState(name, []).node);
  tree.setNode(layout.validators, listNode(layout, nodeOf(usual), length, VALIDATORS_DEPTH, length));
  tree.setNode(layout.balances, listNode(layout, chunkOf(-4), chunks, BALANCES_DEPTH, length));
  const validatorLeaves = layout.split(2n * layout.validators, length, VALIDATORS_DEPTH);
  const balanceLeaves = layout.split(2n * layout.balances, chunks, BALANCES_DEPTH);
  for (const [index, validator] of named) {
    tree.setNode(leafOf(validatorLeaves, index), nodeOf(validator));
    const chunk = Math.floor(index / BALANCES_PER_CHUNK);
    tree.setNode(leafOf(balanceLeaves, chunk), chunkOf(chunk * BALANCES_PER_CHUNK));
  }
  const node = tree.rootNode;
  return {
    layout: name,
    node,
    root: `0x${Buffer.from(node.root).toString("hex")}`,
    tree: treeOf(node),
    validators: [],
  };
}
