import { readTerms } from "../terms.js";
import { atBlock } from "../../protocol/atBlock.js";
import { UnreadableError } from "../../protocol/errors.js";
import { describeOldHead } from "../../protocol/head.js";
import { connectBodies, connectProtocol } from "../../protocol/contracts.js";
import { ROLES } from "../../protocol/roles.js";
import { verifyPowers } from "./powers.js";
import { verifyCode, verifyImmutables } from "./code.js";
import { verifyEscrow } from "./escrow.js";
import { attempt, merge, type Report } from "./finding.js";
import { verifyHandover } from "./handover.js";
import { verifyLogs } from "./logs.js";
import { verifyOwnership } from "./ownership.js";
import { verifyPool } from "./pool.js";
import { verifyRoles } from "./roles.js";
import { readToldLogs, type Subject, type ToldLogs } from "./subject.js";
import { verifyValues } from "./values.js";

/**
 * The file has a duration, which the timelock counts from its creation: there it makes itself its first admin, and no
 * other code could have written that log at its address.
 */
async function readProtectionHardEnd({ addresses, dao }: Subject, { granted }: ToldLogs): Promise<bigint> {
  const created = granted.find(({ args }) => args.role === ROLES.admin && args.account === addresses.timelock);
  if (created === undefined) return 0n;
  return BigInt((await created.getBlock()).timestamp) + dao.timelock.protectionLimit;
}

/**
 * Reads the chain and says what is not as the configuration has it: code, roles, ownership, wiring, every parameter,
 * the bodies whose powers end, and what the deployer holds. It trusts no record of the deployment but the addresses, and
 * reads everything of one block.
 */
export async function verifyDeployment(subject: Subject): Promise<Report> {
  return await attempt("the newest block", async () => {
    const { provider } = subject;
    const newest = await provider.getBlock("latest");
    if (newest === null) throw new UnreadableError("The node does not give its newest block.");
    const { chainId } = await provider.getNetwork();
    const block = { number: newest.number, timestamp: BigInt(newest.timestamp) };
    const old = describeOldHead(block, chainId);
    if (old !== undefined) throw new UnreadableError(old, "behind");
    refuseBehind(block.number, subject);
    return await verifyAt({ ...subject, provider: atBlock(provider, block.number) });
  });
}

/** What the deployment has put there, such a node cannot know. */
function refuseBehind(newest: number, { firstBlock, lastBlock = firstBlock }: Subject): void {
  if (newest < firstBlock) {
    const began = `The node's newest block is ${newest}, and the deployment began after ${firstBlock}.`;
    throw new UnreadableError(began, "behind");
  }
  if (newest >= lastBlock) return;
  throw new UnreadableError(
    `The node is behind block ${lastBlock}, in which the deployment ended: its newest is ${newest}, and nothing was read.`,
    "behind",
  );
}

/** The same of whatever `provider` reads: a copy of the chain on which something was played. */
export async function verifyAt(subject: Subject): Promise<Report> {
  const code = await attempt("code", () => verifyCode(subject));
  // Who knows what other code would answer.
  if (code.findings.length + code.unread.length > 0) return code;
  return merge([code, await attempt("logs", async () => await verifyTold(subject, await readToldLogs(subject)))]);
}

/** What is concluded once the code is known, and what the logs tell. */
async function verifyTold(subject: Subject, told: ToldLogs): Promise<Report> {
  const logs = await attempt("logs", () => verifyLogs(subject, told));
  // Of what they leave out, something else would be told than is there.
  if (logs.unread.length > 0) return logs;
  const { addresses, provider, dao, firstBlock } = subject;
  const contracts = { ...connectProtocol(addresses, provider), ...connectBodies(addresses.bodies, provider) };
  const rest = attempt("timelock, creation", async () => {
    const connected = {
      ...subject,
      contracts,
      told,
      terms: await readTerms(dao, provider, firstBlock),
      protectionHardEnd: await readProtectionHardEnd(subject, told),
    };
    return merge([
      await attempt("code, immutables", () => verifyImmutables(connected)),
      await attempt("timelock, roles", () => verifyRoles(connected)),
      await attempt("handover", () => verifyHandover(connected)),
      await verifyOwnership(connected),
      await attempt("values", () => verifyValues(connected)),
      await attempt("pool", () => verifyPool(connected)),
      await attempt("escrow", () => verifyEscrow(connected)),
      await attempt("powers", () => verifyPowers(connected)),
    ]);
  });
  return merge([logs, await rest]);
}
