import { expect } from "chai";
import fc from "fast-check";
import { getAddress, hexlify, id, ZeroAddress, ZeroHash } from "ethers";
import { artifacts, network } from "hardhat";

import { traceDifference, type Change } from "../../../../src/power/storage/difference.js";
import { readStorage } from "../../../../src/power/storage/readStorage.js";
import type { StorageLayout } from "../../../../src/power/storage/types.js";
import { Snapshot } from "../../../../src/rehearsal/snapshot.js";
import { isDeep } from "../../../helpers/testProfile.js";
import { FIXED_KEY, writeAll, WRITES, type Shelf, type Write } from "./shelves.js";

const NAME = "contracts/mocks/ShelvesMock.sol:ShelvesMock";
const OPTIONS = { seed: 20_261_129, numRuns: isDeep ? 300 : 4, endOnFailure: true, includeErrorInReport: true };

const uint = (bits: bigint) => fc.oneof(fc.bigInt(0n, 3n), fc.bigInt(0n, (1n << bits) - 1n));
const addresses = fc.constantFrom(ZeroAddress, ...[1, 2, 3].map((one) => getAddress(id(`holder ${one}`).slice(0, 42))));
const hashes = fc.constantFrom(ZeroHash, id("one"), id("two"));
const numbers = fc.constantFrom(0n, 1n, 7n, (1n << 256n) - 1n);
const signed = fc.constantFrom(0n, 1n, -1n, -(1n << 23n), (1n << 23n) - 1n);
const colours = fc.bigInt(0n, 2n);
const tags = fc.constantFrom("0x00000000", "0x12345678", "0xff000000", "0x00000001");
const blobs = fc.oneof(
  fc.constantFrom("0x", "0x00", `0x${"ab".repeat(31)}`, `0x${"ab".repeat(32)}`),
  fc.uint8Array({ maxLength: 100 }).map(hexlify),
);
const texts = fc.oneof(
  fc.constantFrom("", "short", "a".repeat(31), "a".repeat(32), "ü", '"]['),
  fc.string({ maxLength: 100 }).filter((text) => !text.startsWith("0x")),
);
const items = fc.record({
  who: addresses,
  weight: uint(96n),
  mark: hashes,
  bits: fc.tuple(uint(8n), uint(8n), uint(8n), uint(8n), uint(8n)),
});
const bools = fc.boolean();
const few = fc.bigInt(0n, 2n);

/** Any write, once it is known what is there. */
type Planned = (shelf: Shelf) => Write;
function plan<Values extends unknown[]>(
  write: (shelf: Shelf, ...values: Values) => Write,
  ...values: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> }
): fc.Arbitrary<Planned> {
  return fc.tuple<Values>(...values).map((drawn) => {
    const told = { [fc.toStringMethod]: () => `${write.name}(${fc.stringify(drawn).slice(1, -1)})` };
    return Object.assign((shelf: Shelf) => write(shelf, ...drawn), told);
  });
}

const writes: fc.Arbitrary<Planned> = fc.oneof(
  plan(WRITES.setHeader, addresses, uint(48n), bools, colours, signed),
  plan(WRITES.setPrice, uint(64n), tags),
  plan(WRITES.setSettings, uint(32n), uint(64n), uint(64n), addresses),
  plan(WRITES.setSettingsPrice, uint(8n), uint(64n)),
  plan(WRITES.setBalance, addresses, uint(256n)),
  plan(WRITES.setAccount, hashes, numbers, uint(128n), uint(64n), bools),
  plan(WRITES.setAllowed, hashes, numbers, addresses, bools),
  plan(WRITES.pushHistory, hashes, numbers, uint(256n)),
  plan(WRITES.popHistory, hashes, numbers),
  plan(WRITES.setNote, hashes, numbers, blobs),
  plan(WRITES.setItem, hashes, numbers, items),
  plan(WRITES.setName, colours, signed, texts),
  plan(WRITES.setByText, texts, uint(256n)),
  plan(WRITES.setByBytes, blobs, addresses),
  plan(WRITES.setByPrice, uint(64n), bools, tags),
  plan(WRITES.setByFixedKey, addresses, bools),
  plan(WRITES.pushBag, addresses, items),
  plan(WRITES.pushSmall, uint(16n)),
  plan(WRITES.setSmall, fc.bigInt(0n, 20n), uint(16n)),
  plan(WRITES.clearSmall),
  plan(WRITES.setFixed, fc.bigInt(0n, 12n), uint(40n)),
  plan(WRITES.setFlag, fc.bigInt(0n, 39n), bools),
  plan(WRITES.pushEntry, items),
  plan(WRITES.popEntry),
  plan(WRITES.setPair, few, fc.bigInt(0n, 1n), items),
  plan(WRITES.pushCell, few, uint(256n)),
  plan(WRITES.setTitle, texts),
  plan(WRITES.setBlob, blobs),
);

