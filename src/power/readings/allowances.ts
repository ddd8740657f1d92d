import { getAddress, id, Interface, zeroPadValue } from "ethers";

import { APPROVAL, addressIn } from "../../protocol/topics.js";
import { namesOf } from "../world/names.js";
import type { ReadAnyLogs } from "../world/logs.js";
import type { World } from "../world/world.js";

const ABI = new Interface([
  "function allowance(address,address) view returns (uint256)",
  "function isOperator(address,address) view returns (bool)",
  "function isApprovedForAll(address,address) view returns (bool)",
  "function asset() view returns (address)",
]);

/** Ways in which an owner lets somebody take what it has: the view that tells, and the event that told. */
const GRANTS = [
  { view: "allowance", event: APPROVAL },
  { view: "isOperator", event: id("OperatorSet(address,address,bool)") },
  { view: "isApprovedForAll", event: id("ApprovalForAll(address,address,bool)") },
] as const;

/**
 * What somebody may take of what the system's contracts hold, in sentences; its own contracts may take from each other.
 * Asked about are all who are known, and all whom the logs name, of any contract.
 */
export async function readAllowances(world: World, readAnyLogs: ReadAnyLogs): Promise<string[]> {
  const { snapshot, parts, accounts } = world;
  const name = namesOf(world);
  const own = new Set(parts.map(({ address }) => address));
  const known = accounts.map(({ address }) => address);
  const tokens = await tokensOf(world);
  const found: string[] = [];
  for (const { view, event } of GRANTS) {
    const logs = await readAnyLogs({ topics: [event, [...own].map((owner) => zeroPadValue(owner, 32))] });
    const pairs = new Map<string, Set<string>>(tokens.map((token) => [token, new Set(known)]));
    for (const { address, topics } of logs) {
      const contract = getAddress(address);
      const asked = pairs.get(contract) ?? new Set();
      pairs.set(contract, asked.add(addressIn(topics[2])));
    }
    for (const [contract, spenders] of pairs) {
      for (const owner of own) {
        for (const spender of spenders) {
          if (own.has(spender)) continue;
          const answer = await snapshot.call({ to: contract, data: ABI.encodeFunctionData(view, [owner, spender]) });
          // Most contracts know only one of these views.
          if (!answer.ok || answer.data === "0x") break;
          if (BigInt(answer.data) === 0n) continue;
          const what =
            view === "allowance" ? `${BigInt(answer.data)} of ${name(contract)}` : `everything in ${name(contract)}`;
          found.push(`${name(spender)} may take ${what} (${contract}) from ${name(owner)}.`);
        }
      }
    }
  }
  return found;
}

async function tokensOf({ snapshot, addresses }: World): Promise<string[]> {
  const asset = await snapshot.call({ to: addresses.vault, data: ABI.encodeFunctionData("asset") });
  return [
    addresses.token,
    addresses.vault,
    ...(asset.ok ? [String(ABI.decodeFunctionResult("asset", asset.data)[0])] : []),
    ...(addresses.example === undefined ? [] : [addresses.example.market]),
  ];
}
