import { parseRevert } from "../protocol/abis.js";
import { boundedText } from "../protocol/bounded.js";

/**
 * `"ERC4626ExceededMaxRedeem(0x…, 5, 0)"`, `"not open yet"`, `"0x12345678"`, `"without a reason"`; the beginning of long
 * ones.
 * @param message What the chain inside Hardhat says, which knows the errors of compiled contracts.
 */
export function describeRevert(data: string, message: string): string {
  const custom = /custom error '([^']*)'/.exec(message)?.[1] ?? /reason string '([^']*)'/.exec(message)?.[1];
  const parsed = parseRevert(data);
  if (parsed?.name === "Error") return `"${boundedText(String(parsed.args[0]))}"`;
  if (parsed !== undefined) return boundedText(`${parsed.name}(${parsed.args.map(String).join(", ")})`);
  if (custom !== undefined && !custom.startsWith("unrecognized")) return boundedText(custom);
  if (/out of gas/i.test(message)) return "it ran out of gas";
  return data.length >= 10 ? `the error ${data.slice(0, 10)}` : "without a reason";
}
