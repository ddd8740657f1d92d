import { Interface, type ErrorDescription } from "ethers";

import {
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  IERC20Metadata__factory,
  VetoEscrow__factory,
} from "../../types/index.js";

/** Errors that vaults and tokens out of the usual libraries revert with. */
const USUAL = new Interface([
  "error Error(string reason)",
  "error Panic(uint256 code)",
  "error EnforcedPause()",
  "error OwnableUnauthorizedAccount(address account)",
  "error AccessControlUnauthorizedAccount(address account, bytes32 role)",
  "error SafeERC20FailedOperation(address token)",
  "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
  "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
  "error ERC4626ExceededMaxDeposit(address receiver, uint256 assets, uint256 max)",
  "error ERC4626ExceededMaxRedeem(address owner, uint256 shares, uint256 max)",
  "error ERC4626ExceededMaxWithdraw(address owner, uint256 assets, uint256 max)",
]);

const known = [
  USUAL,
  ...[VetoEscrow__factory, DualGovernance__factory, DualGovernanceTimelock__factory, IERC20Metadata__factory].map(
    ({ abi }) => new Interface(abi),
  ),
];

/** A custom error that somebody here knows. */
export function parseRevert(data: string): ErrorDescription | undefined {
  for (const errors of known) {
    const description = data.length >= 10 ? errors.parseError(data) : null;
    if (description !== null) return description;
  }
  return undefined;
}

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
