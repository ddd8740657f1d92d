import { expect } from "chai";
import fc from "fast-check";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import type { StateProof, Wanted } from "../../../src/staking/proveState.js";
import {
  CREDENTIALS,
  deployProofs,
  LAYOUT_NAMES,
  makeState,
  prove,
  show,
  someValidators,
  type KnownState,
} from "../../helpers/consensus/proofs.js";
import { isDeep } from "../../helpers/testProfile.js";
import type { BeaconProofsMock } from "../../../types/index.js";

const RUNS = isDeep ? 1500 : 50;
/** Up to this size states are drawn; each is made once. */
const LARGEST = 400;

/** One thing that is shown to the contract, as bytes: what a bit is flipped in. */
interface Piece {
  readonly bytes: string;
  /** Everything shown, with this piece replaced. */
  readonly put: (bytes: string) => Shown;
}
interface Shown {
  readonly root: string;
  readonly owner: string;
  readonly proof: StateProof;
}

const NUMBERS = [
  "effectiveBalance",
  "activationEligibilityEpoch",
  "activationEpoch",
  "exitEpoch",
  "withdrawableEpoch",
] as const;
const LISTS = ["stateNodes", "fieldNodes", "balanceChunks", "balanceNodes"] as const;

const word = (value: bigint): string => `0x${value.toString(16).padStart(16, "0")}`;

/** Everything that is shown, in pieces. */
function piecesOf(shown: Shown): Piece[] {
  const { proof } = shown;
  const withProof = (change: Partial<StateProof>): Shown => ({ ...shown, proof: { ...proof, ...change } });
  const nodes = LISTS.flatMap((list) =>
    proof[list].map((bytes, place) => ({
      bytes,
      put: (other: string) => withProof({ [list]: proof[list].with(place, other) }),
    })),
  );
  const fields = proof.fields.flatMap((field, place) => {
    const put = (change: Partial<typeof field>) =>
      withProof({ fields: proof.fields.with(place, { ...field, ...change }) });
    return [
      { bytes: field.pubkeyRoot, put: (pubkeyRoot: string) => put({ pubkeyRoot }) },
      { bytes: "0x01", put: () => put({ slashed: !field.slashed }) },
      ...NUMBERS.map((name) => ({ bytes: word(field[name]), put: (bytes: string) => put({ [name]: BigInt(bytes) }) })),
    ];
  });
  // Balances of one leaf may be asked for by each of its indices: another one is another question.
  const isAnswered = proof.balanceIndices === "0x";
  return [
    { bytes: shown.root, put: (root) => ({ ...shown, root }) },
    ...(proof.fields.length === 0 ? [] : [{ bytes: shown.owner, put: (owner: string) => ({ ...shown, owner }) }]),
    ...(proof.fields.length === 0 && isAnswered
      ? []
      : [{ bytes: word(proof.length), put: (bytes: string) => withProof({ length: BigInt(bytes) }) }]),
    { bytes: "0x01", put: () => withProof({ layout: 1n - proof.layout }) },
    ...(proof.fields.length === 0
      ? []
      : [{ bytes: proof.fieldIndices, put: (fieldIndices: string) => withProof({ fieldIndices }) }]),
    ...nodes,
    ...fields,
  ];
}

function flip(bytes: string, bit: number): string {
  const place = 2 + 2 * Math.floor(bit / 8);
  const changed = parseInt(bytes.slice(place, place + 2), 16) ^ (1 << (bit % 8));
  return bytes.slice(0, place) + changed.toString(16).padStart(2, "0") + bytes.slice(place + 2);
}

describe("BeaconProofs, at random", function () {
  this.timeout(isDeep ? 600_000 : 60_000);

  let connection: NetworkConnection;
  let contract: BeaconProofsMock;
  const states = new Map<string, KnownState>();

  before(async () => {
    connection = await hre.network.create();
    contract = await deployProofs(connection);
  });

  const stateOf = (layout: (typeof LAYOUT_NAMES)[number], count: number): KnownState => {
    const key = `${layout} ${count}`;
    const state = states.get(key) ?? makeState(layout, someValidators(count, count));
    states.set(key, state);
    return state;
  };

  const drawn = fc
    .record({
      layout: fc.constantFrom(...LAYOUT_NAMES),
      // Many draws of few sizes: making a state takes longer than showing a proof.
      count: fc.oneof(
        fc.constantFrom(1, 4, 5, 21, 86),
        fc.integer({ min: 1, max: LARGEST }).map((size) => size - (size % 37) + 1),
      ),
    })
    .chain(({ layout, count }) => {
      const some = fc.uniqueArray(fc.nat({ max: count - 1 }), { maxLength: 40 });
      return fc.record({ layout: fc.constant(layout), count: fc.constant(count), fields: some, balances: some });
    });

  it("[BEA-1] accepts every proof of any validators, and tells what the state says", async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ layout, count, ...wanted }) => {
        const state = stateOf(layout, count);
        const [fields, balanceIndices, balances] = await show(contract, state, prove(state, wanted));
        const ascending = (indices: readonly number[]) => [...indices].sort((a, b) => a - b);
        expect(fields).to.deep.equal(ascending(wanted.fields).map(BigInt));
        expect(balanceIndices).to.deep.equal(ascending(wanted.balances).map(BigInt));
        expect(balances).to.deep.equal(ascending(wanted.balances).map((index) => state.validators[index]?.balance));
      }),
      { numRuns: RUNS },
    );
  });

  it("[BEA-1] refuses every proof of which one bit is flipped", async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.nat(), fc.nat(), async ({ layout, count, ...wanted }, at, bit) => {
        await refuseFlipped(stateOf(layout, count), wanted, at, bit);
      }),
      { numRuns: 2 * RUNS },
    );
  });

  async function refuseFlipped(state: KnownState, wanted: Wanted, at: number, bit: number): Promise<void> {
    const pieces = piecesOf({ root: state.root, owner: CREDENTIALS, proof: prove(state, wanted).proof });
    const piece = pieces[at % pieces.length];
    if (piece === undefined) throw new Error("nothing to flip");
    const { root, owner, proof } = piece.put(flip(piece.bytes, bit % (4 * (piece.bytes.length - 2))));
    await expect(contract.checkState(root, owner, proof)).to.revert(connection.ethers);
  }

  it("[BEA-1] refuses a small proof of which any bit is flipped, one after the other", async () => {
    for (const layout of LAYOUT_NAMES) {
      const state = stateOf(layout, 5);
      const wanted = { fields: [4], balances: [1] };
      const pieces = piecesOf({ root: state.root, owner: CREDENTIALS, proof: prove(state, wanted).proof });
      for (const [at, { bytes }] of pieces.entries()) {
        const bits = 4 * (bytes.length - 2);
        for (let bit = at % 61; bit < bits; bit += isDeep ? 3 : 61) await refuseFlipped(state, wanted, at, bit);
      }
    }
  });
});
