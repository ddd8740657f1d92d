import { createProof, ProofType } from "@chainsafe/persistent-merkle-tree";
import { ssz } from "@lodestar/types";
import { expect } from "chai";
import { concat, hexlify, sha256, zeroPadValue } from "ethers";
import hre from "hardhat";

import { bigState } from "../../../src/staking/sketch/bigState.js";
import { leafOf } from "../../../src/staking/batchNodes.js";
import { BALANCES_DEPTH, LAYOUTS, VALIDATORS_DEPTH, type Layout } from "../../../src/staking/layouts.js";
import { FAR_FUTURE_EPOCH, toHex } from "../../../src/staking/leaves.js";
import { listNeededNodes, proveState, type StateProof } from "../../../src/staking/proveState.js";
import { FAR_FUTURE } from "../../helpers/consensus/constants.js";
import { somePubkey } from "../../helpers/consensus/depositData.js";
import { hugeState } from "../../helpers/consensus/hugeState.js";
import {
  CREDENTIALS,
  deployProofs,
  LAYOUT_NAMES,
  makeState,
  prove,
  show,
  someValidators,
} from "../../helpers/consensus/proofs.js";
import { rootOfHeader, validatorValue } from "../../helpers/consensus/ssz.js";
import type { ValidatorRecord } from "../../helpers/consensus/state.js";
import type { BeaconProofsMock } from "../../../types/index.js";

const all = (count: number): number[] => [...Array(count).keys()];
const epochOf = (epoch: number): bigint => (epoch === FAR_FUTURE ? FAR_FUTURE_EPOCH : BigInt(epoch));

const fieldsOf = (validator: ValidatorRecord) => ({
  pubkeyRoot: hexlify(ssz.BLSPubkey.hashTreeRoot(validatorValue(validator).pubkey)),
  effectiveBalance: validator.effectiveBalance,
  slashed: validator.slashed,
  activationEligibilityEpoch: epochOf(validator.activationEligibilityEpoch),
  activationEpoch: epochOf(validator.activationEpoch),
  exitEpoch: epochOf(validator.exitEpoch),
  withdrawableEpoch: epochOf(validator.withdrawableEpoch),
});

function pick(validators: readonly ValidatorRecord[], index: number): ValidatorRecord {
  const validator = validators[index];
  if (validator === undefined) throw new Error(`no validator ${index}`);
  return validator;
}

/** Roots of trees of nothing. */
const ZEROS = new Set<string>();
for (let zero = zeroPadValue("0x", 32); ZEROS.size <= 41; zero = sha256(concat([zero, zero]))) ZEROS.add(zero);

const sorted = (nodes: readonly string[]): string[] => nodes.filter((node) => !ZEROS.has(node)).sort();

/** Every node that a proof carries beside its leaves, but for zeros. */
const nodesOf = ({ stateNodes, fieldNodes, balanceNodes }: StateProof): string[] =>
  sorted([...stateNodes, ...fieldNodes, ...balanceNodes]);

