import { expect } from "chai";
import { AbiCoder, concat, dataSlice, hexlify, toBeHex, zeroPadValue } from "ethers";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { LAYOUTS, type Layout, type LayoutName } from "../../src/staking/layouts.js";
import { readNumber, toHex } from "../../src/staking/leaves.js";
import { packIndices, type ProvenState, type StateProof } from "../../src/staking/proveState.js";
import {
  CREDENTIALS,
  deployProofs,
  LAYOUT_NAMES,
  makeState,
  other,
  prove,
  show,
  someValidators,
  type KnownState,
} from "../helpers/consensus/proofs.js";
import type { BeaconProofsMock } from "../../types/index.js";

const ZERO = zeroPadValue("0x", 32);

/** A proof of nothing: the two lists by roots that somebody made up. */
const ROOTS_ONLY = {
  fieldIndices: "0x",
  fields: [],
  fieldNodes: [`0x${"11".repeat(32)}`],
  balanceIndices: "0x",
  balanceChunks: [],
  balanceNodes: [`0x${"22".repeat(32)}`],
};

/** The ancestors of a node, itself first. */
function ancestors(gindex: bigint): bigint[] {
  return gindex === 0n ? [] : [gindex, ...ancestors(gindex / 2n)];
}

describe("attacks on proofs of the beacon chain's state", () => {
  let connection: NetworkConnection;
  let contract: BeaconProofsMock;

  before(async () => {
    connection = await hre.network.create();
    contract = await deployProofs(connection);
  });

  /** What the contract says of a proof that was tampered with. */
  const attempt = (state: KnownState, { proof }: ProvenState, change: Partial<StateProof>) =>
    contract.checkState(state.root, CREDENTIALS, { ...proof, ...change });

  const refused = (attempted: Promise<unknown>, error: string) =>
    expect(attempted).to.be.revertedWithCustomError(contract, error);

  for (const name of LAYOUT_NAMES) {
    describe(`under the layout of ${name}`, () => {
      let state: KnownState;
      /** Validators 5, 6 and 9 of ten. */
      let proven: ProvenState;

      before(() => {
        state = makeState(name, someValidators(10));
        proven = prove(state, { fields: [5, 6, 9], balances: [5, 6, 9] });
      });

      it("refuses an index that the state does not have, at the zero behind the last balance too", async () => {
        for (const balanceIndices of [packIndices([5, 6, 10]), "0xffffffffff"]) {
          const wanted = balanceIndices.length === 12 ? 2n ** 40n - 1n : 10n;
          await expect(attempt(state, proven, { balanceIndices }))
            .to.be.revertedWithCustomError(contract, "IndexOutOfRange")
            .withArgs(wanted, 10n);
        }
        await refused(attempt(state, proven, { fieldIndices: packIndices([5, 6, 10]) }), "IndexOutOfRange");
      });

      it("refuses a length that is not the state's, and one above 2^40", async () => {
        // Ten validators have three leaves of balances, twelve have three as well: only the length tells them apart.
        for (const length of [11n, 12n, 16n, 2n ** 40n]) {
          await expect(attempt(state, proven, { length })).to.revert(connection.ethers);
        }
        const onlyBalances = prove(state, { fields: [], balances: [5, 6, 9] });
        const zeroBalance = { length: 12n, balanceIndices: packIndices([5, 6, 10]) };
        await refused(attempt(state, onlyBalances, zeroBalance), "StateRootMismatch");
        await expect(attempt(state, proven, { length: 2n ** 40n + 1n }))
          .to.be.revertedWithCustomError(contract, "LengthOutOfRange")
          .withArgs(2n ** 40n + 1n, 2n ** 40n);
      });

      it("refuses an index of more or less than five bytes", async () => {
        const fieldIndices = `${proven.proof.fieldIndices}00`;
        await expect(attempt(state, proven, { fieldIndices }))
          .to.be.revertedWithCustomError(contract, "IndicesMisaligned")
          .withArgs(16n, 5n);
        const balanceIndices = concat(["0x01", packIndices([5]), packIndices([6])]);
        await refused(attempt(state, proven, { balanceIndices }), "IndicesMisaligned");
      });

      it("refuses indices that repeat or fall", async () => {
        for (const [indices, actual, previous] of [
          [[5, 5, 9], 5n, 5n],
          [[5, 9, 6], 6n, 9n],
          [[9, 0, 1], 0n, 9n],
        ] as const) {
          for (const field of ["fieldIndices", "balanceIndices"] as const) {
            await expect(attempt(state, proven, { [field]: packIndices(indices) }))
              .to.be.revertedWithCustomError(contract, "IndexNotAscending")
              .withArgs(actual, previous);
          }
        }
      });

      it("reads the balance that belongs to the index, whichever lane of the leaf is wanted", async () => {
        // 4 and 7 lie in the same leaves: a proof for them is true, and tells their balances.
        const [, , balances] = await attempt(state, proven, { balanceIndices: packIndices([4, 7, 8]) });
        expect(balances).to.deep.equal([4, 7, 8].map((index) => state.validators[index]?.balance));
        // 3 does not.
        await refused(attempt(state, proven, { balanceIndices: packIndices([3, 5, 9]) }), "ChunkCountMismatch");
      });

      it("refuses lanes that were swapped, and balances of the wrong endianness", async () => {
        const [first = "", second = ""] = proven.proof.balanceChunks;
        const lanes = [0, 1, 2, 3].map((lane) => dataSlice(first, 8 * lane, 8 * lane + 8));
        const [a = "", b = "", c = "", d = ""] = lanes;
        const bigEndian = lanes.map((lane) =>
          toBeHex(readNumber(Buffer.from(lane.slice(2).padEnd(64, "0"), "hex")), 8),
        );
        for (const chunk of [concat([b, a, c, d]), concat([d, c, b, a]), concat(bigEndian)]) {
          if (chunk === first) throw new Error("not an attack");
          await refused(attempt(state, proven, { balanceChunks: [chunk, second] }), "StateRootMismatch");
        }
        await refused(attempt(state, proven, { balanceChunks: [second, first] }), "StateRootMismatch");
      });

      it("refuses fields of another validator, and each field changed", async () => {
        const [five, six, nine] = proven.proof.fields;
        if (five === undefined || six === undefined || nine === undefined) throw new Error("no fields");
        await refused(attempt(state, proven, { fields: [six, five, nine] }), "StateRootMismatch");
        for (const change of [
          { slashed: !five.slashed },
          { effectiveBalance: five.effectiveBalance + 1n },
          { activationEligibilityEpoch: 0n },
          { activationEpoch: 0n },
          { exitEpoch: 0n },
          { withdrawableEpoch: 0n },
          { pubkeyRoot: six.pubkeyRoot },
        ]) {
          await refused(attempt(state, proven, { fields: [{ ...five, ...change }, six, nine] }), "StateRootMismatch");
        }
      });

      it("refuses other credentials than the validators'", async () => {
        for (const owner of [CREDENTIALS.replace("0x02", "0x01"), CREDENTIALS.replace(/c0$/, "c1"), ZERO]) {
          await refused(show(contract, state, proven, owner), "StateRootMismatch");
        }
      });

      it("refuses more or fewer fields and leaves than indices", async () => {
        const { fields, balanceChunks } = proven.proof;
        await expect(attempt(state, proven, { fields: fields.slice(1) }))
          .to.be.revertedWithCustomError(contract, "FieldCountMismatch")
          .withArgs(2n, 3n);
        await refused(attempt(state, proven, { fields: [...fields, ...fields.slice(2)] }), "FieldCountMismatch");
        await refused(attempt(state, proven, { fields: [], fieldIndices: "0x" }), "NodeCountMismatch");
        await expect(attempt(state, proven, { balanceChunks: balanceChunks.slice(1) }))
          .to.be.revertedWithCustomError(contract, "ChunkCountMismatch")
          .withArgs(1n, 2n);
        await expect(attempt(state, proven, { balanceChunks: [...balanceChunks, ZERO] }))
          .to.be.revertedWithCustomError(contract, "ChunkCountMismatch")
          .withArgs(3n, 2n);
      });

      it("refuses a proof that was cut short, and one that was made longer", async () => {
        for (const list of ["fieldNodes", "balanceNodes"] as const) {
          const nodes = proven.proof[list];
          const count = BigInt(nodes.length);
          for (const change of [nodes.slice(0, -1), nodes.slice(1), [...nodes, ZERO], [ZERO, ...nodes], []]) {
            await expect(attempt(state, proven, { [list]: change }))
              .to.be.revertedWithCustomError(contract, "NodeCountMismatch")
              .withArgs(BigInt(change.length), count);
          }
        }
      });

      it("refuses a proof whose nodes stand in calldata but outside their array", async () => {
        // The nodes of balances come last: one less in the array's length leaves the last node where it is read.
        const { balanceNodes } = proven.proof;
        const data = contract.interface.encodeFunctionData("checkState", [state.root, CREDENTIALS, proven.proof]);
        const lengthAt = data.length - 64 * (balanceNodes.length + 1);
        const count = data.slice(lengthAt, lengthAt + 64);
        expect(BigInt(`0x${count}`)).to.equal(BigInt(balanceNodes.length));
        const shorter = toBeHex(balanceNodes.length - 1, 32).slice(2);
        const call = (changed: string) => connection.ethers.provider.call({ to: contract, data: changed });
        await call(data);
        await expect(call(data.slice(0, lengthAt) + shorter + data.slice(lengthAt + 64)))
          .to.be.revertedWithCustomError(contract, "NodeCountMismatch")
          .withArgs(BigInt(balanceNodes.length - 1), BigInt(balanceNodes.length));
      });

      it("refuses numbers that do not fit their type", async () => {
        const data = contract.interface.encodeFunctionData("checkState", [state.root, CREDENTIALS, proven.proof]);
        const [five] = proven.proof.fields;
        if (five === undefined) throw new Error("no fields");
        for (const value of [five.effectiveBalance, five.activationEpoch, five.exitEpoch]) {
          const word = AbiCoder.defaultAbiCoder().encode(["uint64"], [value]).slice(2);
          const place = data.indexOf(word, data.indexOf(five.pubkeyRoot.slice(2)));
          const dirty = `${data.slice(0, place)}01${data.slice(place + 2)}`;
          await expect(connection.ethers.provider.call({ to: contract, data: dirty })).to.revert(connection.ethers);
        }
      });

      it("refuses each other list of the state in place of validators and of balances", async () => {
        const layout: Layout = LAYOUTS[name];
        const onlyBalances = prove(state, { fields: [], balances: [5, 6, 9] });
        const onlyFields = prove(state, { fields: [5, 6, 9], balances: [] });
        const [validatorsRoot, balancesRoot] = [layout.validators, layout.balances].map((node) =>
          toHex(state.tree(node)),
        );
        if (validatorsRoot === undefined || balancesRoot === undefined) throw new Error("no roots");
        await refused(attempt(state, onlyBalances, { fieldNodes: [balancesRoot] }), "StateRootMismatch");
        await refused(attempt(state, onlyFields, { balanceNodes: [validatorsRoot] }), "StateRootMismatch");
      });

      it("refuses a proof of one state under the root of another", async () => {
        const next = makeState(name, someValidators(10, 1));
        await refused(show(contract, next, proven), "StateRootMismatch");
      });

      it("refuses a block's root, or a slot, in place of a state's root", async () => {
        const slot = hexlify(new Uint8Array(32).fill(7, 0, 8));
        for (const root of [slot, ZERO, toHex(state.tree(2n)), toHex(state.tree(3n))]) {
          await refused(show(contract, { ...state, root }, proven), "StateRootMismatch");
        }
      });

      it("[BEA-2] refuses the other layout, whatever nodes are brought", async () => {
        const layout = LAYOUTS[other(name)].id;
        await expect(attempt(state, proven, { layout })).to.revert(connection.ethers);
        // The nodes that stand where the other layout looks for them, as far as there are any.
        const stranger: LayoutName = other(name);
        const nodes = LAYOUTS[stranger].besides.map((node) => {
          try {
            return toHex(state.tree(node));
          } catch {
            return ZERO;
          }
        });
        await expect(attempt(state, proven, { layout, stateNodes: nodes })).to.revert(connection.ethers);
        const rootsOnly = { layout, stateNodes: nodes, ...ROOTS_ONLY };
        await refused(attempt(state, proven, rootsOnly), "StateRootMismatch");
        await expect(attempt(state, proven, { layout: 2n })).to.revert(connection.ethers);
      });
    });
  }

  it("[BEA-2] leads the way of each layout through a leaf of eight bytes of the other's state", () => {
    for (const [name, leaf] of [
      ["electra", 4n],
      ["gloas", 89n],
    ] as const) {
      const state = makeState(other(name), someValidators(10));
      const { validators, balances } = LAYOUTS[name];
      // Every way from either list passes the node.
      expect(ancestors(validators)).to.include(leaf);
      expect(ancestors(balances)).to.include(leaf);
      // In the other's state the node is a number: nothing hashes to it. It has no children.
      const bytes = state.tree(leaf);
      expect(toHex(bytes.slice(8)), name).to.equal(`0x${"00".repeat(24)}`);
      expect(readNumber(bytes), name).to.be.greaterThan(0n);
      expect(() => state.tree(2n * leaf)).to.throw();
    }
  });
});
