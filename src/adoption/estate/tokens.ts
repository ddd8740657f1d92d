import { getAddress } from "ethers";

import { APPROVAL, addressIn } from "../../protocol/topics.js";
import type { Handover } from "../../protocol/handovers.js";
import type { Log } from "../../rehearsal/snapshot.js";
import { readDeeds } from "./deeds.js";
import type { Finding, Ground, Part } from "./types.js";

const [ERC721, ERC1155] = ["0x80ac58cd", "0xd9b67a26"];

/** What the old timelock has of a token, and who may take of it. */
export async function readToken(ground: Ground, target: string): Promise<Part | undefined> {
  const { reader, oldTimelock } = ground;
  const supports = async (kind: string | undefined): Promise<boolean> =>
    (await reader.ask(target, "supportsInterface", [kind])) === true;
  if (await supports(ERC1155)) {
    const sentence = `${reader.nameOf(target)} is an ERC-1155 token, whose ids are not read: if the old timelock has any, hand them over by hand.`;
    return { kind: "ERC-1155", own: [{ key: `tokens of ${target}`, sentence }] };
  }
  const balance = await reader.amount(target, "balanceOf", [oldTimelock]);
  if (balance === undefined) return undefined;
  if (await supports(ERC721)) return await readDeeds(ground, target, balance);
  if ((await reader.amount(target, "totalSupply")) === undefined) return undefined;
  const allowances = await readAllowances(ground, target);
  const tokens: Handover[] = balance > 0n ? [{ kind: "tokens", target, amount: balance }] : [];
  return {
    kind: "ERC-20",
    handovers: [...allowances, ...tokens],
    own: tellSpenders(ground, target, allowances, balance),
  };
}

/** The amount that is handed over is fixed when it is proposed: whoever takes one unit until then stops the adoption. */
function tellSpenders(
  { reader }: Ground,
  target: string,
  allowances: readonly Handover[],
  balance: bigint,
): readonly Finding[] {
  if (balance === 0n) return [];
  return allowances.flatMap((one) =>
    one.kind === "allowance"
      ? [
          {
            key: `spender of ${target}: ${one.spender}`,
            sentence:
              `${reader.nameOf(one.spender)} may take ${reader.nameOf(target)} from the old timelock until the adoption ` +
              "lands, and by taking one unit makes it fail: the amount is fixed. Better take the allowance back first.",
          },
        ]
      : [],
  );
}

const isOf = (log: Log, target: string, topic: string): boolean =>
  log.topics[0] === topic && getAddress(log.address) === target;

async function readAllowances(
  { reader, allowed, oldTimelock, newTimelock }: Ground,
  target: string,
): Promise<Handover[]> {
  const spenders = new Set(
    allowed.filter((log) => isOf(log, target, APPROVAL)).map(({ topics }) => addressIn(topics[2])),
  );
  const found: Handover[] = [];
  for (const spender of spenders) {
    const allowance = await reader.amount(target, "allowance", [oldTimelock, spender]);
    if (allowance !== undefined && allowance > 0n && spender !== newTimelock) {
      found.push({ kind: "allowance", target, spender });
    }
  }
  return found;
}
