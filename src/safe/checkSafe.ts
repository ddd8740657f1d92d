import { getAddress } from "ethers";

import { describeAgreements } from "./agreements.js";
import { SAFE_CONTRACTS } from "./canonical.js";
import type { FoundSafe } from "./readSafe.js";
import type { Secrets } from "./secrets.js";

/** What a committee's configuration says of its Safe. */
export interface ExpectedSafe {
  readonly owners: readonly string[];
  /** How many of them must sign. */
  readonly threshold: number;
}

/** What is wrong, or doubtful, about a Safe; becomes a `Problem` with a `path`, or a `Finding` with a `subject`. */
export interface SafeProblem {
  readonly severity: "error" | "warning";
  /** A predicate of the Safe: what is there, and what would be right. */
  readonly message: string;
}

/**
 * Whether a Safe is what its configuration says, and nobody can act for it but that many of its owners.
 * @param agreed How grave it is that something stands agreed. A Safe that is yet to be given a power must be free of
 * it, and can be: a fresh one is. One that has a power may have work under way.
 */
export function checkSafe(
  found: FoundSafe,
  expected: ExpectedSafe,
  agreed: SafeProblem["severity"] = "error",
): SafeProblem[] {
  const { address } = found;
  if (found.kind === "none") {
    return [error(`is ${address}, which ${found.reason}; right is a Safe of version 1.4.1 on this chain`)];
  }
  return [
    ...found.modules.map((module) =>
      error(
        `is ${address}, where module ${module} may act without any owner's signature; right is a Safe without modules`,
      ),
    ),
    ...(found.guard === undefined
      ? []
      : [error(`is ${address}, where guard ${found.guard} may forbid transactions; right is a Safe without a guard`)]),
    ...checkHandler(found.fallbackHandler, address),
    ...(found.threshold === expected.threshold
      ? []
      : [
          error(
            `is ${address}, where ${found.threshold} of ${found.owners.length} owners must sign; configured is ` +
              `${expected.threshold}`,
          ),
        ]),
    ...checkOwners(found.owners, expected.owners, address),
    ...checkSecrets(found.secrets, address, agreed),
  ];
}

const error = (message: string): SafeProblem => ({ severity: "error", message });

function checkSecrets(secrets: Secrets, address: string, agreed: SafeProblem["severity"]): SafeProblem[] {
  if (typeof secrets === "object") {
    return describeAgreements(secrets.agreements).map((agreement) => ({
      severity: agreed,
      message: `is ${address}, which ${agreement}; right is a Safe where nothing stands agreed, as in a fresh one`,
    }));
  }
  switch (secrets) {
    case "none":
      return [];
    case "some":
      return [
        error(
          `is ${address}, whose storage holds more than the Safe tells: an owner or a module that no list names may be ` +
            "among it; right is a Safe that was set up without a delegatecall and has made none",
        ),
      ];
    case "unknown":
      return [
        {
          severity: "warning",
          message:
            `is ${address}, and the network's node gives no proof of its storage (eth_getProof), so that an owner or a ` +
            "module that no list names cannot be ruled out; right is a node that does",
        },
      ];
  }
}

function checkHandler(handler: string | undefined, address: string): SafeProblem[] {
  const usual = SAFE_CONTRACTS.fallbackHandler.address;
  if (handler === undefined || handler === usual) return [];
  return [
    error(
      `is ${address}, where ${handler} answers calls that the Safe does not know; right is the handler that Safe lists, ` +
        `${usual}, or none`,
    ),
  ];
}

function checkOwners(found: readonly string[], expected: readonly string[], address: string): SafeProblem[] {
  const configured = new Set(expected.map((owner) => getAddress(owner)));
  const actual = new Set(found);
  return [
    ...found
      .filter((owner) => !configured.has(owner))
      .map((owner) => error(`is ${address}, where ${owner} is an owner; it is not configured`)),
    ...[...configured]
      .filter((owner) => !actual.has(owner))
      .map((owner) => error(`is ${address}, where ${owner} is no owner, though it is configured`)),
  ];
}
