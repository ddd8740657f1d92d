import { getAddress, type Provider } from "ethers";

import {
  OperatorRegistry__factory,
  OperatorVault__factory,
  StakingPool__factory,
  type OperatorRegistry,
  type OperatorVault,
  type StakingPool,
} from "../../../types/index.js";
import { SentenceError } from "../../protocol/errors.js";
import { readRegistered, type RegisteredOperator, type WhichOperators } from "../../protocol/state/operators.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { compoundingCredentials } from "../deposits/deposits.js";

/** A staking pool on a chain. */
export interface ConnectedPool {
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
  /** All of it. */
  readonly view: RegisteredOperator["view"];
}

/** @throws SentenceError if there is no staking pool. */
export async function openPool(address: string, provider: Provider): Promise<ConnectedPool> {
  const pool = StakingPool__factory.connect(address, provider);
  const registry = await readAnswer(() => pool.REGISTRY(), `the registry of ${address}`);
  if (registry === undefined)
    throw new SentenceError(`${getAddress(address)} is no staking pool: it names no registry of operators.`);
  return { pool, registry: OperatorRegistry__factory.connect(registry, provider), address: getAddress(address) };
}

export async function readOperators({ registry }: ConnectedPool, which: WhichOperators): Promise<OperatorState[]> {
  return (await readRegistered(registry, which)).map(({ id, view }) => ({
    id,
    vault: OperatorVault__factory.connect(view.vault, registry.runner),
    vaultAddress: view.vault,
    owner: view.owner,
    credentials: compoundingCredentials(view.vault),
    staked: view.staked,
    keys: view.keyCount,
    isPlaced: view.isPlaced,
    mark: view.mark,
    view,
  }));
}
