import { expect } from "chai";
import { hexlify } from "ethers";

import { listNeededNodes, proveState } from "../../../src/staking/proveState.js";
import { SszError } from "../../../src/staking/ssz/structs.js";
import { readState, type ReadState } from "../../../src/staking/stream/readState.js";
import type { WantedValidators } from "../../../src/staking/stream/selection.js";
import { STATES, type ForkName } from "../../../src/staking/stream/stateTypes.js";
import { somePubkey } from "../../helpers/consensus/depositData.js";
import { hugeState } from "../../helpers/consensus/hugeState.js";
import { CREDENTIALS, FORKS, LAYOUT_NAMES, makeState, someValidators, treeOf } from "../../helpers/consensus/proofs.js";
import {
  concatBytes,
  deserializeState,
  hugeStateBytes,
  inChunks,
  offsetPlace,
  randomState,
  seeded,
  serializeState,
} from "../../helpers/consensus/stateBytes.js";
import { measureState } from "../../helpers/consensus/measureState.js";
import { newValidator } from "../../helpers/consensus/state.js";
import { eth } from "../../helpers/consensus/world.js";
import { isDeep } from "../../helpers/testProfile.js";
import { rejectionOf } from "../../helpers/rejection.js";

const FORK_NAMES = ["electra", "fulu", "gloas"] as const satisfies readonly ForkName[];
const CHUNK = () => 65_536;

/** How many validators states of random bytes have. */
const LENGTHS: Readonly<Record<ForkName, readonly number[]>> = isDeep
  ? { electra: [0, 1, 22, 2050], fulu: [0, 1, 22, 2050], gloas: [0, 1, 5, 6, 22, 86, 2050] }
  : { electra: [0], fulu: [2050], gloas: [22] };
/** Two states of so many. */
const [FEW, MANY] = [1_000, 16_000];

const read = (fork: ForkName, bytes: Uint8Array, wanted: WantedValidators = {}, next = CHUNK): Promise<ReadState> =>
  readState(fork, inChunks(bytes, next), wanted);

/** What a state of any bytes is refused with. */
async function refusal(fork: ForkName, bytes: Uint8Array): Promise<string> {
  const error = await rejectionOf(read(fork, bytes));
  expect(error).to.be.instanceOf(SszError);
  return error.message;
}

