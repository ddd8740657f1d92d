import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { parseEther } from "ethers";

import pooled from "../../config/pool.js";
import type { Deployment } from "../../src/protocol/addresses.js";
import { compoundingCredentials, PREDEPOSIT } from "../../src/staking/deposits/deposits.js";
import { depositNetworkOf } from "../../src/staking/deposits/networks.js";
import { OperatorRegistry__factory, OperatorVault__factory, StakingPool__factory } from "../../types/index.js";
import { serveBeacon, servedBlocks } from "../helpers/consensus/beaconServer.js";
import { BeaconChain } from "../helpers/consensus/chain.js";
import { createHre, startNode } from "../helpers/localNode.js";
import { PoolWorld } from "../helpers/poolWorld.js";
import { signEntry } from "../helpers/staking/depositFiles.js";
import { run, TIMEOUT, type Ending } from "./faultWorld.js";
import { startProxy, type Fault } from "./proxy.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

/** What there is for a pool. `deploy` is a finished deployment of a pool, verified again; `status` is its. */
export const POOL_COMMANDS = [
  "deploy",
  "status",
  "operator register",
  "operator add-keys",
  "operator list",
  "operator exit",
  "operator claim",
  "prove activate",
  "prove checkpoint",
  "prove exits",
  "prove claim",
] as const;
export type PoolCommand = (typeof POOL_COMMANDS)[number];

/**
 * The pool of `config/pool.ts` on a chain, beside a beacon chain and its node: an operator runs a key whose checkpoint has
 * been started, and has another that is ready. Every command is ready to be run through a proxy before the chain's node.
 */
export async function createPoolFaultWorld() {
  const node = await startNode("2026-02-01T00:00:00Z");
  const proxy = await startProxy(node.url);
  const hre = await createHre(proxy.url, "localhost", { timeout: TIMEOUT });
  const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
  const dao = `pool-faults-${process.pid}`;
  const daoFile = path.join(folder, `${dao}.json`);
  await writeFile(daoFile, JSON.stringify(pooled));
  const { root, ignition } = hre.config.paths;
  const recordFile = path.join(root, "deployments", "31337", `${dao}.json`);
  const direct = await node.hre.network.create();
  await run(hre, ["deploy"], { dao: daoFile });
  const { addresses } = JSON.parse(await readFile(recordFile, "utf8")) as Deployment;
  if (addresses.pool === undefined) throw new Error("there must be a pool");

  const { ethers, networkHelpers } = direct;
  const [staker] = await ethers.getSigners();
  if (staker === undefined) throw new Error("too few accounts");
  const pool = StakingPool__factory.connect(addresses.vault, staker);
  await pool.depositETH(staker, { value: parseEther("100") });
  const registry = OperatorRegistry__factory.connect(addresses.pool.registry, staker);
  const { vault: vaultAddress, owner } = await registry.getOperator(1);
  const vault = OperatorVault__factory.connect(vaultAddress, await ethers.getSigner(owner));
  const chain = new BeaconChain({ genesisTime: (await networkHelpers.time.latest()) + 60 });
  const world = new PoolWorld(direct, chain, pool, addresses.pool.depositContract);
  await world.block();
  const [active = ""] = await world.prepare(vault, 2);
  await world.activate(vault, [active]);
  await world.block();
  await world.block();
  await world.passEpochs(12);
  await world.check(vault);
  await world.start(vault);
  const beacon = await serveBeacon({ blocks: () => servedBlocks(chain), genesisTime: chain.timestampOf(0) });

  const network = depositNetworkOf(31337n);
  if (network === undefined) throw new Error("the local chain must be known");
  const terms = { withdrawalCredentials: compoundingCredentials(vaultAddress), amount: PREDEPOSIT, network };
  const file = path.join(folder, "deposit_data.json");
  await writeFile(file, JSON.stringify([signEntry("one", terms)]));

  const operator = { dao, operator: "1" };
  const proving = { dao, beacon: beacon.url };
  const argumentsOf: Readonly<Record<PoolCommand, Record<string, unknown>>> = {
    deploy: { dao: daoFile },
    status: { dao },
    "operator register": { dao },
    "operator add-keys": { ...operator, file },
    "operator list": { dao },
    "operator exit": { ...operator, pubkeys: [active] },
    "operator claim": operator,
    "prove activate": proving,
    "prove checkpoint": proving,
    "prove exits": proving,
    "prove claim": { dao, prover: owner },
  };

  return {
    /** Runs a command while those faults last; what it sends is taken back. */
    async play(command: PoolCommand, ...faults: readonly Fault[]): Promise<Ending> {
      const snapshot = await networkHelpers.takeSnapshot();
      proxy.suffer(...faults);
      try {
        return await run(hre, command.split(" "), argumentsOf[command]);
      } finally {
        proxy.suffer();
        await snapshot.restore();
      }
    },
    async close(): Promise<void> {
      await beacon.close();
      await proxy.close();
      await node.close();
      await rm(folder, { recursive: true });
      await forgetDeployment(ignition, recordFile, dao);
    },
  };
}
