import { Tree } from "@chainsafe/persistent-merkle-tree";
import { ssz } from "@lodestar/types";
import { expect } from "chai";
import { concat, hexlify, sha256, zeroPadValue } from "ethers";

import { validatorValue } from "../helpers/consensus/ssz.js";
import { enlist, newChain } from "../helpers/consensus/world.js";

const ZERO = zeroPadValue("0x", 32);
const pair = (left: string, right: string): string => sha256(concat([left, right]));

/** `merkleize` of the specification. */
function merkleize(chunks: readonly string[], limit: number): string {
  if (limit === 1) return chunks[0] ?? ZERO;
  const half = limit / 2;
  return pair(merkleize(chunks.slice(0, half), half), merkleize(chunks.slice(half), half));
}

/** `merkleize_progressive` of EIP-7916. */
function merkleizeProgressive(chunks: readonly string[], leaves = 1): string {
  if (chunks.length === 0) return ZERO;
  return pair(merkleize(chunks.slice(0, leaves), leaves), merkleizeProgressive(chunks.slice(leaves), leaves * 4));
}

/** A number as a leaf of its own. */
const leafOf = (value: number): string => hexlify(ssz.UintNum64.hashTreeRoot(value));

/** Four numbers in one leaf. */
const packed = (values: readonly number[]): string =>
  hexlify(concat(values.map((value) => leafOf(value).slice(0, 18))));

describe("SSZ by Lodestar's types", () => {
  it("has the root of a progressive list as EIP-7916 defines it", () => {
    for (const size of [0, 1, 2, 5, 6, 21, 22, 85, 86, 341, 342]) {
      const values = Array.from({ length: 4 * size }, (_, index) => index + 1);
      const chunks = Array.from({ length: size }, (_, chunk) => packed(values.slice(4 * chunk, 4 * chunk + 4)));
      const expected = pair(merkleizeProgressive(chunks), leafOf(4 * size));
      expect(hexlify(ssz.gloas.Balances.hashTreeRoot(values)), `${size} chunks`).to.equal(expected);
    }
  });

  it("has the root of a progressive bit list that EIP-7916's reference implementation is tested with", () => {
    // remerkleable's test_impl.py, "progressiveBitlist TTFTFTFF": h(h(chunk("2b"), chunk("")), chunk("08"))
    const bits = ssz.gloas.AggregationBits.deserialize(Uint8Array.of(0x2b, 0x01));
    const chunk = (start: string): string => start.padEnd(66, "0");
    const expected = pair(pair(chunk("0x2b"), ZERO), chunk("0x08"));
    expect(hexlify(ssz.gloas.AggregationBits.hashTreeRoot(bits))).to.equal(expected);
  });

  const places = {
    fulu: { validators: 75n, balances: 76n, types: ssz.phase0 },
    gloas: { validators: 358n, balances: 359n, types: ssz.gloas },
  } as const;
  for (const fork of ["fulu", "gloas"] as const) {
    it(`finds validators and balances in the model's state where the specification puts them (${fork})`, () => {
      const { validators, balances, types } = places[fork];
      const chain = newChain({ fork });
      enlist(chain, [1, 2, 3]);
      const block = chain.addBlock();
      const tree = new Tree(block.state);
      const records = chain.state.validators;
      expect(hexlify(tree.getRoot(validators))).to.equal(
        hexlify(types.Validators.hashTreeRoot(records.map(validatorValue))),
      );
      expect(hexlify(tree.getRoot(balances))).to.equal(
        hexlify(types.Balances.hashTreeRoot(records.map(({ balance }) => Number(balance)))),
      );
      expect(hexlify(tree.getRoot(2n * balances + 1n)), "length").to.equal(leafOf(3));
      expect(block.header.stateRoot).to.equal(hexlify(tree.root));
    });
  }

  it("hashes a block's header to what its child names as its parent", () => {
    const chain = newChain();
    const { header, root } = chain.addBlock(7);
    const leaves = [
      leafOf(header.slot),
      leafOf(header.proposerIndex),
      header.parentRoot,
      header.stateRoot,
      header.bodyRoot,
    ];
    expect(root).to.equal(merkleize(leaves, 8));
    expect(chain.addBlock(9).header.parentRoot).to.equal(root);
  });
});