describe("a state that is read as it goes by", () => {
  for (const fork of FORK_NAMES) {
    context(`given any state of ${fork}`, () => {
      for (const length of LENGTHS[fork]) {
        it(`has Lodestar's root and proofs, with ${length} validators and chunks of any size`, async () => {
          const random = seeded(length);
          const lengths = (list: string): number => {
            if (list === "validators" || list === "balances") return length;
            return Math.floor((list === "payloadExpectedWithdrawals" ? 17 : 33) * random());
          };
          const bytes = randomState(fork, lengths, random);
          const node = deserializeState(fork, bytes);
          const any = () => Math.floor(length === 22 ? 3_000 * random() : 200_000 * random());
          const indices = Array.from({ length: Math.min(length, 9) }, () => Math.floor(length * random()));
          const state = await read(fork, bytes, { indices }, any);
          expect(state.root).to.equal(hexlify(node.root));
          expect(state.length).to.equal(length);
          const { layout } = STATES[fork];
          for (const wanted of [
            { fields: indices, balances: indices },
            { fields: indices.slice(0, 1), balances: indices.slice(1, 4) },
            { fields: [], balances: [] },
          ]) {
            expect(proveState(state.tree, layout, wanted)).to.deep.equal(proveState(treeOf(node), layout, wanted));
          }
        });
      }
    });
  }

  for (const layout of LAYOUT_NAMES) {
    const fork = FORKS[layout];

    it(`finds validators by public key, by credentials and by index (${fork})`, async () => {
      const validators = someValidators(300);
      const theirs = `0x02${"00".repeat(11)}${"ab".repeat(20)}`;
      for (const index of [3, 77, 299]) {
        const validator = validators[index];
        if (validator !== undefined) validator.withdrawalCredentials = theirs;
      }
      const { node } = makeState(layout, validators);
      const bytes = serializeState(fork, node);
      if (fork === "fulu") {
        const indicesOf = async (wanted: WantedValidators) =>
          (await read(fork, bytes, wanted)).found.map(({ index }) => index);
        expect(await indicesOf({ pubkeys: [somePubkey(250), somePubkey(8), somePubkey(9999)] })).to.deep.equal([
          8, 250,
        ]);
        expect(await indicesOf({ indices: [5, 300, 1] })).to.deep.equal([1, 5]);
      }
      const { found, tree } = await read(fork, bytes, {
        pubkeys: [somePubkey(0)],
        withdrawalCredentials: [theirs],
        indices: [77],
      });
      expect(found).to.deep.equal([
        { index: 0, pubkey: somePubkey(0), withdrawalCredentials: CREDENTIALS },
        ...[3, 77, 299].map((index) => ({ index, pubkey: somePubkey(index), withdrawalCredentials: theirs })),
      ]);
      const wanted = { fields: [299, 0], balances: [3, 77] };
      expect(proveState(tree, layout, wanted)).to.deep.equal(proveState(treeOf(node), layout, wanted));
      expect(() => proveState(tree, layout, { fields: [200], balances: [] })).to.throw(RangeError, "was not kept");
    });

    it(`keeps no more of a state with many validators than of one with few, but for the levels that its tree has more (${fork})`, async () => {
      const usual = newValidator(somePubkey(1), CREDENTIALS, eth(32));
      const ours = newValidator(somePubkey(2), `0x02${"00".repeat(11)}${"ee".repeat(20)}`, eth(33));
      const base = serializeState(fork, makeState(layout, []).node);
      const counts: number[] = [];
      for (const length of [FEW, MANY]) {
        const places = [0, 1, length / 2, length - 1];
        const named = new Map(places.map((index) => [index, ours]));
        const known = hugeState(layout, length, usual, named);
        let largest = 0;
        async function* chunks(): AsyncGenerator<Uint8Array> {
          await Promise.resolve();
          const at = (index: number) => named.get(index) ?? usual;
          for (const piece of hugeStateBytes(
            fork,
            base,
            length,
            at,
            (index) => named.get(index)?.balance ?? 32_012_345_678n,
          )) {
            largest = Math.max(largest, piece.length);
            yield piece;
          }
        }
        const state = await readState(fork, chunks(), { withdrawalCredentials: [ours.withdrawalCredentials] });
        expect(state.root).to.equal(known.root);
        expect(state.found.map(({ index }) => index)).to.deep.equal(places);
        const wanted = { fields: places, balances: places };
        expect(proveState(state.tree, layout, wanted)).to.deep.equal(proveState(known.tree, layout, wanted));
        expect(state.nodeCount).to.be.at.least(new Set(listNeededNodes(layout, length, wanted)).size);
        counts.push(state.nodeCount);
      }
      const [small = 0, large = 0] = counts;
      // Two nodes a level, for each of four validators in both lists.
      expect(large - small).to.be.within(1, Math.ceil(Math.log2(MANY / FEW)) * 2 * 4 * 2);
    });

    context(`given bytes that are no state of ${fork}`, () => {
      const bytes = serializeState(fork, makeState(layout, someValidators(40)).node);
      const withOffset = (name: string, change: (offset: number) => number): Uint8Array => {
        const changed = bytes.slice();
        const view = new DataView(changed.buffer);
        const place = offsetPlace(fork, name);
        view.setUint32(place, change(view.getUint32(place, true)), true);
        return changed;
      };
      it("refuses nothing at all, and a first part that is cut off", async () => {
        expect(await refusal(fork, new Uint8Array())).to.match(/^in its first part it ends after 0 bytes/);
        expect(await refusal(fork, bytes.subarray(0, 1_000_000))).to.contain(
          "it ends after 1000000 bytes, and at least ",
        );
      });

      it("refuses a state that ends in the middle of a list", async () => {
        const start = new DataView(bytes.buffer).getUint32(offsetPlace(fork, "validators"), true);
        expect(await refusal(fork, bytes.subarray(0, start + 121 * 7 + 5))).to.equal(
          `in validators it ends after ${start + 121 * 7 + 5} bytes, and at least ${121 * 33 - 5} are missing`,
        );
      });

      it("refuses bytes behind its end, and gives another root if they could be one more element", async () => {
        const longer = (count: number): Uint8Array => concatBytes([bytes, new Uint8Array(count)]);
        expect(await refusal(fork, longer(3))).to.match(
          /in \w+ there are \d+ bytes, which are no whole number of elements of /,
        );
        const { root } = await read(fork, bytes);
        expect((await read(fork, longer(layout === "electra" ? 16 : 44))).root).not.to.equal(root);
      });

      it("refuses offsets that leave a gap, overlap or go back", async () => {
        expect(
          await refusal(
            fork,
            withOffset("historicalRoots", (offset) => offset + 1),
          ),
        ).to.match(/the offset of historicalRoots is \d+, and what comes before ends at \d+$/);
        expect(
          await refusal(
            fork,
            withOffset("historicalRoots", () => 0),
          ),
        ).to.contain("the offset of historicalRoots is 0");
        expect(
          await refusal(
            fork,
            withOffset("balances", () => 7),
          ),
        ).to.match(/validators begins at \d+ and ends at 7$/);
        expect(
          await refusal(
            fork,
            withOffset("balances", (offset) => offset - 1),
          ),
        ).to.contain("in validators there are 4839 bytes, which are no whole number of elements of 121 bytes");
      });

      it("refuses another number of balances than of validators", async () => {
        const start = new DataView(bytes.buffer).getUint32(offsetPlace(fork, "previousEpochParticipation"), true);
        const cut = concatBytes([bytes.subarray(0, start - 8), bytes.subarray(start)]);
        const view = new DataView(cut.buffer);
        for (const name of Object.keys(STATES[fork].type.fields)) {
          const place = offsetPlace(fork, name);
          const type = STATES[fork].type.fields as Readonly<Record<string, { readonly kind: string }>>;
          const isVariable = ["list", "struct"].includes(type[name]?.kind ?? "");
          if (isVariable && view.getUint32(place, true) >= start)
            view.setUint32(place, view.getUint32(place, true) - 8, true);
        }
        expect(await refusal(fork, cut)).to.equal("it has 40 validators and 39 balances");
      });

      it("refuses a state of a fork of the other layout", async () => {
        for (const foreign of FORK_NAMES.filter((name) => STATES[name].layout !== layout)) {
          expect(await refusal(foreign, bytes)).to.match(/^the offset of |^in its first part /);
        }
      });
    });
  }

  it("reads no further than it has worked", async () => {
    const bytes = serializeState("fulu", makeState("electra", someValidators(200)).node);
    let [asked, told] = [0, 0];
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for await (const chunk of inChunks(bytes, CHUNK)) {
        // The next chunk is asked for when nothing is left of the one before.
        expect(told).to.equal(asked);
        asked += chunk.length;
        yield chunk;
      }
    }
    await readState("fulu", chunks(), {}, { onProgress: (count) => (told = count) });
    expect(told).to.equal(bytes.length);
  });

  it("asks about its slot before it reads on, and lets the source go", async () => {
    const bytes = serializeState("fulu", makeState("electra", someValidators(100)).node);
    let isReleased = false;
    let most = 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        yield* inChunks(bytes, () => 1000);
      } finally {
        isReleased = true;
      }
    }
    const checkSlot = (slot: number): void => {
      throw new Error(`not slot ${slot}`);
    };
    const reading = readState("fulu", chunks(), {}, { checkSlot, onProgress: (count) => (most = count) });
    expect(String(await rejectionOf(reading))).to.equal("Error: not slot 12345678");
    expect(isReleased).to.be.true;
    expect(most).to.be.lessThan(bytes.length);
  });

  if (isDeep) {
    for (const fork of ["fulu", "gloas"] as const) {
      it(`takes at most 100 MB more for a million validators than for ten thousand (${fork})`, async function () {
        this.timeout(600_000);
        const few = await measureState(fork, 10_000);
        const many = await measureState(fork, 1_000_000);
        expect(many.size).to.be.greaterThan(129_000_000);
        expect(many.memory - few.memory).to.be.lessThan(100 * 2 ** 20);
      });
    }
  }
});
