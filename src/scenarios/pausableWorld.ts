import { MaxUint256 } from "ethers";

import { PausableVaultMock__factory, WETHMock__factory } from "../../types/index.js";
import type { DaoConfig } from "../config/schema.js";
import { assembleCast } from "./cast.js";
import type { RunName } from "./run.js";
import type { Stage } from "./stage.js";
import { deployProtectedDao, deposit, openCurtain } from "./worlds.js";

/**
 * The DAO with dual governance around a vault whose redemptions the circuit breaker can pause. The example vault is none
 * of that kind.
 * @param changes To the configuration, section by section.
 */
export async function openPausableWorld(
  stage: Stage,
  name: RunName,
  deposits: readonly bigint[],
  changes: Partial<DaoConfig> = {},
) {
  const connection = await stage.createChain();
  const cast = await assembleCast(connection);
  const { signer } = cast.deployer;
  const asset = await new WETHMock__factory(signer).deploy();
  const vault = await new PausableVaultMock__factory(signer).deploy(asset);
  const address = await vault.getAddress();
  const { circuitBreaker } = stage.dao;
  const dao: DaoConfig = {
    ...stage.dao,
    ...changes,
    vault: { kind: "erc4626", address },
    circuitBreaker: circuitBreaker && { ...circuitBreaker, pausables: [address] },
  };
  // Before the DAO: the escrow refuses a vault without shares.
  const stakes = await deposit(cast, vault, asset, deposits);
  const { breaker, ...parts } = await deployProtectedDao(stage, connection, cast, dao);
  if (breaker === undefined) throw new Error("the story needs a circuit breaker");
  await vault.bindBreaker(breaker);
  for (const { staker } of stakes) await vault.connect(staker.signer).approve(parts.escrow, MaxUint256);
  const { run, gauge } = await openCurtain(stage, connection, name, parts);
  return { run, gauge, cast, dao, vault, asset, stakes, breaker, ...parts };
}

export type PausableWorld = Awaited<ReturnType<typeof openPausableWorld>>;
