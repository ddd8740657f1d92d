import { ZeroAddress } from "ethers";

import { describeGap, readHistory } from "../../protocol/operations/history.js";
import { isAdopting } from "../../config/schema.js";
import { ROLES } from "../../protocol/roles.js";
import { connectProtocol } from "../../protocol/contracts.js";
import type { Report } from "./finding.js";
import { intendedRoles, nameOfRole } from "./roles.js";
import type { Subject, ToldLogs } from "./subject.js";

/**
 * Whether the node's logs tell all that they must: some nodes leave out what is new, or old, and say nothing of it. What
 * the chain itself knows is compared with them, for whatever is concluded from logs that are missing would be wrong.
 */
export async function verifyLogs(subject: Subject, told: ToldLogs): Promise<Report> {
  const gaps = (await Promise.all([findTimelockGaps(subject, told), findMintGap(subject, told)])).flat();
  return { checks: 1, findings: [], unread: gaps.map((message) => ({ subject: "logs", message })) };
}

async function findTimelockGaps(subject: Subject, { granted, revoked }: ToldLogs): Promise<string[]> {
  const { addresses, provider, deployer, firstBlock } = subject;
  const { timelock } = connectProtocol(addresses, provider);
  const newest = await provider.getBlockNumber();
  const tells = (logs: typeof granted, role: string, account: string) =>
    logs.some(({ args }) => args.role === role && args.account === account);

  // The constructor makes the timelock its own admin.
  if (!tells(granted, ROLES.admin, addresses.timelock)) {
    // A record that begins too late is told of as that.
    const isWithin = (await provider.getCode(addresses.timelock, firstBlock)) === "0x";
    return isWithin ? ["do not tell of the timelock's creation, although its code is there"] : [];
  }
  const untold: string[] = [];
  for (const [role, accounts] of intendedRoles(addresses)) {
    for (const account of accounts) {
      if (tells(granted, role, account) || !(await timelock.hasRole(role, account))) continue;
      const holder = account === ZeroAddress ? "everybody" : account;
      untold.push(`do not tell that ${holder} was given ${nameOfRole(role)}, and has it`);
    }
  }
  const hasLeft = tells(granted, ROLES.admin, deployer) && !(await timelock.hasRole(ROLES.admin, deployer));
  if (hasLeft && !tells(revoked, ROLES.admin, deployer)) {
    untold.push(`do not tell that ${deployer} gave up ${nameOfRole(ROLES.admin)}, and has it no more`);
  }

  const history = await readHistory({ timelock: addresses.timelock, provider, firstBlock }, newest);
  const gap = describeGap(history);
  if (gap !== undefined) untold.push(`leave operations out: ${gap}`);
  // One without calls tells of no execution.
  const waiting = history.operations.filter(({ id, calls }) => calls.length > 0 && !history.executed.has(id));
  const done = await Promise.all(waiting.map(({ id }) => timelock.isOperationDone(id, { blockTag: newest })));
  const silent = waiting.filter((_, index) => done[index] === true);
  return [...untold, ...silent.map(({ id }) => `do not tell that operation ${id} was executed, and it is done`)];
}

/** No token is ever burnt, so what was minted is the supply. */
async function findMintGap({ addresses, dao, provider, firstBlock }: Subject, { mints }: ToldLogs): Promise<string[]> {
  if (isAdopting(dao)) return [];
  const { token } = connectProtocol(addresses, provider);
  const minted = mints.reduce((sum, { args }) => sum + args.value, 0n);
  const supply = await token.totalSupply();
  if (minted === supply || (await provider.getCode(addresses.token, firstBlock)) !== "0x") return [];
  return [`tell of ${minted} units of the token that were minted, and there are ${supply}`];
}
