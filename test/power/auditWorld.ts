import hre from "hardhat";

import { LOCAL_ACCOUNTS } from "../../src/config/localAccounts.js";
import { audit, type AuditOptions } from "../../src/power/audit.js";
import { readKnowledge } from "../../src/power/storage/knowledge.js";
import type { AuditInput } from "../../src/power/world/auditInput.js";
import type { ProofBundle } from "../../src/power/proof/bundle.js";
import { RecordingSnapshot } from "../../src/power/proof/recording.js";
import type { AuditReport } from "../../src/power/report.js";
import type { StorageKnowledge } from "../../src/power/storage/difference.js";
import { stockExample } from "../../src/rehearsal/example.js";
import { Snapshot } from "../../src/rehearsal/snapshot.js";
import { deployTribune, type Overrides, type Tribune } from "../helpers/deployTribune.js";
import { impersonate } from "../helpers/impersonate.js";

/** A deployment with stakers, and how its audit goes. */
export interface AuditWorld {
  readonly tribune: Tribune;
  /** Everything that the timelock may do, without a vote: how a deployment is wired wrongly. */
  readonly timelock: Awaited<ReturnType<typeof impersonate>>;
  /** Who has most shares. */
  readonly staker: string;
  /** Where the compiler has put a variable of a contract. */
  readonly slotOf: (account: string, variable: string) => bigint;
  readonly input: AuditInput;
  readonly knowledge: StorageKnowledge;
  readonly audit: (options?: Omit<AuditOptions, "knowledge">) => Promise<AuditReport>;
  /** The same, with what `--json` writes. */
  readonly record: (options?: Omit<AuditOptions, "knowledge">) => Promise<{ report: AuditReport; proof: ProofBundle }>;
}

export async function createAuditWorld(overrides: Omit<Overrides, "vault"> = {}): Promise<AuditWorld> {
  const connection = await hre.network.create();
  const began = (await connection.ethers.provider.getBlock("latest"))?.timestamp ?? 0;
  const tribune = await deployTribune(connection, overrides);
  const shareHolders = await stockExample(connection, tribune.addresses);
  const knowledge = await readKnowledge(hre.artifacts, tribune.addresses);
  const input = {
    snapshot: new Snapshot(connection.provider),
    provider: connection.ethers.provider,
    addresses: tribune.addresses,
    deployer: tribune.deployer.address,
    tokenHolders: LOCAL_ACCOUNTS,
    shareHolders,
    began,
  };
  return {
    tribune,
    timelock: await impersonate(connection, tribune.timelock),
    staker: shareHolders[0] ?? "",
    slotOf: (account, variable) => {
      const variables = (knowledge.layoutOf(account) ?? []).flatMap((root) => root.variables);
      const found = variables.find(({ name }) => name === variable);
      if (found === undefined) throw new Error(`${account} has no variable ${variable}`);
      return found.slot;
    },
    input,
    knowledge,
    audit: async (options) => await audit(input, { knowledge, ...options }),
    record: async (options) => {
      const snapshot = await RecordingSnapshot.begin(connection.provider);
      const report = await audit({ ...input, snapshot }, { knowledge, ...options });
      return { report, proof: await snapshot.finish() };
    },
  };
}
