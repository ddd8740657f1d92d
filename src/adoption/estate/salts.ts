import { ZeroHash } from "ethers";

import { batchOperation, governorSalt, singleOperation, type Operation } from "../../protocol/operations/operation.js";
import type { Proposal } from "../../protocol/proposals.js";

/**
 * Salts that operations of a Governor may have: OpenZeppelin's mixes its address in; before 4.9.3 it was the hash of the
 * description alone. [32 bytes, hex]
 */
export const saltsOf = (governor: string, proposals: readonly Proposal[]): string[] => [
  ZeroHash,
  ...proposals.flatMap(({ descriptionHash }) => [governorSalt(governor, descriptionHash), descriptionHash]),
];

/** The one of some salts that makes an operation's id; undefined where it is none of these. */
export const findSalt = (
  { id, calls, predecessor }: Pick<Operation, "id" | "calls" | "predecessor">,
  salts: readonly string[],
): string | undefined =>
  salts.find((salt) => {
    const [only, ...more] = calls;
    const extras = { predecessor, salt };
    if (batchOperation(calls, extras).id === id) return true;
    return only !== undefined && more.length === 0 && singleOperation(only, extras).id === id;
  });
