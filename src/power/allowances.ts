import { getAddress, id, Interface, zeroPadValue, type Provider } from "ethers";

import { namesOf } from "./names.js";
import type { Scene } from "./scene.js";

/** Topics as nodes take them: one of several at a place, or any. */
export type Topics = readonly (string | readonly string[] | null)[];

/** Reads logs of one contract, or of all. */
export type ReadAnyLogs = (filter: {
  readonly address?: string;
  readonly topics: Topics;
}) => Promise<readonly { readonly address: string; readonly topics: readonly string[] }[]>;

/** All logs that a provider has. */
export const logsOf =
  (provider: Provider): ReadAnyLogs =>
  async ({ address, topics }) =>
    await provider.getLogs({
      ...(address !== undefined && { address }),
      topics: topics.map((topic) => (topic === null || typeof topic === "string" ? topic : [...topic])),
      fromBlock: 0,
    });

const ABI = new Interface([
  "function allowance(address,address) view returns (uint256)",
  "function isOperator(address,address) view returns (bool)",
  "function isApprovedForAll(address,address) view returns (bool)",
  "function asset() view returns (address)",
]);

/** Ways in which an owner lets somebody take what it has: the view that tells, and the event that told. */
const GRANTS = [
  { view: "allowance", event: id("Approval(address,address,uint256)") },
  { view: "isOperator", event: id("OperatorSet(address,address,bool)") },
  { view: "isApprovedForAll", event: id("ApprovalForAll(address,address,bool)") },
] as const;

/**
 * What somebody may take of what the system's contracts hold, in sentences; its own contracts may take from each other.
 * Asked about are all who are known, and all whom the logs name, of any contract.
 */
export async function readAllowances(scene: Scene, readAnyLogs: ReadAnyLogs): Promise<string[]> {
  const { snapshot, parts, accounts } = scene;
  const name = namesOf(scene);
  const own = new Set(parts.map(({ address }) => address));
  const known = accounts.map(({ address }) => address);
  const tokens = await tokensOf(scene);
  const found: string[] = [];
  for (const { view, event } of GRANTS) {
    const logs = await readAnyLogs({ topics: [event, [...own].map((owner) => zeroPadValue(owner, 32))] });
    const pairs = new Map<string, Set<string>>(tokens.map((token) => [token, new Set(known)]));
    for (const { address, topics } of logs) {
      const contract = getAddress(address);
      const asked = pairs.get(contract) ?? new Set();
      pairs.set(contract, asked.add(getAddress(`0x${(topics[2] ?? "").slice(-40)}`)));
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

async function tokensOf({ snapshot, addresses }: Scene): Promise<string[]> {
  const asset = await snapshot.call({ to: addresses.vault, data: ABI.encodeFunctionData("asset") });
  return [
    addresses.token,
    addresses.vault,
    ...(asset.ok ? [String(ABI.decodeFunctionResult("asset", asset.data)[0])] : []),
    ...(addresses.example === undefined ? [] : [addresses.example.market]),
  ];
}
