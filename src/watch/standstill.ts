import type { Provider } from "ethers";

import { describeOldHead } from "../protocol/head.js";
import { eventId } from "./eventId.js";
import type { Observation } from "./observe.js";
import { NEW_AGAIN, OLD_HEAD, type Memory, type View } from "./types.js";

/** A node is behind by a few blocks now and then, and catches up. */
const BEHIND = 16;

/** What is wrong with a newest block that is old; undefined if nothing is. @param now [unix seconds] */
export async function judgeHead(provider: Provider, head: View["block"], now?: bigint): Promise<string | undefined> {
  const { chainId } = await provider.getNetwork();
  return describeOldHead(head, chainId, now);
}

/** A node that stands still answers everything, and nothing happens: that is told, once while it lasts. */
export async function tellStandstill(
  provider: Provider,
  head: View["block"],
  memory: Memory,
  now?: bigint,
): Promise<Observation | undefined> {
  const newest = memory.blocks.at(-1)?.number ?? 0;
  const behind =
    newest - head.number > BEHIND
      ? `The node is behind: its newest block is ${head.number}, and block ${newest} was told of before.`
      : undefined;
  const text = (await judgeHead(provider, head, now)) ?? behind;
  if (text === undefined || memory.standing.some(({ key }) => key === OLD_HEAD)) return undefined;
  const id = eventId(`${OLD_HEAD}@${head.hash}`);
  return {
    events: [{ id, kind: "alarm", text, block: head.number }],
    memory: { ...memory, standing: [...memory.standing, { key: OLD_HEAD, ended: NEW_AGAIN }] },
  };
}
