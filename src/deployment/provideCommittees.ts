import { solidityPackedKeccak256, type Provider, type Signer } from "ethers";

import type { CommitteeConfig, DaoConfig } from "../config/schema.js";
import type { BodyAddresses } from "../protocol/addresses.js";
import { listSeats, mapSeats, type Seat, type Seated, type SeatName } from "../protocol/committees/seats.js";
import { SentenceError } from "../protocol/errors.js";
import { createSafe, predictSafe, type SafePlan } from "../safe/createSafe.js";
import { provideSafeContracts, providerOf } from "../safe/provide.js";
import { awaitConfirmations, type Patience } from "./confirmations.js";

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

/** A Safe that is created with the deployment, for each committee that names none. */
export function planSafes(dao: DaoConfig, deployer: string, firstBlock: number): ReadonlyMap<SeatName, SafePlan> {
  const created = listSeats(dao).filter(({ value: { safe } }) => safe === undefined);
  return new Map(
    created.map(({ name, path, value: { owners, threshold } }) => {
      const parts = [dao.name, deployer, firstBlock, path];
      const salt = BigInt(solidityPackedKeccak256(["string", "address", "uint256", "string"], parts));
      return [name, { owners, threshold, salt }];
    }),
  );
}

/**
 * Puts every committee where it belongs: creates the Safes that do not exist, once, and waits until that is confirmed. A
 * Safe's address follows from its owners and from where the deployment began, so an interrupted deployment finds those
 * that it had created.
 * @returns Their addresses.
 */
export async function provideCommittees(
  signer: Signer,
  dao: DaoConfig,
  firstBlock: number,
  patience: Patience,
): Promise<Seated<string>> {
  const provider = providerOf(signer);
  const deployer = await signer.getAddress();
  const committees = listSeats(dao);
  const plans = planSafes(dao, deployer, firstBlock);
  if (plans.size > 0) await provideSafeContracts(signer);
  const addresses = new Map<string, string>();
  const created: string[] = [];
  for (const { name, value } of committees) {
    const plan = plans.get(name);
    if (plan === undefined) {
      addresses.set(name, value.safe ?? "");
      continue;
    }
    const planned = predictSafe(plan);
    // What its owners have made of it since is for the verification to tell.
    if (!(await stands(planned, provider))) {
      await createOnce(signer, plan);
      created.push(planned);
    }
    addresses.set(name, planned);
  }
  if (created.length > 0) await awaitConfirmations(deployer, provider, patience);
  for (const address of created) {
    if (await stands(address, provider)) continue;
    throw new SentenceError(
      `The Safe at ${address} was created, and is not there: either this node lags, or the chain has undone it. Run the ` +
        "same command again.",
    );
  }
  return mapSeats(dao, ({ name }) => addresses.get(name) ?? "");
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
