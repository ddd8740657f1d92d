import hre from "hardhat";

import poolDao from "../../config/pool.js";
import { LOCAL_ACCOUNTS } from "../../src/config/localAccounts.js";
import { audit, type AuditOptions } from "../../src/power/audit.js";
import { readKnowledge } from "../../src/power/storage/knowledge.js";
import type { AuditInput } from "../../src/power/world/auditInput.js";
import { readAuditInput } from "../../src/power/world/readAuditInput.js";
import type { AuditReport } from "../../src/power/report.js";
import type { StorageKnowledge } from "../../src/power/storage/difference.js";
import { connectPool, type PoolContracts } from "../../src/protocol/contracts.js";
import { stockPool } from "../../src/rehearsal/example.js";
import { openSnapshot } from "../../src/rehearsal/open.js";
import { Snapshot } from "../../src/rehearsal/snapshot.js";
import { deployProtocol, type Connection } from "../helpers/deployTribune.js";

/** A deployment of `config/pool.ts` with stakers, and how its audit goes. */
export interface PoolAuditWorld extends PoolContracts {
  readonly connection: Connection;
  readonly input: AuditInput;
  readonly knowledge: StorageKnowledge;
  readonly audit: (options?: Omit<AuditOptions, "knowledge">) => Promise<AuditReport>;
}

/** Who is there in a deployment of `config/pool.ts` in which nobody has staked yet, as its logs tell. */
export async function readEmptyPool(): Promise<AuditInput> {
  const connection = await hre.network.create();
  const { addresses, deployer, firstBlock } = await deployProtocol(connection, poolDao);
  const record = { format: 1, dao: "pool", chain: { id: 31337 }, configuration: {}, firstBlock } as const;
  const deployment = { ...record, deployer: deployer.address, addresses };
  return await readAuditInput(await openSnapshot(hre.network, connection), deployment, connection.ethers.provider);
}

export async function createPoolAuditWorld(): Promise<PoolAuditWorld> {
  const connection = await hre.network.create();
  const { addresses, deployer } = await deployProtocol(connection, poolDao);
  if (addresses.pool === undefined) throw new Error("the pool was not deployed");
  const shareHolders = await stockPool(connection, addresses);
  const knowledge = await readKnowledge(hre.artifacts, addresses);
  const input = {
    snapshot: new Snapshot(connection.provider),
    provider: connection.ethers.provider,
    addresses,
    deployer: deployer.address,
    tokenHolders: LOCAL_ACCOUNTS,
    shareHolders,
  };
  return {
    ...connectPool(addresses.vault, addresses.pool, deployer),
    connection,
    input,
    knowledge,
    audit: async (options) => await audit(input, { knowledge, ...options }),
  };
}