describe("BeaconProofs", () => {
  let contract: BeaconProofsMock;

  before(async () => {
    contract = await deployProofs(await hre.network.create());
  });

  for (const name of LAYOUT_NAMES) {
    const layout: Layout = LAYOUTS[name];

    describe(`the layout of ${name}`, () => {
      it("[BEA-1] accepts all fields and balances of states of every size around the ends of subtrees", async () => {
        for (const count of [1, 2, 3, 4, 5, 6, 17, 20, 21, 22, 84, 85, 86]) {
          const state = makeState(name, someValidators(count));
          const proven = prove(state, { fields: all(count), balances: all(count) });
          const [fieldIndices, balanceIndices, balances] = await show(contract, state, proven);
          expect(fieldIndices, `${count} validators`).to.deep.equal(all(count).map(BigInt));
          expect(balanceIndices).to.deep.equal(all(count).map(BigInt));
          expect(balances).to.deep.equal(state.validators.map(({ balance }) => balance));
          expect(proven.proof.fields).to.deep.equal(state.validators.map(fieldsOf));
        }
      });

      it("accepts balances of nothing, and does not take them for the end of the list", async () => {
        const broke = someValidators(40).map((validator) => ({ ...validator, balance: 0n }));
        const state = makeState(name, broke);
        const [, , balances] = await show(contract, state, prove(state, { fields: [7], balances: [0, 17, 39] }));
        expect(balances).to.deep.equal([0n, 0n, 0n]);
      });

      it("carries the nodes of Lodestar's own proof, and no other", () => {
        const state = makeState(name, someValidators(100));
        const length = toHex(state.tree(2n * layout.validators + 1n));
        for (const indices of [[0], [99], [0, 1], [3, 4, 5, 20, 21, 22, 83, 84, 85, 99], [50, 51, 52, 53], all(100)]) {
          const { proof } = prove(state, { fields: indices, balances: indices });
          const validators = layout.split(2n * layout.validators, 100, VALIDATORS_DEPTH);
          const chunks = layout.split(2n * layout.balances, 25, BALANCES_DEPTH);
          const places = [...new Set(indices.map((index) => Math.floor(index / 4)))];
          const gindices = [
            ...indices.map((index) => leafOf(validators, index)),
            ...places.map((place) => leafOf(chunks, place)),
          ];
          const theirs = createProof(state.node, { type: ProofType.multi, gindices });
          if (theirs.type !== ProofType.multi) throw new Error("not a multiproof");
          const witnesses = theirs.witnesses.map((witness) => hexlify(witness));
          expect(nodesOf(proof), indices.join()).to.deep.equal(sorted(witnesses.filter((node) => node !== length)));
        }
      });

      it("carries for one validator the branches that Lodestar proves it with, from below", () => {
        const state = makeState(name, someValidators(100));
        const { proof } = prove(state, { fields: [77], balances: [77] });
        const branch = (path: (string | number)[]): string[] => {
          const { gindex } = ssz[name === "electra" ? "fulu" : "gloas"].BeaconState.getPathInfo(path);
          const theirs = createProof(state.node, { type: ProofType.single, gindex });
          if (theirs.type !== ProofType.single) throw new Error("not a branch");
          return theirs.witnesses.map((witness) => hexlify(witness)).filter((node) => !ZEROS.has(node));
        };
        // Nodes of a progressive list are brought from its beginning, so there the order is another.
        const inOrder = (nodes: readonly string[]) => (layout.isProgressive ? sorted(nodes) : nodes);
        const start = (nodes: readonly string[], count: number) => inOrder(nodes.slice(0, count));
        const { fieldNodes, balanceNodes } = proof;
        expect(inOrder(fieldNodes)).to.deep.equal(start(branch(["validators", 77]), fieldNodes.length));
        expect(inOrder(balanceNodes)).to.deep.equal(start(branch(["balances", 77]), balanceNodes.length));
      });

      it("accepts validators far apart and side by side among 2,000,000", async () => {
        const places = [0, 1, 4, 5, 20, 21, 349_524, 349_525, 1_398_100, 1_398_101, 1_398_102, 1_999_999];
        const validators = someValidators(places.length, 5);
        const named = new Map(places.map((place, i) => [place, pick(validators, i)]));
        const state = hugeState(name, 2_000_000, pick(someValidators(1), 0), named);
        const proven = prove(state, { fields: places, balances: places });
        expect(proven.proof.fields).to.deep.equal(validators.map(fieldsOf));
        const [, , balances] = await show(contract, state, proven);
        expect(balances).to.deep.equal(validators.map(({ balance }) => balance));
      });

      it("proves one list alone, with the root of the other", async () => {
        const state = makeState(name, someValidators(30));
        const fieldsOnly = prove(state, { fields: [3, 29], balances: [] });
        expect(fieldsOnly.proof.balanceNodes).to.deep.equal([toHex(state.tree(layout.balances))]);
        expect(await show(contract, state, fieldsOnly)).to.deep.equal([[3n, 29n], [], []]);
        const balancesOnly = prove(state, { fields: [], balances: [3, 29] });
        expect(balancesOnly.proof.fieldNodes).to.deep.equal([toHex(state.tree(layout.validators))]);
        const [, , balances] = await show(contract, state, balancesOnly);
        expect(balances).to.deep.equal([3, 29].map((index) => state.validators[index]?.balance));
      });

      it("accepts an empty proof, which says nothing", async () => {
        const state = makeState(name, someValidators(3));
        expect(await show(contract, state, prove(state, { fields: [], balances: [] }))).to.deep.equal([[], [], []]);
      });

      it("needs of a tree no node but those that the prover names beforehand", () => {
        const state = makeState(name, someValidators(100));
        const wanted = { fields: [7, 50], balances: [8, 9, 50, 99] };
        const needed = new Set(listNeededNodes(name, 100, wanted));
        const read = new Set<bigint>();
        proveState(
          (gindex) => {
            read.add(gindex);
            return state.tree(gindex);
          },
          name,
          wanted,
        );
        expect([...read].sort()).to.deep.equal([...needed].sort());
      });

      it("sorts what the prover is asked for, and refuses an index that the state does not have", () => {
        const state = makeState(name, someValidators(10));
        const { proof } = prove(state, { fields: [9, 2, 9], balances: [5] });
        expect(proof.fieldIndices).to.equal("0x00000000020000000009");
        for (const index of [10, -1, 0.5]) {
          expect(() => prove(state, { fields: [], balances: [index] })).to.throw(
            `the state has 10 validators, and none with the index ${index}`,
          );
        }
      });

      it("measures gas with lists that Lodestar makes the same", () => {
        const measured = bigState(name, 2_000_000);
        const usual = pick(someValidators(1), 0);
        const huge = hugeState(name, 2_000_000, usual, new Map());
        expect(toHex(measured(layout.balances))).to.equal(toHex(huge.tree(layout.balances)));
        const shape = (tree: typeof measured) => proveState(tree, name, { fields: [5, 1_999_999], balances: [] }).proof;
        expect(shape(measured).fieldNodes.length).to.equal(shape(huge.tree).fieldNodes.length);
      });
    });
  }

  it("has the root of a validator, of its key, and of a header as Lodestar has them", async () => {
    for (const validator of someValidators(8)) {
      const value = validatorValue(validator);
      expect(await contract.calcValidatorRoot(CREDENTIALS, fieldsOf(validator))).to.equal(
        hexlify(ssz.phase0.Validator.hashTreeRoot(value)),
      );
      expect(await contract.calcPubkeyRoot(value.pubkey)).to.equal(hexlify(ssz.BLSPubkey.hashTreeRoot(value.pubkey)));
    }
    const header = {
      slot: 12_345_678_901,
      proposerIndex: 77,
      parentRoot: sha256("0x01"),
      stateRoot: sha256("0x02"),
      bodyRoot: sha256("0x03"),
    };
    await contract.checkHeader(rootOfHeader(header), header);
    for (const change of [
      { slot: 1 },
      { proposerIndex: 1 },
      { parentRoot: sha256("0x") },
      { bodyRoot: sha256("0x") },
    ]) {
      const wrong = { ...header, ...change };
      await expect(contract.checkHeader(rootOfHeader(header), wrong))
        .to.be.revertedWithCustomError(contract, "BlockRootMismatch")
        .withArgs(rootOfHeader(wrong), rootOfHeader(header));
    }
  });

  it("refuses a key of another length", async () => {
    await expect(contract.calcPubkeyRoot(`${somePubkey(1)}00`))
      .to.be.revertedWithCustomError(contract, "PubkeyLengthMismatch")
      .withArgs(49n, 48n);
  });
});
