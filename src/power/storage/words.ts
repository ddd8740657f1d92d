import { dataLength, dataSlice, getAddress, toBeHex, toUtf8String } from "ethers";

import type { StorageType } from "./types.js";

/** The bytes of a field in its word. [hex] */
export const fieldIn = (word: string, offset: number, bytes: number): string =>
  dataSlice(word, 32 - offset - bytes, 32 - offset);

/** A value in as many bytes as it takes: `"true"`, `"-5"`, `"0x…"`. */
export function tellValue(type: StorageType & { readonly kind: "value" }, field: string): string {
  switch (type.form) {
    case "address":
      return getAddress(field);
    case "bool":
      return BigInt(field) === 0n ? "false" : "true";
    case "uint":
      return String(BigInt(field));
    case "int":
      return String(BigInt.asIntN(type.bytes * 8, BigInt(field)));
    case "bytes":
    case "opaque":
      return field;
  }
}

/** A key as it was hashed; undefined if no key of this type looks like that. */
export function tellKey(type: StorageType, key: string): string | undefined {
  if (type.kind === "text") return type.label === "string" ? tellText(key) : key;
  if (type.kind !== "value" || dataLength(key) !== 32) return undefined;
  const atEnd = fieldIn(key, 0, type.bytes);
  // Numbers are filled up on the left, by their sign, bytes on the right; what is neither may be either.
  const isBytes = type.form === "bytes" || (type.form === "opaque" && BigInt(key) !== BigInt(atEnd));
  const field = isBytes ? dataSlice(key, 0, type.bytes) : atEnd;
  const value = BigInt(field);
  const signed = type.form === "int" ? BigInt.asUintN(256, BigInt.asIntN(type.bytes * 8, value)) : value;
  const whole = isBytes ? value << BigInt(256 - type.bytes * 8) : signed;
  return whole === BigInt(key) ? tellValue(type, field) : undefined;
}

/** A text in quotation marks; its bytes if it is none. */
function tellText(bytes: string): string {
  try {
    return JSON.stringify(toUtf8String(bytes));
  } catch {
    return bytes;
  }
}

/** What the slot of a `bytes` or `string` tells: all of it if it is short, otherwise how long it is. */
export function tellShortText(type: StorageType & { readonly kind: "text" }, word: string): string {
  const code = BigInt(word);
  if (code % 2n === 1n) return `${(code - 1n) / 2n} bytes`;
  const length = Number(BigInt(fieldIn(word, 0, 1)) / 2n);
  if (length > 31) return word;
  const bytes = dataSlice(word, 0, length);
  return type.label === "string" ? tellText(bytes) : bytes;
}

/** 32 bytes. [hex] */
export const toWord = (value: string | bigint): string => toBeHex(BigInt(value), 32);
