import { MaxUint256, parseEther } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { OperatorVault } from "../../types/index.js";
import { beginExit, enterRageQuit, EXIT, PHASES, SIGNALLING } from "../helpers/deployCore.js";
import { concatKeys, deployPool, ETHER } from "../helpers/poolWorld.js";

/**
 * Timelock, pool, escrow and gate, as a DAO deploys them. Alice, bob and carol hold shares for 120, 60 and 20 ETH; three
 * operators run two keys each. Alice locks all she has and leaves; everybody may.
 */
export async function deployRageQuit(connection: NetworkConnection) {
  const deployed = await deployPool(connection);
  const { ethers, pool, timelock, governance, world, alice, bob, carol, operator } = deployed;
  const deposits = [
    [alice, "120"],
    [bob, "60"],
    [carol, "20"],
  ] as const;
  for (const [staker, assets] of deposits) await pool.connect(staker).depositETH(staker, { value: parseEther(assets) });
  const vessel = await ethers.deployContract("StandardVessel", [pool]);
  const escrow = await ethers.deployContract("VetoEscrow", [vessel, EXIT]);
  const gate = await ethers.deployContract("DualGovernance", [
    timelock,
    escrow,
    { signalling: SIGNALLING, phases: PHASES },
  ]);
  await escrow.bindGate(gate);
  await timelock.connect(governance).setGate(gate);
  const vaults: OperatorVault[] = [];
  const keys = new Map<OperatorVault, string[]>();
  for (let i = 0; i < 3; i++) {
    const vault = await world.register(operator);
    vaults.push(vault);
    keys.set(vault, await world.enlist(vault, 2));
  }
  await world.check(...vaults);
  for (const [staker] of deposits) await pool.connect(staker).approve(escrow, MaxUint256);
  return { ...deployed, vessel, escrow, gate, vaults, keys };
}

export type RageQuitWorld = Awaited<ReturnType<typeof deployRageQuit>>;

/** Alice locks all she has, nobody gives in, and her exit is begun, in `vessel` or a fresh one. @returns The vessel. */
export async function leaveWithAlice(all: RageQuitWorld, vessel?: string): Promise<string> {
  const { pool, escrow, alice, world } = all;
  await escrow.connect(alice).lock(await pool.balanceOf(alice), 0n);
  await enterRageQuit(all);
  // The beacon chain catches up.
  await world.passEpochs(1);
  if (vessel === undefined) return await beginExit(all, 1n);
  await escrow.beginExit(1n, vessel);
  return vessel;
}

/** A stranger makes the next key exit that the pool's order allows. */
export async function forceNext(all: RageQuitWorld): Promise<void> {
  const { registry, world, vaults, keys, prover } = all;
  const vault = vaults[Number(await registry.nextToExit()) - 1];
  if (vault === undefined) throw new Error("no operator has a key that could exit");
  const { requested, exiting } = await vault.keySets();
  const owned = keys.get(vault) ?? [];
  const place = owned.findIndex((_, index) => (((requested | exiting) >> BigInt(index)) & 1n) === 0n);
  const key = owned[place];
  if (key === undefined) throw new Error("all keys have been asked");
  const places = `0x${place.toString(16).padStart(2, "0")}`;
  await vault.connect(prover).forceExits(concatKeys([key]), world.recent([key], true), places, { value: ETHER });
}
