import type { Log } from "ethers";

import { UnreadableError } from "../protocol/errors.js";
import { describeLevel, listConditions, readLevels } from "./conditions.js";
import { eventId } from "./eventId.js";
import { tellLogs, type ToldLogs } from "./tellLogs.js";
import { REMEMBERED, type KnownOperation, type Memory, type SeenBlock, type View, type WatchEvent } from "./types.js";
import type { WatchedAddresses } from "./watchedLogs.js";

/** What comes of one look at the chain. */
export interface Observation {
  readonly memory: Memory;
  readonly events: readonly WatchEvent[];
}

/** So many titles are kept. */
const TITLES = 500;

/**
 * Compares what is with what was told.
 * @param ancestor The newest block that was dealt with and is still on the chain.
 * @param logs Of all blocks after it up to the view's, in their order.
 * @param isWhole Whether every block was asked for its logs by its hash, so that none are left out.
 * @throws UnreadableError if logs do not account for what the contracts say: then nothing was told.
 */
export function observe(
  memory: Memory,
  ancestor: SeenBlock,
  view: View,
  logs: readonly Log[],
  addresses: WatchedAddresses,
  isWhole = false,
): Observation {
  const told = tellLogs(logs, addresses, {
    sequence: ancestor.sequence,
    pending: memory.operations.filter((one) => wasPending(one, ancestor)),
    titles: new Map(memory.titles.map(({ operation, title }) => [operation, title])),
  });
  const untold = isWhole && told.sequence < view.sequence ? view.sequence - told.sequence : 0n;
  refuseGaps(ancestor, view, { ...told, sequence: told.sequence + untold });
  const { number } = view.block;
  const blocks = [...memory.blocks.filter((block) => block.number <= ancestor.number), seen(view)].slice(-REMEMBERED);
  const oldest = oldestAncestor(blocks, number);

  const present = new Set(told.events.map(({ key }) => key));
  const before = new Set(memory.told.map(({ key }) => key));
  const undone = memory.told.filter(({ block, key }) => block > ancestor.number && !present.has(key));
  const fresh = told.events.filter(({ key }) => !before.has(key));

  const conditions = listConditions(view);
  const standing = new Set(memory.standing.map(({ key }) => key));
  const holding = new Set(conditions.map(({ key }) => key));
  const levels = readLevels(view);
  const changed = Object.entries(levels).filter(([name, level]) => level !== (memory.levels[name] ?? 0));

  const at = (kind: WatchEvent["kind"], key: string, text: string, block = number): WatchEvent => ({
    ...{ id: idOf(key, ancestor), kind, text, block },
  });
  return {
    events: [
      ...undone.map(({ key, text }) => at("undone", `undone:${key}`, `Not on the chain any more: ${text}`)),
      ...fresh.map(({ key, kind, text, block }) => ({ id: key, kind, text, block })),
      ...changed.map(([name, level]) =>
        at("support", `level:${name}:${level}`, describeLevel(name, memory.levels[name], level, view)),
      ),
      ...memory.standing.flatMap(({ key, ended }) =>
        holding.has(key) || ended === undefined ? [] : [at("alarm", `ended:${key}`, ended)],
      ),
      ...(untold === 0n ? [] : [at("alarm", `untold:${view.sequence}`, describeUntold(untold))]),
      ...conditions.filter(({ key }) => !standing.has(key)).map(({ key, kind, text }) => at(kind, key, text)),
    ],
    memory: {
      blocks,
      told: [
        ...memory.told.filter(({ block }) => block <= ancestor.number),
        ...told.events.map(({ key, block, text }) => ({ key, block, text })),
      ].filter(({ block }) => block > oldest),
      standing: conditions.map(({ key, ended }) => ({ key, ended })),
      levels: { ...memory.levels, ...levels },
      operations: keepOperations(memory, ancestor, view, told, oldest),
      titles: [...memory.titles, ...told.titles].slice(-TITLES),
    },
  };
}

/** A batch of no calls and no salt: no event tells of it, and it does nothing. */
const describeUntold = (count: bigint): string =>
  `The timelock has counted ${count === 1n ? "an operation" : `${count} operations`} of which no event tells, as of a batch of no calls and no salt, ` +
  "which does nothing; or the node has lost logs: compare with another node's npx hardhat tribune status.";

/** What a block is remembered by. */
export const seen = ({ block, gate, sequence, runningEpoch }: View): SeenBlock => ({
  ...{ number: block.number, hash: block.hash, sequence, epoch: runningEpoch },
  state: gate === undefined ? -1 : gate.written.state,
});

/**
 * The block from which logs may be read again at the furthest. Between it and the next one that is remembered there may be
 * a day in which nobody looked: what was told of it is told again, unless it is remembered as well.
 */
const oldestAncestor = (blocks: readonly SeenBlock[], head: number): number =>
  blocks.findLast(({ number }) => number <= head - REMEMBERED)?.number ?? blocks[0]?.number ?? head;

/** After a crash what was told is told again of the same ancestor, and so with the same identifier. */
const idOf = (key: string, { hash }: SeenBlock): string => eventId(`${key}@${hash}`);

const wasPending = ({ block, endedAt }: KnownOperation, ancestor: SeenBlock): boolean =>
  block <= ancestor.number && (endedAt === undefined || endedAt > ancestor.number);

/** Those that may be pending: also, for a while, what is not any more, since a block may be undone. */
function keepOperations(
  memory: Memory,
  ancestor: SeenBlock,
  view: View,
  told: ToldLogs,
  oldest: number,
): Memory["operations"] {
  const { number } = view.block;
  const pending = new Set(view.operations.map(({ id }) => id));
  const ids = new Set(told.scheduled.map(({ id }) => id));
  const old = memory.operations.filter(({ id, block }) => !ids.has(id) && block <= ancestor.number);
  const added = told.scheduled.map((one) => ({ ...one, endedAt: undefined }));
  return [...old, ...added]
    .map((one): KnownOperation => {
      const isOver = one.endedAt !== undefined && one.endedAt <= ancestor.number;
      return { ...one, endedAt: pending.has(one.id) ? undefined : isOver ? one.endedAt : number };
    })
    .filter(({ endedAt }) => endedAt === undefined || endedAt > oldest);
}

/** A node that leaves logs out says nothing of it: the contracts' own counts do. */
function refuseGaps(ancestor: SeenBlock, view: View, told: ToldLogs): void {
  const state = told.state ?? ancestor.state;
  const found = view.gate?.written.state;
  const missing = [
    ...(told.sequence === view.sequence ? [] : ["what was scheduled"]),
    ...(ancestor.epoch + told.rageQuits === view.runningEpoch ? [] : ["the rage quits"]),
    ...(found === undefined || state < 0 || state === found ? [] : ["the state of the gate"]),
  ];
  if (missing.length === 0) return;
  throw new UnreadableError(
    `The node's logs of blocks ${ancestor.number + 1} to ${view.block.number} do not account for ${missing.join(" and ")}: ` +
      "they are not all there.",
    "behind",
  );
}
