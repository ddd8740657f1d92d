import { AbiCoder, id as hashText, keccak256 } from "ethers";

import { listsOf, type Call, type CallLists } from "./calls.js";
import { batchOperation, governorSalt, type Operation } from "./operations/operation.js";

/** What a Governor is asked to decide. */
export interface Proposal {
  /** Hash of everything else, unless the Governor numbers its proposals. */
  readonly id: bigint;
  readonly description: string;
  readonly descriptionHash: string;
  readonly calls: readonly Call[];
}

export function proposalOf(description: string, calls: readonly Call[]): Proposal {
  const descriptionHash = hashText(description);
  const types = ["address[]", "uint256[]", "bytes[]", "bytes32"];
  const encoded = AbiCoder.defaultAbiCoder().encode(types, [...listsOf(calls), descriptionHash]);
  return { id: BigInt(keccak256(encoded)), description, descriptionHash, calls };
}

/** Arguments of `propose`. */
export const proposeArguments = ({ calls, description }: Proposal): [...CallLists, description: string] => [
  ...listsOf(calls),
  description,
];

/** Arguments of `queue`, `execute` and `cancel`. */
export const proposalArguments = ({ calls, descriptionHash }: Proposal): [...CallLists, descriptionHash: string] => [
  ...listsOf(calls),
  descriptionHash,
];

/** What it becomes in the timelock. */
export const operationOf = (governor: string, { calls, descriptionHash }: Proposal): Operation =>
  batchOperation(calls, { salt: governorSalt(governor, descriptionHash) });

/** `IGovernor.VoteType` of OpenZeppelin's simple counting. */
export const SUPPORT = { against: 0, for: 1, abstain: 2 } as const;
