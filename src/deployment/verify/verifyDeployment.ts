import { connectProtocol } from "../contracts.js";
import { verifyCode, verifyImmutables } from "./code.js";
import { merge, type Report } from "./finding.js";
import { verifyHandover } from "./handover.js";
import { verifyOwnership } from "./ownership.js";
import { verifyRoles } from "./roles.js";
import type { Subject } from "./subject.js";
import { verifyValues } from "./values.js";

/**
 * Reads the chain and says what is not as the configuration has it: code, roles, ownership, wiring, every parameter,
 * and what the deployer holds. It trusts no record of the deployment but the addresses.
 */
export async function verifyDeployment(subject: Subject): Promise<Report> {
  const code = await verifyCode(subject);
  // Who knows what other code would answer.
  if (code.findings.length > 0) return code;
  const connected = { ...subject, contracts: connectProtocol(subject.addresses, subject.provider) };
  return merge([
    code,
    await verifyImmutables(subject),
    await verifyRoles(connected),
    await verifyHandover(connected),
    await verifyOwnership(connected),
    await verifyValues(connected),
  ]);
}
