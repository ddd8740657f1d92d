import { getAddress, dataSlice } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernanceTimelock__factory,
  ERC4626Strategy__factory,
  ExampleVault__factory,
  IERC4626__factory,
  OperatorRegistry__factory,
  StakingPool__factory,
  TiebreakerCommittee__factory,
} from "../../../types/index.js";
import { isAdopting, isExample, type DaoConfig } from "../../config/schema.js";
import type { BodyAddresses, ExampleAddresses, PoolAddresses, TribuneAddresses } from "../../protocol/addresses.js";
import { SentenceError } from "../../protocol/errors.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { readImmutables } from "../verify/immutables.js";
import type { Subject } from "../verify/subject.js";
import { findBreaker, type FoundContracts, type Search } from "./findContracts.js";

/** Where to look, and what the compiler says of our contracts. */
export type CodeSearch = Search & Pick<Subject, "readArtifact">;

/** What the chain has for everything that a configuration names. What it is worth, the verification tells. */
export async function findAddresses(
  dao: DaoConfig,
  found: FoundContracts,
  search: CodeSearch,
): Promise<TribuneAddresses> {
  const { token, fallbackGate, timelock, governor, vault, vessel, escrow, gate, minted } = found;
  const { oldTimelock } = found;
  const allocations = isAdopting(dao) ? [] : dao.token.allocations;
  return {
    ...{ token, fallbackGate, timelock, governor, vault, vessel, escrow, gate },
    ...(isExample(dao.vault) && { example: await findExample(vault, search) }),
    ...(dao.vault.kind === "pool" && { pool: await findPool(vault, search) }),
    ...(oldTimelock !== undefined && { oldTimelock }),
    bodies: await findBodies(dao, found, search),
    // Wallets got what vests, in the order of the file.
    vestingWallets: allocations.flatMap(({ vesting }, index) =>
      vesting === undefined ? [] : [needed(`an allocation ${index} that vests`, minted[index])],
    ),
  };
}

/** When the seal of the circuit breaker ends; undefined without one. [unix seconds] */
export async function readSealExpiry(
  { bodies: { circuitBreaker } }: TribuneAddresses,
  { provider }: Search,
): Promise<bigint | undefined> {
  if (circuitBreaker === undefined) return undefined;
  return await readAnswer(() => CircuitBreaker__factory.connect(circuitBreaker.breaker, provider).SEAL_EXPIRY());
}

/** Refuses a configuration that has something which the chain has not. */
function needed<Found>(what: string, found: Found | undefined): Found {
  if (found !== undefined) return found;
  throw new SentenceError(`The configuration has ${what}, and the chain tells of none: it is of another deployment.`);
}

async function findExample(vault: string, { provider }: Search): Promise<ExampleAddresses> {
  const what = "an example vault";
  const example = ExampleVault__factory.connect(vault, provider);
  const strategy = needed(what, await readAnswer(() => example.strategy()));
  const asset = needed(what, await readAnswer(() => IERC4626__factory.connect(vault, provider).asset()));
  const market = await readAnswer(() => ERC4626Strategy__factory.connect(strategy, provider).MARKET());
  return { asset, market: needed("an example vault over a market", market), strategy };
}

async function findPool(vault: string, { provider, readArtifact }: CodeSearch): Promise<PoolAddresses> {
  const what = "a staking pool";
  const pool = StakingPool__factory.connect(vault, provider);
  const registry = needed(what, await readAnswer(() => pool.REGISTRY()));
  const weth = needed(what, await readAnswer(() => pool.asset()));
  const ofRegistry = OperatorRegistry__factory.connect(registry, provider);
  const operatorVault = needed(what, await readAnswer(() => ofRegistry.VAULT_IMPLEMENTATION()));
  // No function tells it: it is the one word that the code keeps.
  const code = await provider.getCode(operatorVault);
  const [word] = readImmutables(code, await readArtifact("OperatorVault")) ?? [];
  const depositContract = getAddress(dataSlice(needed("a deposit contract", word), 12));
  return { registry, operatorVault, weth, depositContract };
}

async function findBodies(dao: DaoConfig, found: FoundContracts, search: Search): Promise<BodyAddresses> {
  const { provider } = search;
  const timelock = DualGovernanceTimelock__factory.connect(found.timelock, provider);
  const bodies: { -readonly [Body in keyof BodyAddresses]: BodyAddresses[Body] } = {};
  if (dao.emergency !== undefined) {
    const { activationCommittee, executionCommittee } = (await timelock.emergencyStatus()).terms;
    bodies.emergency = { activationCommittee, executionCommittee };
  }
  if (dao.circuitBreaker !== undefined) {
    const address = needed("a circuit breaker", await findBreaker(found, search));
    const breaker = CircuitBreaker__factory.connect(address, provider);
    const [sealCommittee, resealCommittee] = [await breaker.SEAL_COMMITTEE(), await breaker.RESEAL_COMMITTEE()];
    bodies.circuitBreaker = { breaker: address, sealCommittee, resealCommittee };
  }
  if (dao.tiebreaker !== undefined) {
    const committee = await timelock.tiebreaker();
    const members = await readAnswer(() => TiebreakerCommittee__factory.connect(committee, provider).members());
    bodies.tiebreaker = { committee, subCommittees: [...needed("a tiebreaker", members)] };
  }
  return bodies;
}
