import { getAddress, isAddress, isHexString } from "ethers";

import { SentenceError } from "../src/protocol/errors.js";
import { parseAmount, UnitError } from "../src/protocol/format.js";

/** @param text Value of the option `--<name>`. */
export function readAddress(text: string | undefined, name: string): string {
  if (text !== undefined && isAddress(text) && text.startsWith("0x")) return getAddress(text);
  throw new SentenceError(
    text === undefined
      ? `Which one? Give an address with --${name}.`
      : `--${name}: "${text}" is not an address: 0x, 40 hexadecimal digits, and a checksum that fits.`,
  );
}

export function readData(text: string, name = "data"): string {
  if (isHexString(text) && text.length % 2 === 0) return text.toLowerCase();
  throw new SentenceError(`--${name}: "${text}" is not hexadecimal: 0x, and two digits for each byte.`);
}

/** [wei] */
export const readEther = (text: string, name: string): bigint => readUnits(text, name, 18, "ETH");

/** [wei] */
export const readGwei = (text: string, name: string): bigint => readUnits(text, name, 9, "gwei");

function readUnits(text: string, name: string, decimals: number, unit: string): bigint {
  try {
    return parseAmount(text, decimals);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new SentenceError(`--${name}: "${text}" is no amount of ${unit}, like 0.5.`, { cause: error });
  }
}

export function readNumber(text: string, name: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new SentenceError(`--${name}: "${text}" is no number, like 7.`);
}
