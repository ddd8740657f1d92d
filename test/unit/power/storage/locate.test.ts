import { expect } from "chai";
import { getAddress, id, keccak256, toBeHex, toQuantity, ZeroHash } from "ethers";

import { addContents, addEntries, constantsIn } from "../../../../src/power/storage/constantHashes.js";
import { locate } from "../../../../src/power/storage/locate.js";
import { contentsPreimage, entryPreimage, Preimages } from "../../../../src/power/storage/preimages.js";
import { formOf, type StorageLayout, type StorageType, type Variable } from "../../../../src/power/storage/types.js";
import { namespaceSlot, WELL_KNOWN } from "../../../../src/power/storage/wellKnown.js";

const word = (value: bigint | string): string => toBeHex(BigInt(value), 32);
const value = (label: string, bytes: number): StorageType => ({ kind: "value", label, bytes, form: formOf(label) });
const mapping = (key: StorageType, held: StorageType): StorageType => ({
  kind: "mapping",
  label: "a mapping",
  key,
  value: held,
});
const list = (element: StorageType, length?: bigint): StorageType => ({
  kind: "array",
  label: "an array",
  element,
  length,
});

const ADDRESS = value("address", 20);
const UINT256 = value("uint256", 32);
const UINT128 = value("uint128", 16);
const BYTES4 = value("bytes4", 4);
const INT8 = value("int8", 1);
const TEXT: StorageType = { kind: "text", label: "string" };
const PAIR: StorageType = {
  kind: "struct",
  label: "struct Pair",
  slots: 2n,
  members: [
    { name: "low", slot: 0n, offset: 0, type: UINT128 },
    { name: "high", slot: 0n, offset: 16, type: UINT128 },
    { name: "whole", slot: 1n, offset: 0, type: UINT256 },
  ],
};
const HOLDER = getAddress(id("a holder").slice(0, 42));

const layoutOf = (...variables: readonly Variable[]): StorageLayout => [{ slot: 0n, variables }];
const alone = (type: StorageType): StorageLayout => layoutOf({ name: "it", slot: 0n, offset: 0, type });

/** Every change, as `place: before → after`. */
function told(
  layout: StorageLayout,
  slot: bigint,
  after: bigint | string,
  preimages = new Preimages(),
  before: bigint | string = 0n,
): string[] {
  const changes = locate({ slot: word(slot), before: word(before), after: word(after) }, layout, preimages);
  return changes.map((change) =>
    change.kind === "unknown"
      ? `unknown ${toQuantity(BigInt(change.slot))}`
      : `${change.place}: ${change.before} → ${change.after}`,
  );
}

