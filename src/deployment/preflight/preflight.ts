import type { Provider } from "ethers";

import { hasStandIns } from "../../config/pool.js";
import type { DaoConfig } from "../../config/schema.js";
import { unitsOfSeed, WETH_DECIMALS } from "../../config/seed.js";
import type { DeploymentRecord } from "../../protocol/addresses.js";
import { listSeats } from "../../protocol/committees/seats.js";
import { SentenceError } from "../../protocol/errors.js";
import { formatAmount } from "../../protocol/format.js";
import { predictSafe } from "../../safe/createSafe.js";
import type { Modules } from "../deployTribune.js";
import { listConfirmed, listOpenSteps } from "../journalFile.js";
import { journalsOf, type Place } from "../place.js";
import { hasSucceeded } from "../openSteps.js";
import { planSafes } from "../provideCommittees.js";
import { readGasPrice } from "./gasPrice.js";
import { planSteps, type Earlier, type PlannedCode, type Step } from "./steps.js";

/** What a deployment is about to do, and what that costs. */
export interface Preflight {
  readonly chainId: number;
  readonly deployer: string;
  /** [wei] */
  readonly balance: bigint;
  readonly steps: readonly Step[];
  /** Of what is still to be sent. [gas] */
  readonly gas: bigint;
  /** At present. [wei per gas] */
  readonly gasPrice: bigint;
  /** Of what is still to be sent, at the present price. [wei] */
  readonly cost: bigint;
  /** What the deployer hands over beside: the seed of a vault, where that is ETH. [wei] */
  readonly value: bigint;
}

export interface PreflightSubject {
  readonly dao: DaoConfig;
  readonly place: Place;
  readonly deployer: string;
  readonly modules: Modules;
  readonly readArtifact: (contractName: string) => Promise<PlannedCode>;
  /** Name of the DAO's deployments. */
  readonly id: string;
  /** What an earlier run has begun. */
  readonly earlier: DeploymentRecord | undefined;
}

/** What is still to be done, and whether the deployer can pay for it. */
export async function collectPreflight(subject: PreflightSubject): Promise<Preflight> {
  const { dao, place, deployer, modules, readArtifact } = subject;
  const { provider } = place;
  const [balance, gasPrice] = await Promise.all([provider.getBalance(deployer), readGasPrice(provider)]);
  const steps = await planSteps(dao, modules, readArtifact, await findEarlierSteps(subject));
  const left = steps.filter(({ isDone }) => !isDone);
  const gas = left.reduce((sum, step) => sum + step.gas, 0n);
  const value = left.some(({ name }) => name === SEEDED.get(dao.vault.kind)) ? etherOfSeed(dao) : 0n;
  return { chainId: place.chain.id, deployer, balance, steps, gas, gasPrice, cost: gas * gasPrice, value };
}

/** The step that pays the seed of a vault in ETH. */
const SEEDED: ReadonlyMap<string, string> = new Map([
  ["local-example", "WETHMock.deposit"],
  ["pool", "StakingPool.depositETH"],
]);

const etherOfSeed = ({ vault }: DaoConfig): bigint =>
  vault.kind === "local-example" || vault.kind === "pool" ? unitsOfSeed(vault.seed, WETH_DECIMALS) : 0n;

async function findEarlierSteps({ dao, place, deployer, id, earlier }: PreflightSubject): Promise<Earlier> {
  if (earlier === undefined) return { confirmed: new Set(), seated: new Set() };
  const { vesting, tribune } = journalsOf(place, id);
  const folders = [vesting.folder, tribune.folder];
  const journals = await Promise.all(folders.map(listConfirmed));
  const open = (await Promise.all(folders.map(listOpenSteps))).flat().map(async (step) => {
    // What has arrived without an answer is entered only while the deployment goes on.
    return (await hasSucceeded(step, deployer, place.provider, earlier.firstBlock)) ? [step.futureId] : [];
  });
  const plans = planSafes(dao, deployer, earlier.firstBlock);
  const seats = listSeats(dao).map(async ({ name, path }) => {
    const plan = plans.get(name);
    return plan !== undefined && (await stands(predictSafe(plan), place.provider)) ? [path] : [];
  });
  return {
    confirmed: new Set([...journals.flatMap((journal) => [...journal]), ...(await Promise.all(open)).flat()]),
    seated: new Set((await Promise.all(seats)).flat()),
  };
}

const stands = async (address: string, provider: Provider): Promise<boolean> =>
  (await provider.getCode(address)) !== "0x";

/** Throws a sentence if the deployer cannot pay at the present price. */
export function refuseUnfunded({ deployer, balance, cost, value, gas, gasPrice, chainId }: Preflight): void {
  if (balance >= cost + value) return;
  const ether = (amount: bigint) => `${formatAmount(amount, 18, 6)} ETH`;
  const forGas = `about ${formatAmount(gas, 0)} gas at ${formatAmount(gasPrice, 9)} gwei`;
  throw new SentenceError(
    `The deployer, ${deployer}, has ${ether(balance)} on chain ${chainId}, and this takes ${ether(cost + value)} (${forGas}` +
      `${value > 0n ? `, and ${ether(value)} into the vault` : ""}): send it the rest, or wait for a lower price, and run ` +
      "the same command again. Nothing was sent by this run.",
  );
}

/** What a person must know to be a stand-in before it is sent. */
export function listStandIns({ vault }: DaoConfig): string[] {
  switch (vault.kind) {
    case "local-example":
      return ["WETH", "the market"];
    case "test-example":
      return ["the asset, which anybody mints", "the market"];
    case "pool":
      return hasStandIns(vault) ? ["WETH", "the deposit contract"] : [];
    default:
      return [];
  }
}
