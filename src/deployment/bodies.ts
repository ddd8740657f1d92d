import { solidityPackedKeccak256, type Provider, type Signer } from "ethers";

import type { CommitteeConfig, DaoConfig } from "../config/schema.js";
import { createSafe, predictSafe, type SafePlan } from "../safe/createSafe.js";
import { provideSafeContracts, providerOf } from "../safe/provide.js";
import type { BodyAddresses } from "../protocol/addresses.js";
import { listSeats, mapSeats, type Seat, type Seated } from "../protocol/committees/seats.js";

/** A committee of the file and where it stands on the chain. */
export interface FoundCommittee extends Seat {
  readonly committee: CommitteeConfig;
  readonly address: string;
}

/** Every committee of the file at the address that the deployment's record has for it. */
export function locateCommittees(dao: DaoConfig, bodies: BodyAddresses): FoundCommittee[] {
  const addresses = new Map(listSeats(bodies).map(({ name, value }) => [name, value]));
  return listSeats(dao).map(({ value: committee, ...seat }) => {
    const address = addresses.get(seat.name);
    if (address === undefined) throw new Error(`the record has no ${seat.path}`);
    return { ...seat, committee, address };
  });
}

/**
 * Puts every committee where it belongs: creates the Safes that do not exist, once. A Safe's address follows from its
 * owners and from where the deployment began, so an interrupted deployment finds those that it had created.
 * @returns Their addresses.
 */
export async function provideCommittees(signer: Signer, dao: DaoConfig, firstBlock: number): Promise<Seated<string>> {
  const provider = providerOf(signer);
  const deployer = await signer.getAddress();
  const committees = listSeats(dao);
  if (committees.some(({ value: { safe } }) => safe === undefined)) await provideSafeContracts(signer);
  const created = new Map<string, string>();
  for (const { path, value } of committees) {
    const { safe, owners, threshold } = value;
    if (safe !== undefined) continue;
    const parts = [dao.name, deployer, firstBlock, path];
    const salt = BigInt(solidityPackedKeccak256(["string", "address", "uint256", "string"], parts));
    const plan = { owners, threshold, salt };
    const planned = predictSafe(plan);
    // What its owners have made of it since is for the verification to tell.
    if (!(await stands(planned, provider))) await createOnce(signer, plan);
    created.set(path, planned);
  }
  return mapSeats(dao, ({ path }, { safe = created.get(path) ?? "" }) => safe);
}

/** An earlier attempt's transaction may still have been under way, and make this one fail by coming first. */
async function createOnce(signer: Signer, plan: SafePlan): Promise<void> {
  try {
    await createSafe(signer, plan);
  } catch (error) {
    if (!(await stands(predictSafe(plan), providerOf(signer)))) throw error;
  }
}

const stands = async (address: string, provider: Provider): Promise<boolean> =>
  (await provider.getCode(address)) !== "0x";

/** The last seconds of the powers that end by the calendar. [unix seconds] */
export interface Terms {
  readonly protectionEndsAt: bigint;
  readonly sealExpiry: bigint;
}

/**
 * Terms count from the newest block before the deployment: that block is on record and never changes, so a deployment
 * that goes on after an interruption goes on with the same dates.
 */
export async function readTerms(
  { emergency, circuitBreaker }: DaoConfig,
  provider: Provider,
  firstBlock: number,
): Promise<Terms> {
  const block = await provider.getBlock(firstBlock);
  if (block === null) throw new Error(`the chain has no block ${firstBlock}`);
  const began = BigInt(block.timestamp);
  return {
    protectionEndsAt: emergency === undefined ? 0n : began + emergency.protection,
    sealExpiry: circuitBreaker === undefined ? 0n : began + circuitBreaker.sealTerm,
  };
}
