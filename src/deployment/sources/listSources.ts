import { FutureType, type Future, type IgnitionModule } from "@nomicfoundation/ignition-core";

import { poolTerms } from "../../config/pool.js";
import type { DaoConfig } from "../../config/schema.js";
import type { Deployment, TribuneAddresses } from "../../protocol/addresses.js";
import { mapSeats, type Seated } from "../../protocol/committees/seats.js";
import type { Modules } from "../deployTribune.js";
import { buildParameters, buildVestingParameters, vestingAllocations } from "../parameters.js";
import { locateCommittees } from "../provideCommittees.js";
import type { Terms } from "../terms.js";
import { resolveArgument, type ConstructorArgument } from "./resolveArguments.js";

/** A contract of a deployment, and what it was made of. */
export interface ContractSource {
  /** As findings call it. */
  readonly name: string;
  readonly address: string;
  readonly contractName: string;
  readonly constructorArguments: readonly ConstructorArgument[];
}

/**
 * Every contract that a deployment has made of our sources, with what its constructor took: it all follows from the
 * record, so a record is enough.
 * @param seed What a vault that is made was seeded with. [asset units]
 */
export function listSources(
  { addresses, deployer }: Pick<Deployment, "addresses" | "deployer">,
  dao: DaoConfig,
  terms: Terms,
  seed: bigint,
  { buildVesting, buildTribune }: Modules,
): ContractSource[] {
  const count = vestingAllocations(dao).length;
  const parameters = {
    ...(count > 0 && buildVestingParameters(dao)),
    ...buildParameters(dao, addresses, committeesOf(dao, addresses), terms, seed),
  };
  const built = [...(count > 0 ? [buildVesting(count)] : []), buildTribune(dao)];
  const names = new Map(built.flatMap(({ results }) => Object.entries(results).map(([name, { id }]) => [id, name])));
  const book = addressBook(addresses);
  const placed = (future: Future): { name: string; address: string } => {
    const name = names.get(future.id) ?? "";
    const address = book.get(name);
    if (address === undefined) throw new Error(`the record has no address for ${future.id}`);
    return { name, address };
  };
  const givens = { parameters, deployer, addressOf: (future: Future) => placed(future).address };
  const futures = new Map(built.flatMap(listFutures).map((future) => [future.id, future]));
  const made = [...futures.values()].flatMap((future): ContractSource[] => {
    if (future.type !== FutureType.NAMED_ARTIFACT_CONTRACT_DEPLOYMENT) return [];
    const { contractName } = future;
    const constructorArguments = future.constructorArgs.map((argument) => resolveArgument(argument, givens));
    return [{ ...placed(future), contractName, constructorArguments }];
  });
  return [...made, ...registryOf(dao, addresses)];
}

/** The pool's constructor makes it. */
function registryOf({ vault }: DaoConfig, { pool, timelock }: TribuneAddresses): ContractSource[] {
  if (pool === undefined || vault.kind !== "pool") return [];
  const { unvettedOperatorCap, unvettedCap, entityCaps, operators } = poolTerms(vault);
  const constructorArguments = [timelock, pool.operatorVault, unvettedOperatorCap, unvettedCap, entityCaps, operators];
  return [{ name: "registry", address: pool.registry, contractName: "OperatorRegistry", constructorArguments }];
}

function committeesOf(dao: DaoConfig, { bodies }: TribuneAddresses): Seated<string> {
  const located = new Map(locateCommittees(dao, bodies).map(({ name, address }) => [name, address]));
  return mapSeats(dao, ({ name }) => located.get(name) ?? "");
}

/** By the names that modules give. */
function addressBook({ example, pool, bodies, vestingWallets, oldTimelock, ...protocol }: TribuneAddresses) {
  const { circuitBreaker, tiebreaker } = bodies;
  const book = {
    ...{ ...protocol, ...example, ...pool },
    ...(oldTimelock !== undefined && { oldTimelock }),
    ...(circuitBreaker && { breaker: circuitBreaker.breaker }),
    ...(tiebreaker && { tiebreaker: tiebreaker.committee }),
  };
  const wallets = vestingWallets.map((address, index) => [`wallet${index}`, address] as const);
  return new Map<string, string>([...Object.entries(book), ...wallets]);
}

const listFutures = ({ futures, submodules }: IgnitionModule): Future[] => [
  ...[...submodules].flatMap(listFutures),
  ...futures,
];
