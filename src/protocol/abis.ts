import { Interface, type ErrorDescription, type Result, type TransactionDescription } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  ExampleVault__factory,
  GovernanceToken__factory,
  ISafe__factory,
  IVessel__factory,
  OperatorRegistry__factory,
  OperatorVault__factory,
  StakingPool__factory,
  TiebreakerCommittee__factory,
  TribuneGovernor__factory,
  VetoEscrow__factory,
} from "../../types/index.js";

/** Every contract that a person has to do with, by the name that texts give it. */
const CONTRACTS = [
  ["timelock", DualGovernanceTimelock__factory],
  ["tiebreaker committee", TiebreakerCommittee__factory],
  ["circuit breaker", CircuitBreaker__factory],
  ["gate", DualGovernance__factory],
  ["escrow", VetoEscrow__factory],
  ["Governor", TribuneGovernor__factory],
  ["vault", ExampleVault__factory],
  ["token", GovernanceToken__factory],
  ["staking pool", StakingPool__factory],
  ["registry of operators", OperatorRegistry__factory],
  ["vault of an operator", OperatorVault__factory],
  ["Safe", ISafe__factory],
  ["vessel", IVessel__factory],
] as const;

/** Errors that vaults and tokens out of the usual libraries revert with, and none of the contracts above. */
const USUAL = new Interface([
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

const known = CONTRACTS.map(([kind, { abi }]) => ({ kind, abi: new Interface(abi) }));

/** A call that one of the contracts understands, and which. */
export interface KnownCall {
  readonly kind: (typeof CONTRACTS)[number][0];
  readonly call: TransactionDescription;
}

/** The address is not judged: another contract may have the same function. */
export function parseCall(data: string): KnownCall | undefined {
  for (const { kind, abi } of known) {
    const call = whole(() => abi.parseTransaction({ data }));
    if (call !== undefined) return { kind, call };
  }
  return undefined;
}

/**
 * What a call reverted with, where somebody here knows that error; `Error` and `Panic` of the language are known.
 * @param others Contracts that may have reverted as well.
 */
export function parseRevert(data: string, others: readonly Interface[] = []): ErrorDescription | undefined {
  if (data.length < 10) return undefined;
  for (const errors of [...known.map(({ abi }) => abi), USUAL, ...others]) {
    const description = whole(() => errors.parseError(data));
    if (description !== undefined) return description;
  }
  return undefined;
}

/** Undefined also where what follows a known selector does not fit it: whoever wrote that may have meant to stop us. */
function whole<Description extends { readonly args: Result }>(
  parse: () => Description | null,
): Description | undefined {
  try {
    const description = parse();
    // Some values are only decoded when they are asked for.
    description?.args.toArray(true);
    return description ?? undefined;
  } catch {
    return undefined;
  }
}
