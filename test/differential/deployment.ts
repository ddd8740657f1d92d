import { MaxUint256 } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { FlashAttackerMock } from "../../types/index.js";
import { deployCore, TIMELOCK } from "../helpers/deployCore.js";
import { impersonate } from "../helpers/impersonate.js";
import {
  ACTORS,
  BOUNDS,
  CROWD,
  EXIT_TERMS,
  FIRST_DELAY,
  FIRST_DEPOSITS,
  FIRST_RULES,
  isCanceller,
  isProposer,
  type Actor,
} from "./setting.js";

/** Assets in everybody's pocket: nobody ever lacks them. [asset units] */
const POCKET = 10n ** 60n;

async function deployActor({ ethers }: NetworkConnection) {
  const contract = await ethers.deployContract("FlashAttackerMock");
  return { contract, address: await contract.getAddress() };
}

/** As the actor, on the way to where sequences start; nothing may fail. */
async function prepare(actor: FlashAttackerMock, target: string, ...calls: readonly string[]): Promise<void> {
  await actor.run(calls.map((data) => ({ target, value: 0n, data, mayFail: false })));
}

/** Timelock, escrow and gate over a vault, with contracts for actors, so that many calls fit into one transaction. */
export async function deployContracts(connection: NetworkConnection) {
  const { ethers } = connection;
  const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
  const vault = await ethers.deployContract("HostileVaultMock", [asset]);
  const target = await ethers.deployContract("CallTargetMock");
  const addresses = {
    asset: await asset.getAddress(),
    vault: await vault.getAddress(),
    target: await target.getAddress(),
  };
  const actors: Readonly<Record<Actor, Awaited<ReturnType<typeof deployActor>>>> = {
    alice: await deployActor(connection),
    bob: await deployActor(connection),
    carol: await deployActor(connection),
    dora: await deployActor(connection),
    mallory: await deployActor(connection),
  };
  // Before escrow and gate, which go by the supply that they find.
  for (const actor of ACTORS) {
    const { contract, address } = actors[actor];
    await asset.mint(address, POCKET);
    const approval = asset.interface.encodeFunctionData("approve", [addresses.vault, MaxUint256]);
    await prepare(contract, addresses.asset, approval);
    const deposit = vault.interface.encodeFunctionData("deposit", [FIRST_DEPOSITS[actor], address]);
    await prepare(contract, addresses.vault, deposit);
  }

  const { contract: mallory, address: crowd } = actors.mallory;
  await prepare(mallory, addresses.vault, vault.interface.encodeFunctionData("deposit", [CROWD, crowd]));
  const timelockRules = { ...TIMELOCK, delay: FIRST_DELAY, ...BOUNDS };
  const deployed = await deployCore(connection, vault, FIRST_RULES, timelockRules, EXIT_TERMS);
  const { timelock, escrow, gate, vessel } = deployed;
  await prepare(mallory, addresses.vault, vault.interface.encodeFunctionData("redeem", [CROWD, crowd, crowd]));
  const core = {
    timelock: await timelock.getAddress(),
    escrow: await escrow.getAddress(),
    gate: await gate.getAddress(),
  };
  for (const actor of ACTORS) {
    const { contract, address } = actors[actor];
    const approval = vault.interface.encodeFunctionData("approve", [core.escrow, MaxUint256]);
    await prepare(contract, addresses.vault, approval);
    if (isProposer(actor)) await timelock.grantRole(await timelock.PROPOSER_ROLE(), address);
    if (isCanceller(actor)) await timelock.grantRole(await timelock.CANCELLER_ROLE(), address);
  }
  // The timelock acts of its own accord where a move says so.
  await impersonate(connection, timelock);
  return { timelock, escrow, gate, vessel, asset, vault, actors, addresses: { ...addresses, ...core } };
}

export type Contracts = Awaited<ReturnType<typeof deployContracts>>;
