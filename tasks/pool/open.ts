import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Provider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { chooseDeployment } from "../../src/deployment/choose.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { openPool, readOperators, type OperatorState, type ConnectedPool } from "../../src/staking/prover/pool.js";
import { readAddress, readNumber } from "../readOption.js";
import { signersOf } from "../signers.js";
import { connect, connectReading, refusePassingChain, type Connected } from "../connect.js";

export interface OpenedPool {
  readonly connection: NetworkConnection;
  readonly provider: Provider;
  readonly contracts: ConnectedPool;
  /** A block before which the pool has no logs. */
  readonly firstBlock: number;
}

/** Which pool: one by its address, or the vault of a deployment. */
export interface PoolArguments {
  readonly pool: string | undefined;
  readonly dao: string | undefined;
}

/** The same for a verb that sends. */
export interface SendingPoolArguments extends PoolArguments {
  /** Whether to send behind what is not on the chain yet. */
  readonly again: boolean;
}

/** The pool, for who only reads. */
export async function openReadingPool(hre: HardhatRuntimeEnvironment, args: PoolArguments): Promise<OpenedPool> {
  const connected = await connectReading(hre);
  return { connection: connected.connection, ...(await findPool(connected, args)) };
}

async function findPool({ connection, place }: Connected, { pool, dao }: PoolArguments) {
  refusePassingChain(connection);
  const { provider } = place;
  if (pool !== undefined) {
    return { provider, contracts: await openPool(readAddress(pool, "pool"), provider), firstBlock: 0 };
  }
  const { addresses, firstBlock } = await chooseDeployment(place, dao, connection.networkName);
  return { provider, contracts: await openPool(addresses.vault, provider), firstBlock };
}

export interface SendingPool extends OpenedPool {
  readonly signers: readonly HardhatEthersSigner[];
  /** Who sends what anybody may. */
  readonly first: HardhatEthersSigner;
}

/** The pool, with the network's accounts. */
export async function openSendingPool(hre: HardhatRuntimeEnvironment, args: PoolArguments): Promise<SendingPool> {
  const connected = await connect(hre);
  const { connection } = connected;
  const opened = await findPool(connected, args);
  return { connection, ...opened, ...(await signersOf(connection, "to send from")) };
}

/** An operator whose owner is at hand. */
export interface ChosenOperator {
  readonly operator: OperatorState;
  readonly owner: HardhatEthersSigner;
}

/** @param id Value of `--operator`; without it the accounts must own exactly one. */
export async function chooseOperator(
  { contracts, signers }: SendingPool,
  id: string | undefined,
): Promise<ChosenOperator> {
  const operators = await readOperators(contracts, id === undefined ? "all" : [readNumber(id, "operator")]);
  const owned = operators.flatMap((operator) => {
    const owner = signers.find(({ address }) => address === operator.owner);
    return owner === undefined ? [] : [{ operator, owner }];
  });
  const [only, ...others] = owned;
  if (only !== undefined && others.length === 0) return only;
  const [asked] = operators;
  if (id !== undefined && asked !== undefined) {
    throw new SentenceError(`Operator ${asked.id} is owned by ${asked.owner}, which is no account of this network.`);
  }
  throw new SentenceError(
    only === undefined
      ? "No account of this network owns an operator: register one with npx hardhat tribune operator register."
      : `Accounts of this network own several operators, ${owned.map(({ operator }) => operator.id).join(", ")}: say which with --operator.`,
  );
}

/** @param list Value of `--operators`. */
export const readIds = (list: string | undefined): bigint[] | undefined =>
  list?.split(",").map((id) => readNumber(id.trim(), "operators"));
