import { Interface } from "ethers";

import { namesOf } from "./judge.js";
import type { Scene } from "./scene.js";

const ERC20 = new Interface([
  "function allowance(address,address) view returns (uint256)",
  "function asset() view returns (address)",
]);

/** What somebody may take of what the system's contracts hold, in sentences; its own contracts may take from each other. */
export async function readAllowances(scene: Scene): Promise<string[]> {
  const { snapshot, addresses, parts, accounts } = scene;
  const name = namesOf(scene);
  const own = new Set(parts.map(({ address }) => address));
  const asset = await snapshot.call({ to: addresses.vault, data: ERC20.encodeFunctionData("asset") });
  const tokens = [addresses.token, addresses.vault];
  if (asset.ok) tokens.push(String(ERC20.decodeFunctionResult("asset", asset.data)[0]));
  const found: string[] = [];
  for (const token of tokens) {
    for (const owner of own) {
      for (const { address } of accounts) {
        if (own.has(address)) continue;
        const data = ERC20.encodeFunctionData("allowance", [owner, address]);
        const answer = await snapshot.call({ to: token, data });
        if (!answer.ok || answer.data === "0x" || BigInt(answer.data) === 0n) continue;
        found.push(
          `${name(address)} may take ${BigInt(answer.data)} of ${name(token)} (${token}) from ${name(owner)}.`,
        );
      }
    }
  }
  return found;
}