describe("a changed slot", () => {
  const packed = layoutOf(
    { name: "owner", slot: 3n, offset: 0, type: ADDRESS },
    { name: "tag", slot: 3n, offset: 20, type: BYTES4 },
    { name: "sign", slot: 3n, offset: 24, type: INT8 },
  );

  it("is told by those fields whose bytes differ", () => {
    const before = BigInt(HOLDER) | (0xff_12345678n << 160n);
    expect(told(packed, 3n, BigInt(HOLDER) | (0x01_12345678n << 160n), undefined, before)).to.deep.equal([
      "sign: -1 → 1",
    ]);
    expect(told(packed, 3n, 0xff_12345678n << 160n, undefined, before)).to.deep.equal([
      `owner: ${HOLDER} → 0x0000000000000000000000000000000000000000`,
    ]);
    expect(told(packed, 3n, 0n, undefined, before)).to.deep.equal([
      `owner: ${HOLDER} → 0x0000000000000000000000000000000000000000`,
      "tag: 0x12345678 → 0x00000000",
      "sign: -1 → 0",
    ]);
  });

  it("is unknown as far as nobody takes its bytes", () => {
    expect(told(packed, 3n, (1n << 248n) | (1n << 192n))).to.deep.equal(["sign: 0 → 1", "unknown 0x3"]);
    expect(told(packed, 2n, 1n)).to.deep.equal(["unknown 0x2"]);
    expect(told(packed, 4n, 1n)).to.deep.equal(["unknown 0x4"]);
  });

  it("is unknown where a mapping begins: nothing is kept there", () => {
    expect(told(alone(mapping(ADDRESS, UINT256)), 0n, 5n)).to.deep.equal(["unknown 0x0"]);
  });

  it("is told whole if it is unknown", () => {
    const changed = { slot: word(9n), before: word(1n), after: word(2n) };
    expect(locate(changed, packed, new Preimages())).to.deep.equal([{ kind: "unknown", ...changed }]);
  });

  it("is found by what was hashed, through mappings, structs and arrays", () => {
    const preimages = new Preimages();
    const outer = preimages.add(entryPreimage(word(HOLDER), 0n));
    const list2 = preimages.add(entryPreimage(word(7n), outer));
    const elements = preimages.add(contentsPreimage(list2));
    const layout = alone(mapping(ADDRESS, mapping(UINT256, list(PAIR))));
    expect(told(layout, elements + 2n * 5n, 3n << 128n, preimages)).to.deep.equal([`it[${HOLDER}][7][5].high: 0 → 3`]);
    expect(told(layout, list2, 6n, preimages)).to.deep.equal([`it[${HOLDER}][7].length: 0 → 6`]);
    const [change] = locate({ slot: word(elements + 11n), before: ZeroHash, after: word(1n) }, layout, preimages);
    expect(change?.kind === "located" && [change.variable, change.keys, change.path]).to.deep.equal([
      "it",
      [HOLDER, "7", "5"],
      "whole",
    ]);
  });

  it("is unknown without what was hashed, or behind the end of it", () => {
    const layout = alone(mapping(UINT256, PAIR));
    const preimages = new Preimages();
    expect(told(layout, BigInt(keccak256(entryPreimage(word(1n), 0n))), 1n, preimages)).to.have.length(1);
    const entry = preimages.add(entryPreimage(word(1n), 0n));
    expect(told(layout, entry, 1n, preimages)).to.deep.equal(["it[1].low: 0 → 1"]);
    expect(told(layout, entry + 2n, 1n, preimages)).to.deep.equal([`unknown ${toQuantity(entry + 2n)}`]);
    expect(told(layout, entry - 1n, 1n, preimages)).to.deep.equal([`unknown ${toQuantity(entry - 1n)}`]);
  });

  it("is unknown if what was hashed is no key of this mapping", () => {
    const preimages = new Preimages();
    const unclean = preimages.add(entryPreimage(word((1n << 200n) | BigInt(HOLDER)), 0n));
    const short = preimages.add(entryPreimage("0x1234", 0n));
    for (const slot of [unclean, short]) {
      expect(told(alone(mapping(ADDRESS, UINT256)), slot, 1n, preimages)).to.deep.equal([
        `unknown ${toQuantity(slot)}`,
      ]);
    }
    const keyed = preimages.add(entryPreimage(word(1n), 0n));
    expect(told(alone(list(UINT256)), keyed, 1n, preimages)).to.deep.equal([`unknown ${toQuantity(keyed)}`]);
    expect(told(alone(UINT256), keyed, 1n, preimages)).to.deep.equal([`unknown ${toQuantity(keyed)}`]);
    const contents = preimages.add(contentsPreimage(0n));
    expect(told(alone(list(UINT256)), contents, 1n, preimages)).to.deep.equal(["it[0]: 0 → 1"]);
    expect(told(alone(mapping(ADDRESS, UINT256)), contents, 1n, preimages)[0]).to.match(/^unknown/);
  });

  it("does not run in circles after things that were hashed for other reasons", () => {
    const preimages = new Preimages();
    const first = preimages.add(entryPreimage(word(1n), (1n << 256n) - 1n));
    preimages.add("0x1234");
    expect(told(alone(UINT256), first, 1n, preimages)).to.deep.equal([`unknown ${toQuantity(first)}`]);
    expect(told(alone(UINT256), (1n << 256n) - 1n, 1n, preimages)).to.have.length(1);
  });

  it("is told by key: signed, of bytes, of a type whose base nobody tells, and texts", () => {
    const opaque: StorageType = { kind: "value", label: "Price", bytes: 8, form: "opaque" };
    const keyed = (key: StorageType, preimage: string) => {
      const preimages = new Preimages();
      return told(alone(mapping(key, UINT256)), preimages.add(preimage), 1n, preimages)[0]?.split(": ")[0];
    };
    expect(keyed(INT8, entryPreimage(toBeHex((1n << 256n) - 3n), 0n))).to.equal("it[-3]");
    expect(keyed(BYTES4, entryPreimage(word(0x12345678n << 224n), 0n))).to.equal("it[0x12345678]");
    expect(keyed(value("bool", 1), entryPreimage(word(1n), 0n))).to.equal("it[true]");
    expect(keyed(opaque, entryPreimage(word(5n), 0n))).to.equal("it[0x0000000000000005]");
    expect(keyed(opaque, entryPreimage(word(5n << 192n), 0n))).to.equal("it[0x0000000000000005]");
    expect(keyed(TEXT, entryPreimage("0x68656c6c6f", 0n))).to.equal('it["hello"]');
    expect(keyed(TEXT, entryPreimage("0xff", 0n))).to.equal("it[0xff]");
    expect(keyed(TEXT, entryPreimage("0x", 0n))).to.equal('it[""]');
    expect(keyed({ kind: "text", label: "bytes" }, entryPreimage("0x68656c6c6f", 0n))).to.equal("it[0x68656c6c6f]");
  });

  it("of a text tells it if it is short, its length otherwise, and the words that it is kept in", () => {
    const short = (BigInt("0x68656c6c6f") << 216n) | 10n;
    expect(told(alone(TEXT), 0n, short)).to.deep.equal(['it: "" → "hello"']);
    expect(told(alone(TEXT), 0n, 2n * 40n + 1n, undefined, short)).to.deep.equal(['it: "hello" → 40 bytes']);
    expect(told(alone(TEXT), 0n, 0xfen)).to.deep.equal([`it: "" → ${word(0xfen)}`]); // no text looks like that
    const preimages = new Preimages();
    addContents(alone(TEXT), preimages);
    const contents = BigInt(keccak256(contentsPreimage(0n)));
    expect(told(alone(TEXT), contents + 1n, 1n, preimages)).to.deep.equal([`it.data[1]: ${ZeroHash} → ${word(1n)}`]);
  });

  it("of an array names the positions that differ, none beyond a fixed length", () => {
    const flags = alone(list(value("bool", 1), 40n));
    expect(told(flags, 0n, 0x0100_01n)).to.deep.equal(["it[0]: false → true", "it[2]: false → true"]);
    expect(told(flags, 1n, 1n << 56n)).to.deep.equal(["it[39]: false → true"]);
    expect(told(flags, 1n, 1n << 64n)).to.deep.equal(["unknown 0x1"]);
    expect(told(alone(list(PAIR, 2n)), 3n, 4n)).to.deep.equal(["it[1].whole: 0 → 4"]);
    expect(told(alone(list(PAIR, 2n)), 4n, 4n)).to.deep.equal(["unknown 0x4"]);
  });

  it("is searched in every root, those that begin elsewhere included", () => {
    const namespace = { slot: 1n << 200n, variables: [{ name: "space.it", slot: 1n, offset: 0, type: UINT256 }] };
    expect(told([...packed, namespace], (1n << 200n) + 1n, 2n)).to.deep.equal(["space.it: 0 → 2"]);
  });
});

