import { isAddress } from "ethers";

import { WHOLE } from "../model/units.js";
import { poolTerms } from "../config/pool.js";
import { isAdopting, type DaoConfig, type FoundedDao } from "../config/schema.js";
import type { Seated } from "../protocol/committees/seats.js";
import type { Terms } from "./terms.js";

/** Basis points, the Governor's measure of its quorum. [1e18 = 100 %] per unit */
const BASIS_POINT = 10n ** 14n;

type Parameter = bigint | string | boolean | Parameter[] | { [field: string]: Parameter };
/** Ignition's parameters, by module. */
export type IgnitionParameters = Record<string, Record<string, Parameter>>;

/** Everything the DAO's token will ever count. [token units, 18 decimals] */
export const calcTokenSupply = (dao: FoundedDao): bigint =>
  dao.token.allocations.reduce((sum, { amount }) => sum + amount, 0n);

/** What the constructors of the Governor take. */
export function governorSettings({ governor, ...dao }: FoundedDao) {
  return {
    votingDelay: governor.votingDelay,
    votingPeriod: governor.votingPeriod,
    proposalThreshold: (calcTokenSupply({ governor, ...dao }) * governor.proposalThreshold) / WHOLE,
    quorumNumerator: governor.quorum / BASIS_POINT,
    lateQuorumExtension: governor.lateQuorumExtension,
  };
}

/** What the escrow's constructor takes. */
export function exitTerms({ dualGovernance }: DaoConfig) {
  const { freshVessels, ...durations } = dualGovernance.exit;
  return { ...durations, allowsFreshVessels: freshVessels };
}

/** Terms of the allocations that vest, in the order of the file. */
export const vestingAllocations = (dao: DaoConfig) =>
  allocationsOf(dao).flatMap((allocation) =>
    allocation.vesting === undefined ? [] : [{ ...allocation, vesting: allocation.vesting }],
  );

const allocationsOf = (dao: DaoConfig): FoundedDao["token"]["allocations"] =>
  isAdopting(dao) ? [] : dao.token.allocations;

/** Parameters of `deploy/modules/Vesting.ts`. */
export function buildVestingParameters(dao: DaoConfig): IgnitionParameters {
  const parameters: Record<string, Parameter> = {};
  for (const [index, { holder, vesting }] of vestingAllocations(dao).entries()) {
    parameters[`beneficiary${index}`] = holder;
    parameters[`start${index}`] = vesting.start;
    parameters[`duration${index}`] = vesting.duration;
    parameters[`cliff${index}`] = vesting.cliff;
  }
  return { Vesting: parameters };
}

/** Who gets tokens at construction: holders, and vesting wallets in the place of theirs. */
export function mintedAllocations(dao: DaoConfig, vestingWallets: readonly string[]) {
  const wallets = vestingWallets.values();
  return allocationsOf(dao).map(({ holder, amount, vesting }) => {
    const receiver = vesting === undefined ? holder : wallets.next().value;
    if (receiver === undefined) throw new Error("an allocation that vests has no wallet");
    return { holder: receiver, amount };
  });
}

/**
 * Parameters of the modules around the DAO's vault.
 * @param found `vestingWallets`, one for each allocation that vests, in the order of the file; `oldTimelock` of a DAO
 * that exists.
 * @param committees Their addresses.
 * @param seed What a vault that is made is seeded with; 0 for a vault that exists. [asset units]
 */
export function buildParameters(
  dao: DaoConfig,
  found: { readonly vestingWallets: readonly string[]; readonly oldTimelock?: string | undefined },
  committees: Seated<string>,
  terms: Terms,
  seed: bigint,
): IgnitionParameters {
  const { vestingWallets, oldTimelock } = found;
  return {
    ...(oldTimelock !== undefined && { Handover: { oldTimelock } }),
    ...(isAdopting(dao)
      ? { Token: dao.token, Governor: dao.governor }
      : {
          Token: {
            name: dao.token.name,
            symbol: dao.token.symbol,
            allocations: mintedAllocations(dao, vestingWallets),
          },
          Governor: { name: dao.name, ...governorSettings(dao) },
        }),
    Timelock: { ...dao.timelock },
    Vault: buildVaultParameters(dao.vault, seed),
    Escrow: {
      exitTerms: exitTerms(dao),
      ...(dao.vault.kind === "own" && isAddress(dao.vault.vessel) && { vessel: dao.vault.vessel }),
    },
    Gate: { signalling: { ...dao.dualGovernance.signalling }, phases: { ...dao.dualGovernance.phases } },
    ...buildBodyParameters(dao, committees, terms),
  };
}

function buildBodyParameters(
  { emergency, circuitBreaker, tiebreaker }: DaoConfig,
  committees: Seated<string>,
  { protectionEndsAt, sealExpiry }: Terms,
): IgnitionParameters {
  const bodies: Record<string, Parameter> = {};
  const parameters: IgnitionParameters = { Bodies: bodies };
  if (emergency !== undefined) {
    bodies.emergencyTerms = {
      ...committees.emergency,
      protectionEndsAt,
      modeDuration: emergency.modeDuration,
    };
  }
  if (circuitBreaker !== undefined) {
    parameters.CircuitBreaker = {
      ...committees.circuitBreaker,
      sealDuration: circuitBreaker.sealDuration,
      sealExpiry,
    };
    for (const [index, pausable] of (circuitBreaker.pausables ?? []).entries()) bodies[`pausable${index}`] = pausable;
  }
  if (tiebreaker !== undefined) {
    const { quorum, timeout, delay } = tiebreaker;
    bodies.tiebreakerTimeout = timeout;
    parameters.Tiebreaker = {
      subCommittees: [...(committees.tiebreaker?.subCommittees ?? [])],
      quorum: BigInt(quorum),
      delay,
    };
  }
  return parameters;
}

function buildVaultParameters(vault: DaoConfig["vault"], seed: bigint): Record<string, Parameter> {
  switch (vault.kind) {
    case "local-example":
    case "test-example":
      return { name: vault.name, symbol: vault.symbol, fee: vault.fee, seed };
    case "example":
      return { name: vault.name, symbol: vault.symbol, fee: vault.fee, seed, asset: vault.asset, market: vault.market };
    case "pool": {
      const { weth, depositContract } = vault;
      const network = weth === undefined || depositContract === undefined ? {} : { weth, depositContract };
      return { ...poolTerms(vault), seed, ...network };
    }
    case "erc4626":
    case "erc7540":
    case "own":
      return { address: vault.address };
  }
}
