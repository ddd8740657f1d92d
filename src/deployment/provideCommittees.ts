import type { IgnitionModule } from "@nomicfoundation/ignition-core";
import { solidityPackedKeccak256, type Provider, type Signer } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { CommitteeConfig, DaoConfig } from "../config/schema.js";
import type { BodyAddresses, DeploymentRecord } from "../protocol/addresses.js";
import { listSeats, mapSeats, type Seat, type Seated, type SeatName } from "../protocol/committees/seats.js";
import { UnreadableError } from "../protocol/errors.js";
import { predictSafe, type SafePlan } from "../safe/createSafe.js";
import { provideSafeContracts } from "../safe/provide.js";
import { awaitConfirmations, type Patience } from "./confirmations.js";
import { ignite, type Ignition } from "./ignite.js";
import { isRefused, mendBefore } from "./journal.js";
import { listConfirmed, listOpenSteps } from "./journalFile.js";
import { forgetNeedlessSteps } from "./openSteps.js";

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

/** Builds Ignition's module of Safes; each call is named as `callNameOf` says. */
export type BuildSafes = (plans: ReadonlyMap<SeatName, SafePlan>) => IgnitionModule;

/** What creates a seat's Safe, in that module. Ignition takes no hyphens. */
export const callNameOf = (seat: SeatName): string => seat.replaceAll("-", "_");

/** The same in its journal. */
const futureOf = (seat: SeatName): string => `Safes#${callNameOf(seat)}`;

/** How Safes are created. */
export interface SafeCreation extends Ignition {
  readonly build: BuildSafes;
  readonly patience: Patience;
}

/**
 * Puts every committee where it belongs: creates the Safes that do not exist, once, and waits until that is confirmed. A
 * Safe's address follows from its owners and from where the deployment began, so an interrupted deployment finds those
 * that it had created. Those that it had sent it finds in their journal, like every other step.
 * @returns Their addresses.
 */
export async function provideCommittees(
  connection: NetworkConnection,
  signer: Signer,
  dao: DaoConfig,
  firstBlock: number,
  creation: SafeCreation,
): Promise<Seated<string>> {
  const deployer = await signer.getAddress();
  const plans = planSafes(dao, deployer, firstBlock);
  if (plans.size > 0) {
    const { provider } = connection.ethers;
    await provideSafeContracts(signer, async () => {
      creation.journal?.onWait?.(`Safe's contracts: waiting until what ${deployer} has sent is confirmed …`);
      await awaitConfirmations(deployer, provider, creation.patience);
    });
    await createSafes(connection, deployer, plans, creation);
  }
  return mapSeats(dao, ({ name }, { safe }) => {
    const plan = plans.get(name);
    return plan === undefined ? (safe ?? "") : predictSafe(plan);
  });
}

async function createSafes(
  connection: NetworkConnection,
  deployer: string,
  plans: ReadonlyMap<SeatName, SafePlan>,
  { build, journal, patience }: SafeCreation,
): Promise<void> {
  const { provider } = connection.ethers;
  const findWanted = async (): Promise<ReadonlyMap<SeatName, SafePlan>> => {
    const missing = await findMissingSafes(plans, provider);
    const isMissing = ([seat]: readonly [SeatName, SafePlan]) => missing.has(seat);
    if (journal === undefined) return new Map([...plans].filter(isMissing));
    await mendBefore(journal);
    const needed = new Set([...missing.keys()].map(futureOf));
    await forgetNeedlessSteps({ ...journal, connection, deployer, patience }, (future) => !needed.has(future));
    const open = (await listOpenSteps(journal.folder)).map(({ futureId }) => futureId);
    if (missing.size === 0 && open.length === 0) return new Map();
    // One that stands without having been sent is somebody else's doing, and as good: the factory would refuse another.
    const sent = new Set([...open, ...(await listConfirmed(journal.folder))]);
    return new Map([...plans].filter((plan) => isMissing(plan) || sent.has(futureOf(plan[0]))));
  };
  for (let wanted = await findWanted(); wanted.size > 0;) {
    try {
      await ignite(connection, deployer, build(wanted), {}, { journal, patience });
      break;
    } catch (error) {
      if (!isRefused(error)) throw error;
      // One of them may have been created meanwhile, by somebody else.
      const left = await findWanted();
      if (left.size >= wanted.size) throw error;
      wanted = left;
    }
  }
  // What its owners have made of one since is for the verification to tell.
  for (const [seat, address] of await findMissingSafes(plans, provider)) {
    throw new UnreadableError(
      `The Safe at ${address} (${seat}) was created, and is not there: this node lags. Run the same command again.`,
      "behind",
    );
  }
}

/** Where Safes are to stand that do not. */
async function findMissingSafes(
  plans: ReadonlyMap<SeatName, SafePlan>,
  provider: Provider,
): Promise<ReadonlyMap<SeatName, string>> {
  const missing = new Map<SeatName, string>();
  for (const [seat, plan] of plans) {
    const address = predictSafe(plan);
    if ((await provider.getCode(address)) === "0x") missing.set(seat, address);
  }
  return missing;
}

/** The Safes that a journal has on the chain, and where they should stand. */
export async function listCreatedSafes(
  dao: DaoConfig,
  { deployer, firstBlock }: Pick<DeploymentRecord, "deployer" | "firstBlock">,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const confirmed = await listConfirmed(folder);
  const created = [...planSafes(dao, deployer, firstBlock)].filter(([seat]) => confirmed.has(futureOf(seat)));
  return new Map(created.map(([seat, plan]) => [`the Safe of ${seat}`, predictSafe(plan)]));
}
