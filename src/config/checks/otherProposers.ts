import { Contract, type Log, type Provider } from "ethers";

import { ROLE_GRANTED, addressIn } from "../../protocol/topics.js";
import { UnreadableError } from "../../protocol/errors.js";
import { queryLogs } from "../../protocol/logs.js";
import { ROLES } from "../../protocol/roles.js";
import { readAnswer } from "../../protocol/tryRead.js";

const HAS_ROLE = ["function hasRole(bytes32,address) view returns (bool)"];

/** Who beside the Governor may propose in a timelock; undefined where the node's logs do not tell. */
export async function readOtherProposers(
  address: string,
  governor: string,
  provider: Provider,
  { first, newest }: { readonly first: number; readonly newest: number },
): Promise<string[] | undefined> {
  const timelock = new Contract(address, HAS_ROLE, { provider });
  const topics = [ROLE_GRANTED, ROLES.proposer];
  let logs: Log[];
  try {
    logs = await queryLogs(
      (from, to) => provider.getLogs({ address, topics, fromBlock: from, toBlock: to }),
      first,
      newest,
    );
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  }
  const told = new Set(logs.map((log) => addressIn(log.topics[2])));
  const others: string[] = [];
  for (const account of told) {
    if (account === governor) continue;
    const may = await readAnswer(
      async () => (await timelock.getFunction("hasRole").staticCall(ROLES.proposer, account)) as boolean,
      "hasRole of the timelock",
    );
    if (may === true) others.push(account);
  }
  return others;
}
