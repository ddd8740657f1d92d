import { MaxUint256 } from "ethers";

import { PausableVaultMock__factory, WETHMock__factory } from "../../types/index.js";
import type { FoundedDao } from "../config/schema.js";
import { createAccounts } from "./accounts.js";
import type { RunName } from "./scenarioRun.js";
import type { StoryContext } from "./scenario.js";
import { deployProtectedDao, deposit, startRun } from "./worlds.js";

/**
 * The DAO with dual governance around a vault whose redemptions the circuit breaker can pause. The example vault is none
 * of that kind.
 * @param changes To the configuration, section by section.
 */
export async function openPausableWorld(
  context: StoryContext,
  name: RunName,
  deposits: readonly bigint[],
  changes: Partial<FoundedDao> = {},
) {
  const connection = await context.createChain();
  const accounts = await createAccounts(connection);
  const { signer } = accounts.deployer;
  const asset = await new WETHMock__factory(signer).deploy();
  const vault = await new PausableVaultMock__factory(signer).deploy(asset);
  const address = await vault.getAddress();
  const { circuitBreaker } = context.dao;
  const dao: FoundedDao = {
    ...context.dao,
    ...changes,
    vault: { kind: "erc4626", address },
    circuitBreaker: circuitBreaker && { ...circuitBreaker, pausables: [address] },
  };
  // Before the DAO: the escrow refuses a vault without shares.
  const stakes = await deposit(accounts, vault, asset, deposits);
  const { breaker, ...parts } = await deployProtectedDao(context, connection, accounts, dao);
  if (breaker === undefined) throw new Error("the story needs a circuit breaker");
  await vault.bindBreaker(breaker);
  for (const { staker } of stakes) await vault.connect(staker.signer).approve(parts.escrow, MaxUint256);
  const { run, gauge } = await startRun(context, connection, name, parts);
  return { run, gauge, accounts, dao, vault, asset, stakes, breaker, ...parts };
}

export type PausableWorld = Awaited<ReturnType<typeof openPausableWorld>>;