/** What a place held, and what it holds. */
type Expected = Record<string, readonly [before: string, after: string]>;

/** The writes that go through, and what they change together. */
function expectOf(planned: readonly Planned[], before: Shelf) {
  const after = new Map(before);
  const first = new Map<string, string>();
  const calls: string[] = [];
  for (const make of planned) {
    const { data, written } = make(after);
    if (written.length === 0) continue; // would revert
    calls.push(data);
    for (const { place, value, empty } of written) {
      if (!first.has(place)) first.set(place, before.get(place) ?? empty);
      after.set(place, value);
    }
  }
  const changed = [...first].filter(([place, old]) => after.get(place) !== old);
  const expected: Expected = Object.fromEntries(changed.map(([place, old]) => [place, [old, after.get(place) ?? ""]]));
  return { calls, after, expected };
}

/** `_accounts[…][…].item.who` without its keys. */
function withoutKeys(place: string, keys: readonly string[]): string {
  return keys.reduce((rest, key) => rest.replace(`[${key}]`, ""), place);
}

function told(changes: readonly Change[]): Expected {
  return Object.fromEntries(
    changes.map((change) => {
      if (change.kind === "unknown") return [`unknown ${change.slot}`, [change.before, change.after]];
      const { place, variable, keys, path, before, after } = change;
      expect(withoutKeys(place, keys)).to.equal(path === undefined ? variable : `${variable}.${path}`);
      return [place, [before, after]];
    }),
  );
}

describe("any write to any variable", () => {
  it("is located exactly, alone and among others, and nothing else is", async () => {
    const { ethers, provider } = await network.create();
    const snapshot = new Snapshot(provider);
    const [sender] = await ethers.getSigners();
    const { [NAME]: layout } = await readStorage(artifacts, [NAME]);
    const from = sender?.address ?? "";
    const shelves = fc.array(fc.array(writes, { minLength: 1, maxLength: 4 }), { minLength: 5, maxLength: 25 });
    let located = 0;
    await fc.assert(
      fc.asyncProperty(shelves, async (rounds) => {
        const to = await (await ethers.deployContract("ShelvesMock")).getAddress();
        const layoutOf = (account: string): StorageLayout | undefined => (account === to ? layout : undefined);
        let shelf: Shelf = new Map();
        for (const planned of rounds) {
          const { calls, after, expected } = expectOf(planned, shelf);
          const data = calls.length === 1 ? (calls[0] ?? "") : writeAll(calls);
          // Nothing is remembered from call to call.
          const difference = await traceDifference(snapshot, { from, to, data }, { layoutOf, keys: [FIXED_KEY] });
          if (!difference.ok) throw new Error(difference.why);
          expect(told(difference.changes)).to.deep.equal(expected);
          expect(difference.balances).to.deep.equal([]);
          expect(difference.nonces).to.deep.equal([]);
          expect(difference.code).to.deep.equal([]);
          located += difference.changes.length;
          const sent = await snapshot.send({ from, to, data });
          expect(sent.ok).to.equal(true);
          shelf = after;
        }
      }),
      OPTIONS,
    );
    expect(located).to.be.greaterThan(OPTIONS.numRuns * 20);
  });
});
