import { getAddress, Interface, ZeroAddress } from "ethers";

import { APPROVAL, TRANSFER, addressIn } from "../../protocol/topics.js";
import type { Log, Snapshot } from "../../rehearsal/snapshot.js";

/** What somebody has of a token, or may take of it. */
export interface Holding {
  readonly token: string;
  readonly owner: string;
  /** Who may take it; absent for a balance. */
  readonly spender?: string;
}

/** The same before and after. [units of the token] */
export interface MovedHolding extends Holding {
  readonly before: bigint;
  readonly after: bigint;
}

const ERC20 = new Interface([
  "function balanceOf(address) view returns (uint256)",
  "function allowance(address,address) view returns (uint256)",
]);

/** Balances and allowances that logs tell of; who holds nothing (the zero address) is left out. */
export function listHoldings(logs: readonly Log[]): Holding[] {
  const found = new Map<string, Holding>();
  const add = (holding: Holding) => found.set(JSON.stringify(holding), holding);
  for (const { address, topics } of logs) {
    const [event, first, second] = topics;
    // With a third one it is a token of its own kind each (ERC-721), which is owned or not.
    if (first === undefined || second === undefined || topics.length !== 3) continue;
    const [token, owner, other] = [getAddress(address), addressIn(first), addressIn(second)];
    if (event === APPROVAL) add({ token, owner, spender: other });
    if (event === TRANSFER) {
      for (const account of [owner, other]) if (account !== ZeroAddress) add({ token, owner: account });
    }
  }
  return [...found.values()];
}

/** How much it is now; undefined if the token does not tell. */
export async function readHolding(snapshot: Snapshot, { token, owner, spender }: Holding): Promise<bigint | undefined> {
  const data =
    spender === undefined
      ? ERC20.encodeFunctionData("balanceOf", [owner])
      : ERC20.encodeFunctionData("allowance", [owner, spender]);
  const answer = await snapshot.call({ to: token, data });
  return answer.ok && answer.data.length === 66 ? BigInt(answer.data) : undefined;
}
