import type { PoolConfig } from "./schema.js";

/** An operator of the file: the pool begins with it, under the id that follows from its place. */
export interface FirstOperator {
  /** Where it stands in the file. */
  readonly path: string;
  /** From 1. */
  readonly id: number;
  readonly owner: string;
  /** From 1. */
  readonly entity: number;
  /** [wei] */
  readonly cap: bigint;
}

/** In the order of the file, which is that of their ids. */
export function listOperators({ entities }: PoolConfig): FirstOperator[] {
  return entities
    .flatMap(({ operators }, index) =>
      operators.map(({ owner, cap }, position) => ({
        path: `vault.entities[${index}].operators[${position}]`,
        owner,
        entity: index + 1,
        cap,
      })),
    )
    .map((operator, index) => ({ ...operator, id: index + 1 }));
}

/** Whether WETH, the deposit contract and EIP-7002 are stood for: on local chains. */
export const hasStandIns = ({ weth, depositContract }: PoolConfig): boolean =>
  weth === undefined && depositContract === undefined;

/** What an entity can get at most: its cap, or what its operators may have. [wei] */
export const capOfEntity = ({ cap, operators }: PoolConfig["entities"][number]): bigint => {
  const together = operators.reduce((sum, operator) => sum + operator.cap, 0n);
  return together < cap ? together : cap;
};

/** What the pool's constructor takes beside the contracts. */
export const poolTerms = (pool: PoolConfig) => ({
  name: pool.name,
  symbol: pool.symbol,
  fee: pool.fee,
  cap: pool.cap,
  unvettedOperatorCap: pool.unvettedOperatorCap,
  unvettedCap: pool.unvettedCap,
  entityCaps: pool.entities.map(({ cap }) => cap),
  operators: listOperators(pool).map(({ owner, entity, cap }) => ({ owner, entity: BigInt(entity), cap })),
});
