import { isAddress, ZeroAddress } from "ethers";

import { Ownable2Step__factory } from "../../../types/index.js";
import { isAdopting } from "../../config/schema.js";
import { mintedAllocations } from "../parameters.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { merge, verifyOne, type Finding, type Report } from "./finding.js";
import type { ConnectedSubject } from "./subject.js";

/** The timelock owns the vault, and the deployer has no votes beyond those the file gives it. */
export async function verifyOwnership(subject: ConnectedSubject): Promise<Report> {
  return merge([
    await verifyOne("vault, owner", () => verifyOwner(subject)),
    await verifyOne("vault, pending owner", () => verifyPendingOwner(subject)),
    await verifyOne("token, balance of the deployer", () => verifyTokens(subject)),
    { checks: 1, findings: verifyVessel(subject), unread: [] },
  ]);
}

/** Whoever owns the vault can take what is in it. */
async function verifyOwner({ addresses, deployer, provider }: ConnectedSubject): Promise<Finding[]> {
  // The pool has no owner: its code knows its timelock, which is compared with the other immutables.
  if (addresses.pool !== undefined) return [];
  const vault = Ownable2Step__factory.connect(addresses.vault, provider);
  const owner = await readAnswer(() => vault.owner(), "the vault's owner");
  const subject = "vault, owner";
  if (owner === addresses.timelock) return [];
  if (addresses.example !== undefined) {
    const message = `is ${owner ?? "not told"}, should be the timelock, ${addresses.timelock}`;
    return [{ severity: "error", subject, message }];
  }
  const handOver = `hand it over with transferOwnership(${addresses.timelock})`;
  if (owner === deployer) return [{ severity: "error", subject, message: `is the deployer, ${owner}: ${handOver}` }];
  if (owner === ZeroAddress) return [];
  const message =
    owner === undefined
      ? `is not told by owner(): make sure yourself that nobody but ${addresses.timelock} governs the vault`
      : `is ${owner}, whose decisions no staker can delay: ${handOver}`;
  return [{ severity: "warning", subject, message }];
}

async function verifyPendingOwner({ addresses, provider }: ConnectedSubject): Promise<Finding[]> {
  if (addresses.pool !== undefined) return [];
  const vault = Ownable2Step__factory.connect(addresses.vault, provider);
  const pending = await readAnswer(() => vault.pendingOwner(), "the vault's pending owner");
  if (pending === undefined || pending === ZeroAddress || pending === addresses.timelock) return [];
  return [
    {
      severity: addresses.example === undefined ? "warning" : "error",
      subject: "vault, pending owner",
      message: `is ${pending}, who may take the vault over; should be nobody`,
    },
  ];
}

async function verifyTokens({ addresses, dao, deployer, contracts }: ConnectedSubject): Promise<Finding[]> {
  // The deployer may be one of the holders of a token that exists.
  if (isAdopting(dao)) return [];
  const balance = await contracts.token.balanceOf(deployer);
  const allocated = mintedAllocations(dao, addresses.vestingWallets)
    .filter(({ holder }) => holder === deployer)
    .reduce((sum, { amount }) => sum + amount, 0n);
  if (balance <= allocated) return [];
  const message = `is ${balance}, should be at most its allocation, ${allocated} [token units]`;
  return [{ severity: "error", subject: "token, balance of the deployer", message }];
}

/** All shares of a rage quit go through copies of it. */
function verifyVessel({ addresses, dao: { vault } }: ConnectedSubject): Finding[] {
  if (vault.kind !== "own" || !isAddress(vault.vessel)) return [];
  const message =
    `is ${addresses.vessel}, which existed before: whoever wrote its code decides how stakers leave, and nothing here has ` +
    "compared that code with its source; make sure yourself";
  return [{ severity: "warning", subject: "vessel", message }];
}