describe("what the compiler hashes itself", () => {
  it("is found for keys that somebody knows, where they can be keys", () => {
    const layout = alone(mapping(ADDRESS, list(UINT256)));
    const slot = BigInt(keccak256(entryPreimage(word(HOLDER), 0n)));
    const preimages = new Preimages();
    addEntries(layout, [id("too long for an address")], preimages);
    expect(told(layout, slot, 1n, preimages)[0]).to.match(/^unknown/);
    addEntries(layout, [HOLDER], preimages);
    expect(told(layout, slot, 1n, preimages)).to.deep.equal([`it[${HOLDER}].length: 0 → 1`]);
    const elements = BigInt(keccak256(contentsPreimage(slot)));
    expect(told(layout, elements, 1n, preimages)).to.deep.equal([`it[${HOLDER}][0]: 0 → 1`]);
  });

  it("is read out of code: addresses and words, not what only looks like an instruction", () => {
    const push = (op: string, operand: string) => `${op}${operand.slice(2).toLowerCase()}`;
    const role = id("A_ROLE");
    const inside = `0x7f${"11".repeat(31)}`; // a PUSH32 within the operand of another
    const code = `0x${push("73", HOLDER)}${push("7f", role)}01${push("7f", inside)}60057f1234`;
    expect(constantsIn(code)).to.deep.equal([HOLDER.toLowerCase(), role, inside]);
  });
});

describe("well-known slots", () => {
  it("are those that the standards and the published code give", () => {
    const slots = new Map(
      WELL_KNOWN.flatMap(({ slot, variables }) => variables.map(({ name }) => [name, toBeHex(slot, 32)])),
    );
    expect(Object.fromEntries(slots)).to.deep.include({
      "ERC1967.implementation": "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
      "ERC1967.admin": "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103",
      "ERC1967.beacon": "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
      "openzeppelin.storage.Initializable._initialized":
        "0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00",
      "openzeppelin.storage.ReentrancyGuard._status":
        "0x9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f00",
      "Safe.guard": "0x4a204f620c8c5ccdca3fd54d003badd85ba500436a431f0cbda4f558c93c34c8",
      "Safe.fallbackHandler": "0x6c9a6c4a39284e37ed1cf53d337577d14212a4870fb976a4366c693b939918d5",
    });
    expect(namespaceSlot("example.main")).to.equal(0x183a6125c38840424c4a85fa12bab2ab606c4b6d0e7cc73c0c06ba5300eab500n);
  });
});
