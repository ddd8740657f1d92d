import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { status, wipe } from "@nomicfoundation/ignition-core";
import type { ArtifactManager } from "hardhat/types/artifacts";
import type { NetworkConnection } from "hardhat/types/network";

import { awaitConfirmations, type Patience } from "./confirmations.js";
import { forgetUnbegunSteps, hasJournal, listOpenSteps, reopenSteps } from "./journalFile.js";

/** Ignition's journal of one module, and what it takes to look after it. */
export interface Journal {
  /** As Ignition calls the deployment. */
  readonly id: string;
  readonly folder: string;
  readonly connection: NetworkConnection;
  readonly artifacts: ArtifactManager;
  /** Sends every transaction of the journal. */
  readonly deployer: string;
  readonly patience: Patience;
  /** Nothing of the journal is older. */
  readonly firstBlock: number;
  /** Called before it is begun: until that is kept, nothing is sent. */
  readonly onBegin?: (() => Promise<void>) | undefined;
  /** Told what is waited for, before it is. */
  readonly onWait?: ((what: string) => void) | undefined;
}

/** Numbers of Ignition's errors, HHE10400 and so on, that another attempt may get over. */
const DEPLOYMENT_ERROR = 10_120;
const DROPPED_TRANSACTION = 10_400;
const WAITING_FOR_CONFIRMATIONS = 10_402;
const WAITING_FOR_NONCE = 10_403;
const NONCE_TOO_HIGH = 10_411;
const NONCE_TOO_LOW = 10_412;

interface IgnitionError extends Error {
  readonly number: number;
}

/** Every contract that the journal has as deployed, by its name there; none before the first run. */
export async function listDeployed(folder: string): Promise<ReadonlyMap<string, string>> {
  if (!hasJournal(folder)) return new Map();
  const { contracts } = await status(folder);
  return new Map(Object.values(contracts).map(({ id, address }) => [id, address]));
}

/**
 * Puts a journal right that Ignition would not go on with by itself, before it tries: what has failed left nothing
 * behind, whether it reverted or was never sent, and is tried again; what was given up for want of a block, or refused
 * when it was sent for the second time, is waited for again, under its old nonce.
 */
export async function mendBefore({ folder, artifacts }: Pick<Journal, "folder" | "artifacts">): Promise<void> {
  if (!hasJournal(folder)) return;
  await forgetUnbegunSteps(folder);
  const open = new Set((await listOpenSteps(folder)).map(({ futureId }) => futureId));
  const { failed, timedOut } = await status(folder);
  const reopened = failed.map(({ futureId }) => futureId).filter((id) => open.has(id));
  if (timedOut.length + reopened.length > 0) await reopenSteps(folder, new Set(reopened));
  for (const { futureId } of failed) {
    if (!open.has(futureId)) await wipe(folder, new HardhatArtifactResolver(artifacts), futureId);
  }
}

/**
 * Puts a journal right after `error` has stopped Ignition.
 * @returns Whether another attempt is worth it: it neither sends nor deploys anything twice.
 */
export async function mendAfter(error: unknown, journal: Journal): Promise<boolean> {
  if (!isIgnitionError(error)) return false;
  const { deployer, connection, patience, onWait } = journal;
  switch (error.number) {
    // The deployer sends other things meanwhile. Once all is confirmed, the next attempt enters what is Ignition's.
    case WAITING_FOR_CONFIRMATIONS:
    case WAITING_FOR_NONCE:
    case NONCE_TOO_HIGH:
      onWait?.(`Other transactions of ${deployer} are waited for until they are confirmed …`);
      await awaitConfirmations(deployer, connection.ethers.provider, patience);
      return true;
    // The next attempt sends it again, under the same nonce.
    case DROPPED_TRANSACTION:
    case NONCE_TOO_LOW:
      return true;
    // Steps that were sent, and refused when they were sent again: a node's pending block may have them. They are waited for.
    case DEPLOYMENT_ERROR: {
      const open = new Set((await listOpenSteps(journal.folder)).map(({ futureId }) => futureId));
      const { failed } = await status(journal.folder);
      if (!failed.some(({ futureId }) => open.has(futureId))) return false;
      onWait?.(`What ${deployer} has sent cannot be sent again for a higher price: it is waited for …`);
      await awaitConfirmations(deployer, connection.ethers.provider, patience);
      await mendBefore(journal);
      return true;
    }
    default:
      return false;
  }
}

/** Whether Ignition has ended with steps that have failed, or that it has given up. */
export const isRefused = (error: unknown): boolean => isIgnitionError(error) && error.number === DEPLOYMENT_ERROR;

const isIgnitionError = (error: unknown): error is IgnitionError =>
  error instanceof Error && "number" in error && typeof error.number === "number";
