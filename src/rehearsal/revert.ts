import { parseRevert } from "../protocol/abis.js";

/**
 * `"ERC4626ExceededMaxRedeem(0x…, 5, 0)"`, `"not open yet"`, `"0x12345678"`, `"without a reason"`.
 * @param message What the chain inside Hardhat says, which knows the errors of compiled contracts.
 */
export function describeRevert(data: string, message: string): string {
  const custom = /custom error '([^']*)'/.exec(message)?.[1] ?? /reason string '([^']*)'/.exec(message)?.[1];
  const parsed = parseRevert(data);
  if (parsed?.name === "Error") return `"${String(parsed.args[0])}"`;
  if (parsed !== undefined) return `${parsed.name}(${parsed.args.map(String).join(", ")})`;
  if (custom !== undefined && !custom.startsWith("unrecognized")) return custom;
  if (/out of gas/i.test(message)) return "it ran out of gas";
  return data.length >= 10 ? `the error ${data.slice(0, 10)}` : "without a reason";
}
