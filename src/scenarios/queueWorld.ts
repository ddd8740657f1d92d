import { MaxUint256 } from "ethers";

import { ERC7540VaultMock__factory, IERC4626__factory, WETHMock__factory } from "../../types/index.js";
import type { FoundedDao } from "../config/schema.js";
import { createAccounts } from "./accounts.js";
import type { RunName } from "./scenarioRun.js";
import type { StoryContext } from "./scenario.js";
import { deployProtectedDao, deposit, startRun } from "./worlds.js";

/** A moment in the life of a redemption: the members of `Stage` in contracts/mocks/ERC7540VaultMock.sol. */
const FULFILMENT = 1n;

/** The DAO with dual governance around a vault that redeems on request, when somebody settles it, or never. */
export async function openQueueWorld(context: StoryContext, name: RunName, deposits: readonly bigint[]) {
  const connection = await context.createChain();
  const accounts = await createAccounts(connection);
  const { signer } = accounts.deployer;
  const asset = await new WETHMock__factory(signer).deploy();
  const vault = await new ERC7540VaultMock__factory(signer).deploy(asset, {
    hasSeparateShare: false,
    hasRequestIds: false,
    isFulfilledAtOnce: false,
    hasVotableSupply: false,
    burnAt: FULFILMENT,
    priceAt: FULFILMENT,
  });
  const address = await vault.getAddress();
  // What the circuit breaker could pause, this vault has not.
  const dao: FoundedDao = { ...context.dao, vault: { kind: "erc7540", address }, circuitBreaker: undefined };
  // Before the DAO: the escrow refuses a vault without shares.
  const stakes = await deposit(accounts, IERC4626__factory.connect(address, signer), asset, deposits);
  const parts = await deployProtectedDao(context, connection, accounts, dao);
  for (const { staker } of stakes) await vault.connect(staker.signer).approve(parts.escrow, MaxUint256);
  const { run, gauge } = await startRun(context, connection, name, parts);
  return { run, gauge, accounts, dao, vault, asset, stakes, ...parts };
}

export type QueueWorld = Awaited<ReturnType<typeof openQueueWorld>>;
