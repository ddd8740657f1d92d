import type { IgnitionModule } from "@nomicfoundation/ignition-core";
import type { NetworkConnection } from "hardhat/types/network";

import type { Patience } from "./confirmations.js";
import { mendAfter, mendBefore, type Journal } from "./journal.js";
import { hasJournal } from "./journalFile.js";
import { settleOpenSteps } from "./openSteps.js";
import type { IgnitionParameters } from "./parameters.js";

/** How a module is deployed. */
export interface Ignition {
  /** From which an interrupted deployment goes on. Nothing is kept on an in-process chain. */
  readonly journal?: Omit<Journal, "connection" | "deployer" | "patience"> | undefined;
}

/** What a module has deployed, by the names that it gives. */
export type Deployed = Record<string, { getAddress(): Promise<string> } | undefined>;

/** A deployer that goes on sending other things would keep us for ever. */
const ATTEMPTS = 10;

/** Deploys what of a module is not deployed yet, from the account `deployer`. */
export async function ignite(
  connection: NetworkConnection,
  deployer: string,
  module: IgnitionModule,
  parameters: IgnitionParameters,
  { patience, journal }: Ignition & { readonly patience: Patience },
): Promise<Deployed> {
  if (journal !== undefined && !hasJournal(journal.folder)) await journal.onBegin?.();
  if (journal !== undefined) await mendBefore(journal);
  for (let attempt = 1; ; ++attempt) {
    if (journal !== undefined) await settleOpenSteps({ ...journal, connection, deployer, patience });
    try {
      return await connection.ignition.deploy(module, {
        parameters,
        config: { requiredConfirmations: patience.confirmations },
        defaultSender: sortable(deployer),
        ...(journal !== undefined && { deploymentId: journal.id }),
      });
    } catch (error) {
      if (attempt === ATTEMPTS || journal === undefined) throw error;
      if (!(await mendAfter(error, { ...journal, connection, deployer, patience }))) throw error;
    }
  }
}

/**
 * Ignition takes what waits for confirmations first, and then what is to be sent, by comparing senders as text; only in
 * capitals does every account come before its stand-in for none, `0xFFFF…`. Otherwise it would check the next nonce
 * first, and never enter what was confirmed before somebody used the account for something else.
 */
const sortable = (account: string): string => `0x${account.slice(2).toUpperCase()}`;
