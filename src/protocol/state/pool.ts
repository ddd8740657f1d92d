import type { Provider } from "ethers";

import type { TribuneAddresses } from "../addresses.js";
import { connectPool, type PoolContracts } from "../contracts.js";
import { memberOf, OPERATOR_STATUSES, type OperatorStatusName } from "../enums.js";
import { readRegistered } from "./operators.js";

/** An operator of the pool. */
export interface PoolOperator {
  readonly id: bigint;
  readonly status: OperatorStatusName;
  readonly owner: string;
  readonly vault: string;
  /** 0 for all that nobody has vetted. */
  readonly entity: bigint;
  /** What its vault was last shown to be worth, what is in flight included. [wei] */
  readonly staked: bigint;
  /** [wei] */
  readonly cap: bigint;
  readonly isPlaced: boolean;
  /** Activated, and not withdrawn. */
  readonly keyCount: bigint;
  /** Earned fees included. [shares] */
  readonly bond: bigint;
  /** When its last finished checkpoint was started; 0 without keys. [unix seconds] */
  readonly mark: bigint;
}

interface PoolEntity {
  /** 0 is all that nobody has vetted. */
  readonly entity: bigint;
  /** [wei] */
  readonly staked: bigint;
  /** [wei] */
  readonly cap: bigint;
}

/** Where the staking pool stands in one block. */
export interface PoolStatus {
  /** On gains. [1e18 = 100 %] */
  readonly fee: bigint;
  /** [wei] */
  readonly cap: bigint;
  /** [wei] */
  readonly totalAssets: bigint;
  /** [wei] */
  readonly idle: bigint;
  /** For requests that are finalised. [wei] */
  readonly reserved: bigint;
  /** What all vaults were last shown to be worth. [wei] */
  readonly value: bigint;
  /** Gain that is not let in. [wei] */
  readonly carry: bigint;
  /** What redemptions leave behind for slashed keys. [wei] */
  readonly haircut: bigint;
  /** [shares] */
  readonly supply: bigint;
  readonly areDepositsStopped: boolean;
  /** What the pool takes now. [wei] */
  readonly maxDeposit: bigint;
  /** Since when every operator with keys has been checked. [unix seconds] */
  readonly watermark: bigint;
  readonly isFresh: boolean;
  readonly operators: readonly PoolOperator[];
  /** How many have registered: maybe more than are told of here. */
  readonly operatorCount: bigint;
  /** Those that were not merged into another. */
  readonly entities: readonly PoolEntity[];
  readonly concentration: {
    /** Operators who together have more than a third, and half; 0 without stake. */
    readonly operatorsForThird: bigint;
    readonly operatorsForHalf: bigint;
    /** Herfindahl-Hirschman index of operators. [1e18 = one has all] */
    readonly herfindahl: bigint;
    /** [1e18 = 100 %] */
    readonly largestEntity: bigint;
  };
  readonly queue: {
    /** [shares] */
    readonly shares: bigint;
    /** What they are worth now. [wei] */
    readonly assets: bigint;
    /** When the first of them was requested; 0 if none waits. [unix seconds] */
    readonly oldest: bigint;
    /** How much more must exit to pay them. [wei] */
    readonly exitDemand: bigint;
    /** Whose keys leave next; 0 if nobody has one that could. */
    readonly nextToExit: bigint;
  };
  /** Times are 0 before. [unix seconds, shares, wei] */
  readonly windDown: {
    readonly armedAt: bigint;
    readonly startedAt: bigint;
    readonly lastArrival: bigint;
    readonly supply: bigint;
    readonly received: bigint;
    readonly isSettled: boolean;
  };
}

/** Undefined where the vault is no pool of the deployment's. */
export async function readPool(
  { vault, pool: addresses }: TribuneAddresses,
  provider: Provider,
  blockTag: number,
): Promise<PoolStatus | undefined> {
  if (addresses === undefined) return undefined;
  const contracts = connectPool(vault, addresses, provider);
  const { pool, registry } = contracts;
  const at = { blockTag };
  const [books, windDown, waiting, concentration, operatorCount] = await Promise.all([
    pool.books(at),
    pool.windDown(at),
    pool.waiting(at),
    registry.calcConcentration(at),
    registry.operatorCount(at),
  ]);
  const { idle, reserved, value, carry, haircut } = books;
  const [armedAt, startedAt, lastArrival, divided, received] = windDown;
  const { operatorsForThird, operatorsForHalf, herfindahl, largestEntity } = concentration;
  return {
    fee: await pool.fee(at),
    cap: await pool.cap(at),
    totalAssets: await pool.totalAssets(at),
    idle,
    reserved,
    value,
    carry,
    haircut,
    supply: await pool.totalSupply(at),
    areDepositsStopped: await pool.areDepositsStopped(at),
    maxDeposit: await pool.maxDeposit(vault, at),
    watermark: await registry.watermark(at),
    isFresh: await pool.isFresh(at),
    operators: await readOperators(contracts, blockTag),
    operatorCount,
    entities: await readEntities(contracts, blockTag),
    concentration: { operatorsForThird, operatorsForHalf, herfindahl, largestEntity },
    queue: {
      shares: waiting.shares,
      assets: waiting.assets,
      oldest: waiting.oldest,
      exitDemand: await registry.exitDemand(at),
      nextToExit: await registry.nextToExit(at),
    },
    windDown: {
      armedAt,
      startedAt,
      lastArrival,
      supply: divided,
      received,
      isSettled: await pool.isWindDownSettled(at),
    },
  };
}

async function readOperators({ registry }: PoolContracts, blockTag: number): Promise<PoolOperator[]> {
  return (await readRegistered(registry, "placed or early", { blockTag })).map(({ id, view }): PoolOperator => {
    const { owner, vault, entity, staked, cap, isPlaced, keyCount, bond, mark } = view;
    const status = memberOf(OPERATOR_STATUSES, view.status);
    return { id, status, owner, vault, entity, staked, cap, isPlaced, keyCount, bond, mark };
  });
}

async function readEntities({ registry }: PoolContracts, blockTag: number): Promise<PoolEntity[]> {
  const count = Number(await registry.entityCount({ blockTag }));
  const found = await Promise.all(
    Array.from({ length: count + 1 }, async (_, entity) => {
      const { root, staked, cap } = await registry.getEntity(entity, { blockTag });
      return { entity: BigInt(entity), root, staked, cap };
    }),
  );
  return found
    .filter(({ entity, root }) => entity === root)
    .map(({ entity, staked, cap }) => ({ entity, staked, cap }));
}
