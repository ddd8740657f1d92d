import { formatAmount } from "../../protocol/format.js";
import { MOST_KEYS } from "./keySet.js";
import { readOperators, type OperatorState, type ConnectedPool } from "./pool.js";

/** How many keys of an operator's could still be activated, were there ETH for them. */
export interface Room {
  readonly keys: number;
  /** What keeps it from being more. */
  readonly bound: string;
}

/** What a key adds to an operator's stake. [wei] */
const KEY = 32n * 10n ** 18n;
/** By the numbers of contracts/types/Staking.sol. */
const [UNVETTED, RETIRED] = [1n, 3n];
/** Of places, in contracts/staking: for all, and for those whom nobody has vetted. */
const [MOST_PLACED, MOST_UNVETTED] = [64, 16];

/** The least of what the pool allows: caps of operator, entity and pool, keys of a vault, places. */
export async function calcRoom(contracts: ConnectedPool, { view, isPlaced }: OperatorState): Promise<Room> {
  const { pool, registry } = contracts;
  const [, entityStaked, entityCap] = await registry.getEntity(view.entity);
  const [poolCap, { value }] = [await pool.cap(), await pool.books()];
  const rooms = [
    under(view.cap, view.staked, "its own cap"),
    under(entityCap, entityStaked, view.entity === 0n ? "the cap of all that nobody has vetted" : "its entity's cap"),
    under(poolCap, value, "the pool's cap"),
    { keys: MOST_KEYS - Number(view.keyCount), bound: `a vault runs ${MOST_KEYS} keys at most` },
  ];
  if (view.status === RETIRED) rooms.push({ keys: 0, bound: "it is retired" });
  if (!isPlaced) rooms.push(...(await withoutPlace(contracts, view.status === UNVETTED)));
  return rooms.reduce((least, room) => (room.keys < least.keys ? room : least));
}

/** @param cap What there may be, as `staked` is what there is. [wei] */
const under = (cap: bigint, staked: bigint, what: string): Room => ({
  keys: staked < cap ? Number((cap - staked) / KEY) : 0,
  bound: `${what} is ${formatAmount(cap)} ETH, of which ${formatAmount(staked)} ETH are used`,
});

/** Whose first key is activated takes a place, if there is one. */
async function withoutPlace(contracts: ConnectedPool, isUnvetted: boolean): Promise<Room[]> {
  const placed = await readOperators(contracts, "placed");
  if (placed.length >= MOST_PLACED) return [{ keys: 0, bound: `all ${MOST_PLACED} places are taken` }];
  const unvetted = placed.filter(({ view }) => view.status === UNVETTED).length;
  if (!isUnvetted || unvetted < MOST_UNVETTED) return [];
  return [{ keys: 0, bound: `all ${MOST_UNVETTED} places for operators that nobody has vetted are taken` }];
}
