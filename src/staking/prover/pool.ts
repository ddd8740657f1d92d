import { getAddress, type ContractRunner, type Provider } from "ethers";

import {
  OperatorRegistry__factory,
  OperatorVault__factory,
  StakingPool__factory,
  type OperatorRegistry,
  type OperatorVault,
  type StakingPool,
} from "../../../types/index.js";
import { SentenceError } from "../../protocol/errors.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { compoundingCredentials } from "../deposits/deposits.js";

/** A staking pool on a chain. */
export interface PoolContracts {
  readonly pool: StakingPool;
  readonly registry: OperatorRegistry;
  readonly address: string;
}

export interface OperatorState {
  readonly id: bigint;
  readonly vault: OperatorVault;
  readonly vaultAddress: string;
  readonly owner: string;
  /** Of its validators. [32 bytes, hex] */
  readonly credentials: string;
  /** [wei] */
  readonly staked: bigint;
  /** Activated and not withdrawn. */
  readonly keys: bigint;
  readonly isPlaced: boolean;
  /** When its last finished checkpoint was started, or its first key activated; 0 without keys. [unix seconds] */
  readonly mark: bigint;
  /** All of it, as the registry tells it. */
  readonly view: Awaited<ReturnType<OperatorRegistry["getOperator"]>>;
}

/** @throws SentenceError if there is no staking pool. */
export async function openPool(address: string, provider: Provider): Promise<PoolContracts> {
  const pool = StakingPool__factory.connect(address, provider);
  const registry = await readAnswer(() => pool.REGISTRY(), `the registry of ${address}`);
  if (registry === undefined)
    throw new SentenceError(`${getAddress(address)} is no staking pool: it names no registry of operators.`);
  return { pool, registry: OperatorRegistry__factory.connect(registry, provider), address: getAddress(address) };
}

/** So many operators are asked about at once. Anybody may register as many as he likes: each costs one request here. */
const AT_ONCE = 32;

/** Operators with these ids; else all, or all that have a place, as whoever has keys has. */
export type WhichOperators = readonly bigint[] | "all" | "placed";

export async function readOperators({ registry }: PoolContracts, which: WhichOperators): Promise<OperatorState[]> {
  const all = await listIds(registry, which);
  const operators: OperatorState[] = [];
  for (let first = 0; first < all.length; first += AT_ONCE) {
    const some = all.slice(first, first + AT_ONCE);
    operators.push(...(await Promise.all(some.map((id) => readOperator(registry, id)))));
  }
  return operators;
}

async function listIds(registry: OperatorRegistry, which: WhichOperators): Promise<readonly bigint[]> {
  if (which === "placed") return [...(await registry.placedOperators())].sort((one, other) => (one < other ? -1 : 1));
  if (which !== "all") return which;
  return Array.from({ length: Number(await registry.operatorCount()) }, (_, index) => BigInt(index + 1));
}

async function readOperator(registry: OperatorRegistry, id: bigint): Promise<OperatorState> {
  const view = await readAnswer(() => registry.getOperator(id), `operator ${id}`);
  if (view === undefined || BigInt(view.vault) === 0n) throw new SentenceError(`The pool has no operator ${id}.`);
  return {
    id,
    vault: vaultAt(view.vault, registry.runner),
    vaultAddress: view.vault,
    owner: view.owner,
    credentials: compoundingCredentials(view.vault),
    staked: view.staked,
    keys: view.keyCount,
    isPlaced: view.isPlaced,
    mark: view.mark,
    view,
  };
}

const vaultAt = (address: string, runner: ContractRunner | null): OperatorVault =>
  OperatorVault__factory.connect(address, runner);
