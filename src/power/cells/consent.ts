import { Interface, isAddress, getAddress } from "ethers";

import type { Call } from "../../rehearsal/snapshot.js";
import type { Account, World } from "../world/world.js";
import type { Change, Difference } from "../storage/difference.js";

/** A change of something that is filed under somebody. */
type RecordChange = Extract<Change, { readonly kind: "located" }>;

/**
 * Whose record is less, or another one, after a change: what becomes more needs nobody's consent. Contracts of the system
 * have none of their own: theirs is everybody's, and whoever takes of it is found by what it gains.
 */
export function loserOf(
  { keys, type, before, after }: RecordChange,
  { accounts, parts }: Pick<World, "accounts" | "parts">,
): Account | undefined {
  if (type.startsWith("uint") && BigInt(after) >= BigInt(before)) return undefined;
  const filed = keys.find((key) => isAddress(key)) ?? before;
  if (!isAddress(filed)) return undefined;
  const owner = getAddress(filed);
  if (parts.some(({ address }) => address === owner)) return undefined;
  return accounts.find(({ address }) => address === owner);
}

const ERC20 = new Interface([
  "function asset() view returns (address)",
  "function balanceOf(address) view returns (uint256)",
]);

/** What a stranger, to whom nothing belongs, has more of after a call. */
export async function readGains(
  { snapshot, addresses, stranger }: World,
  call: Call & { readonly from: string },
  { changes, balances }: Pick<Difference & { readonly ok: true }, "changes" | "balances">,
): Promise<string[]> {
  // What it sent along is gone from it: whoever has more than before has been given it.
  const ether = balances
    .filter(({ account, before, after }) => account === stranger && after > before)
    .map(({ before, after }) => `gives a stranger ${after - before} wei`);
  const asset = await snapshot.call({ to: addresses.vault, data: ERC20.encodeFunctionData("asset") });
  const tokens = new Map([
    [addresses.vault, "shares"],
    [addresses.token, "votes"],
    ...(asset.ok ? [[String(ERC20.decodeFunctionResult("asset", asset.data)[0]), "assets"] as const] : []),
    ...(addresses.example === undefined ? [] : [[addresses.example.market, "shares of the market"] as const]),
  ]);
  const moved = [...tokens].filter(([token]) => changes.some(({ contract }) => contract === token));
  if (moved.length === 0) return ether;
  const held = async (): Promise<bigint[]> =>
    await Promise.all(
      moved.map(async ([token]) => {
        const answer = await snapshot.call({ to: token, data: ERC20.encodeFunctionData("balanceOf", [stranger]) });
        return answer.ok && answer.data !== "0x" ? BigInt(answer.data) : 0n;
      }),
    );
  const before = await held();
  return await snapshot.branch(async () => {
    await snapshot.send(call);
    const after = await held();
    const tokensGained = moved.flatMap(([, what], index) => {
      const gained = (after[index] ?? 0n) - (before[index] ?? 0n);
      return gained > 0n ? [`gives a stranger ${gained} ${what}`] : [];
    });
    return [...ether, ...tokensGained];
  });
}
