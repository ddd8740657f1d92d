import { getBytes, hexlify, id, isHexString, type Interface, toUtf8Bytes, ZeroAddress, ZeroHash } from "ethers";

import { ShelvesMock__factory } from "../../../../types/index.js";

/*
 * Writes to `ShelvesMock`, and what each of them should leave behind: told from the contract's source alone, place by
 * place, without any slot.
 */

/** Places and what they hold; what was never written is missing. */
export type Shelf = ReadonlyMap<string, string>;

/** One place after a write. */
interface Written {
  readonly place: string;
  readonly value: string;
  /** What it holds at first. */
  readonly empty: string;
}

export interface Write {
  /** [calldata] */
  readonly data: string;
  readonly written: readonly Written[];
}

export interface Item {
  readonly who: string;
  readonly weight: bigint;
  readonly mark: string;
  readonly bits: readonly [bigint, bigint, bigint, bigint, bigint];
}

export const FIXED_KEY = id("FIXED_KEY");
const NO_ITEM: Item = { who: ZeroAddress, weight: 0n, mark: ZeroHash, bits: [0n, 0n, 0n, 0n, 0n] };

const shelves: Interface = ShelvesMock__factory.createInterface();
const encode = (name: string, ...values: readonly unknown[]) => shelves.encodeFunctionData(name, values);
const number = (place: string, value: bigint): Written => ({ place, value: String(value), empty: "0" });
const flag = (place: string, value: boolean): Written => ({ place, value: String(value), empty: "false" });
const address = (place: string, value: string): Written => ({ place, value, empty: ZeroAddress });
const word = (place: string, value: string): Written => ({ place, value, empty: ZeroHash });
const lengthOf = (shelf: Shelf, place: string): bigint => BigInt(shelf.get(`${place}.length`) ?? 0);

const itemAt = (place: string, { who, weight, mark, bits }: Item): Written[] => [
  address(`${place}.who`, who),
  number(`${place}.weight`, weight),
  word(`${place}.mark`, mark),
  ...bits.map((bit, index) => number(`${place}.bits[${index}]`, bit)),
];

/** A `string`, or the `bytes` of a hexadecimal text. */
function textAt(shelf: Shelf, place: string, text: string): Written[] {
  const isBytes = isHexString(text);
  const bytes = isBytes ? getBytes(text) : toUtf8Bytes(text);
  const short = isBytes ? text : JSON.stringify(text);
  const words = bytes.length < 32 ? 0 : Math.ceil(bytes.length / 32);
  const old = [...shelf.keys()].filter((key) => key.startsWith(`${place}.data[`)).length;
  return [
    { place, value: words === 0 ? short : `${bytes.length} bytes`, empty: isBytes ? "0x" : '""' },
    ...Array.from({ length: Math.max(words, old) }, (_, index) => {
      const part = index < words ? hexlify(bytes.slice(index * 32, index * 32 + 32)) : "0x";
      return word(`${place}.data[${index}]`, part.padEnd(66, "0"));
    }),
  ];
}

function push(shelf: Shelf, place: string, element: (place: string) => Written[]): Written[] {
  const length = lengthOf(shelf, place);
  return [number(`${place}.length`, length + 1n), ...element(`${place}[${length}]`)];
}

const account = (group: string, index: bigint): string => `_accounts[${group}][${index}]`;

