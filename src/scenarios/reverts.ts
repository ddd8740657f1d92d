import { Interface, type ErrorDescription } from "ethers";

import {
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  ExampleVault__factory,
  TimelockController__factory,
  TribuneGovernor__factory,
  VetoEscrow__factory,
} from "../../types/index.js";
import { findRevertData } from "../chain/revertData.js";
import { formatElapsed } from "./time.js";

const factories = [
  DualGovernanceTimelock__factory,
  DualGovernance__factory,
  VetoEscrow__factory,
  TribuneGovernor__factory,
  TimelockController__factory,
  ExampleVault__factory,
];

/** Every custom error a story can meet. */
const errors = factories.map(({ abi }) => new Interface(abi));

/** The custom error a call reverted with; undefined if it failed otherwise. */
export function decodeRevert(thrown: unknown): ErrorDescription | undefined {
  const data = findRevertData(thrown);
  if (data === undefined) return undefined;
  for (const known of errors) {
    const description = known.parseError(data);
    if (description !== null) return description;
  }
  return undefined;
}

/** What an error means to those who read a timeline; empty for most. */
export function explainRevert({ name, args }: ErrorDescription, startedAt: bigint): string {
  switch (name) {
    case "ExecutionClosed":
      return ", the gate is closed";
    case "NotYetWithdrawable":
      return `, withdrawals open after ${formatElapsed((args[1] as bigint) - startedAt)}`;
    case "GovernorUnexpectedProposalState":
      return ", the timelock no longer knows it";
    case "ERC4626ExceededMaxRedeem":
      return ", the vault cannot pay";
    default:
      return "";
  }
}
