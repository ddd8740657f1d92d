import { solidityPackedKeccak256, type Provider, type Signer } from "ethers";

import { listCommittees, type SeatedCommittee } from "../config/committees.js";
import type { DaoConfig } from "../config/schema.js";
import type { BodyAddresses } from "../protocol/addresses.js";
import { SentenceError } from "../protocol/errors.js";
import { createSafe, predictSafe, type SafePlan } from "../safe/createSafe.js";
import { provideSafeContracts, providerOf } from "../safe/provide.js";
import { awaitConfirmations, type Patience } from "./confirmations.js";

/** A committee of the file and where it stands on the chain. */
export interface FoundCommittee extends SeatedCommittee {
  readonly address: string;
}

/** Every committee of the file at the address that the deployment's record has for it. */
export function locateCommittees(dao: DaoConfig, bodies: BodyAddresses): FoundCommittee[] {
  const { emergency, circuitBreaker, tiebreaker } = bodies;
  const addresses = new Map<string, string | undefined>([
    ["emergency.activationCommittee", emergency?.activationCommittee],
    ["emergency.executionCommittee", emergency?.executionCommittee],
    ["circuitBreaker.sealCommittee", circuitBreaker?.sealCommittee],
    ["circuitBreaker.resealCommittee", circuitBreaker?.resealCommittee],
    ...(tiebreaker?.subCommittees ?? []).map((address, index) => [`tiebreaker.subCommittees[${index}]`, address] as const),
  ]); // prettier-ignore
  return listCommittees(dao).map((committee) => {
    const address = addresses.get(committee.path);
    if (address === undefined) throw new Error(`the record has no ${committee.path}`);
    return { ...committee, address };
  });
}

/**
 * Puts every committee where it belongs: creates the Safes that do not exist, once, and waits until that is confirmed. A
 * Safe's address follows from its owners and from where the deployment began, so an interrupted deployment finds those
 * that it had created.
 * @returns Addresses by the committee's path.
 */
export async function provideCommittees(
  signer: Signer,
  dao: DaoConfig,
  firstBlock: number,
  patience: Patience,
): Promise<ReadonlyMap<string, string>> {
  const provider = providerOf(signer);
  const deployer = await signer.getAddress();
  const committees = listCommittees(dao);
  if (committees.some(({ committee: { safe } }) => safe === undefined)) await provideSafeContracts(signer);
  const addresses = new Map<string, string>();
  const created: string[] = [];
  for (const { path, committee } of committees) {
    const { safe, owners, threshold } = committee;
    if (safe !== undefined) {
      addresses.set(path, safe);
      continue;
    }
    const parts = [dao.name, deployer, firstBlock, path];
    const salt = BigInt(solidityPackedKeccak256(["string", "address", "uint256", "string"], parts));
    const plan = { owners, threshold, salt };
    const planned = predictSafe(plan);
    // What its owners have made of it since is for the verification to tell.
    if (!(await stands(planned, provider))) {
      await createOnce(signer, plan);
      created.push(planned);
    }
    addresses.set(path, planned);
  }
  if (created.length > 0) await awaitConfirmations(deployer, provider, patience);
  for (const address of created) {
    if (await stands(address, provider)) continue;
    throw new SentenceError(`The Safe at ${address} was created, and the chain has undone it: run the same command again.`); // prettier-ignore
  }
  return addresses;
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