/** By name of the function. */
export const WRITES = {
  setHeader: (_: Shelf, owner: string, count: bigint, isOpen: boolean, colour: bigint, signed: bigint): Write => ({
    data: encode("setHeader", owner, count, isOpen, colour, signed),
    written: [
      address("_owner", owner),
      number("_count", count),
      flag("_isOpen", isOpen),
      number("_colour", colour),
      number("_signed", signed),
    ],
  }),
  setPrice: (_: Shelf, price: bigint, tag: string): Write => ({
    data: encode("setPrice", price, tag),
    written: [number("_price", price), { place: "_tag", value: tag, empty: "0x00000000" }],
  }),
  setSettings: (_: Shelf, delay: bigint, lower: bigint, upper: bigint, keeper: string): Write => ({
    data: encode("setSettings", delay, { lower, upper, keeper }),
    written: [
      number("_settings.delay", delay),
      number("_settings.limits.lower", lower),
      number("_settings.limits.upper", upper),
      address("_settings.limits.keeper", keeper),
    ],
  }),
  setSettingsPrice: (_: Shelf, step: bigint, price: bigint): Write => ({
    data: encode("setSettingsPrice", step, price),
    written: [number(`_settings.prices[${step}]`, price)],
  }),
  setBalance: (_: Shelf, holder: string, balance: bigint): Write => ({
    data: encode("setBalance", holder, balance),
    written: [number(`_balances[${holder}]`, balance)],
  }),
  setAccount: (_: Shelf, group: string, index: bigint, amount: bigint, since: bigint, isActive: boolean): Write => ({
    data: encode("setAccount", group, index, amount, since, isActive),
    written: [
      number(`${account(group, index)}.amount`, amount),
      number(`${account(group, index)}.since`, since),
      flag(`${account(group, index)}.isActive`, isActive),
    ],
  }),
  setAllowed: (_: Shelf, group: string, index: bigint, friend: string, isAllowed: boolean): Write => ({
    data: encode("setAllowed", group, index, friend, isAllowed),
    written: [flag(`${account(group, index)}.allowed[${friend}]`, isAllowed)],
  }),
  pushHistory: (shelf: Shelf, group: string, index: bigint, value: bigint): Write => ({
    data: encode("pushHistory", group, index, value),
    written: push(shelf, `${account(group, index)}.history`, (place) => [number(place, value)]),
  }),
  popHistory: (shelf: Shelf, group: string, index: bigint): Write => {
    const place = `${account(group, index)}.history`;
    const last = lengthOf(shelf, place) - 1n;
    return {
      data: encode("popHistory", group, index),
      written: last < 0n ? [] : [number(`${place}.length`, last), number(`${place}[${last}]`, 0n)],
    };
  },
  setNote: (shelf: Shelf, group: string, index: bigint, note: string): Write => ({
    data: encode("setNote", group, index, note),
    written: textAt(shelf, `${account(group, index)}.note`, note),
  }),
  setItem: (_: Shelf, group: string, index: bigint, item: Item): Write => ({
    data: encode("setItem", group, index, item),
    written: itemAt(`${account(group, index)}.item`, item),
  }),
  setName: (shelf: Shelf, colour: bigint, index: bigint, name: string): Write => ({
    data: encode("setName", colour, index, name),
    written: textAt(shelf, `_names[${colour}][${index}]`, name),
  }),
  setByText: (_: Shelf, text: string, value: bigint): Write => ({
    data: encode("setByText", text, value),
    written: [number(`_byText[${JSON.stringify(text)}]`, value)],
  }),
  setByBytes: (_: Shelf, data: string, value: string): Write => ({
    data: encode("setByBytes", data, value),
    written: [address(`_byBytes[${data}]`, value)],
  }),
  setByPrice: (_: Shelf, price: bigint, side: boolean, tag: string): Write => ({
    data: encode("setByPrice", price, side, tag),
    written: [{ place: `_byPrice[${price}][${side}]`, value: tag, empty: "0x00000000" }],
  }),
  setByFixedKey: (_: Shelf, holder: string, value: boolean): Write => ({
    data: encode("setByFixedKey", holder, value),
    written: [flag(`_byFixedKey[${FIXED_KEY}][${holder}]`, value)],
  }),
  pushBag: (shelf: Shelf, holder: string, item: Item): Write => ({
    data: encode("pushBag", holder, item),
    written: push(shelf, `_bags[${holder}]`, (place) => itemAt(place, item)),
  }),
  pushSmall: (shelf: Shelf, value: bigint): Write => ({
    data: encode("pushSmall", value),
    written: push(shelf, "_small", (place) => [number(place, value)]),
  }),
  setSmall: (shelf: Shelf, index: bigint, value: bigint): Write => ({
    data: encode("setSmall", index, value),
    written: index < lengthOf(shelf, "_small") ? [number(`_small[${index}]`, value)] : [],
  }),
  clearSmall: (shelf: Shelf): Write => ({
    data: encode("clearSmall"),
    written: [
      number("_small.length", 0n),
      ...Array.from({ length: Number(lengthOf(shelf, "_small")) }, (_, index) => number(`_small[${index}]`, 0n)),
    ],
  }),
  setFixed: (_: Shelf, index: bigint, value: bigint): Write => ({
    data: encode("setFixed", index, value),
    written: [number(`_fixed[${index}]`, value)],
  }),
  setFlag: (_: Shelf, index: bigint, value: boolean): Write => ({
    data: encode("setFlag", index, value),
    written: [flag(`_flags[${index}]`, value)],
  }),
  pushEntry: (shelf: Shelf, item: Item): Write => ({
    data: encode("pushEntry", item),
    written: push(shelf, "_entries", (place) => itemAt(place, item)),
  }),
  popEntry: (shelf: Shelf): Write => {
    const last = lengthOf(shelf, "_entries") - 1n;
    return {
      data: encode("popEntry"),
      written: last < 0n ? [] : [number("_entries.length", last), ...itemAt(`_entries[${last}]`, NO_ITEM)],
    };
  },
  setPair: (shelf: Shelf, index: bigint, side: bigint, item: Item): Write => {
    const length = lengthOf(shelf, "_pairs");
    return {
      data: encode("setPair", index, side, item),
      written: [
        number("_pairs.length", length > index ? length : index + 1n),
        ...itemAt(`_pairs[${index}][${side}]`, item),
      ],
    };
  },
  pushCell: (shelf: Shelf, row: bigint, value: bigint): Write => {
    const length = lengthOf(shelf, "_rows");
    return {
      data: encode("pushCell", row, value),
      written: [
        number("_rows.length", length > row ? length : row + 1n),
        ...push(shelf, `_rows[${row}]`, (place) => [number(place, value)]),
      ],
    };
  },
  setTitle: (shelf: Shelf, title: string): Write => ({
    data: encode("setTitle", title),
    written: textAt(shelf, "_title", title),
  }),
  setBlob: (shelf: Shelf, blob: string): Write => ({
    data: encode("setBlob", blob),
    written: textAt(shelf, "_blob", blob),
  }),
};

/** Several writes in one call. */
export const writeAll = (writes: readonly string[]): string => encode("multicall", writes);
