import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Provider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { SentenceError } from "../../src/protocol/errors.js";
import { openPool, readOperators, type OperatorState, type PoolContracts } from "../../src/staking/prover/pool.js";
import type { SentCall } from "../../src/staking/prover/sendCalls.js";
import { readAddress, readNumber } from "../committee/options.js";
import { connect, connectReading, refusePassingChain } from "../connect.js";

export interface OpenedPool {
  readonly connection: NetworkConnection;
  readonly provider: Provider;
  readonly contracts: PoolContracts;
}

/** The pool, for who only reads. */
export async function openReadingPool(hre: HardhatRuntimeEnvironment, pool: string | undefined): Promise<OpenedPool> {
  const address = readAddress(pool, "pool");
  const { connection, place } = await connectReading(hre);
  refusePassingChain(connection);
  return { connection, provider: place.provider, contracts: await openPool(address, place.provider) };
}

export interface SendingPool extends OpenedPool {
  readonly signers: readonly HardhatEthersSigner[];
  /** Who sends what anybody may. */
  readonly first: HardhatEthersSigner;
}

/** The pool, with the network's accounts. */
export async function openSendingPool(hre: HardhatRuntimeEnvironment, pool: string | undefined): Promise<SendingPool> {
  const address = readAddress(pool, "pool");
  const { connection, place } = await connect(hre);
  refusePassingChain(connection);
  const signers = await connection.ethers.getSigners();
  const [first] = signers;
  if (first === undefined)
    throw new SentenceError(`The network ${connection.networkName} has no account to send from.`);
  return { connection, provider: place.provider, contracts: await openPool(address, place.provider), signers, first };
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

/** `"proves 32 keys of operator 3: 0x… in block 17"` */
export const describeSent = ({ what, hash, block }: SentCall): string => `${what}: ${hash} in block ${block}`;
