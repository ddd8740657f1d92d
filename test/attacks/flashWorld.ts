import type { Addressable } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { deployGateWorld, SUPPLY } from "../helpers/gateWorld.js";

/** What can be borrowed for a transaction: ten times all the assets of the vault. [asset units] */
export const LOAN = 10n * SUPPLY;

/** Estimates would leave too little for a call that may fail. */
const GAS_LIMIT = 10_000_000n;

/** The gate's world with a lender and an attacker. */
export async function deployFlashWorld(connection: NetworkConnection) {
  const world = await deployGateWorld(connection);
  const { asset, vault, gate, timelock, makeOperation, at } = world;
  const { ethers } = connection;
  const lender = await ethers.deployContract("FlashLenderMock");
  const attacker = await ethers.deployContract("FlashAttackerMock");
  await asset.mint(lender, LOAN);

  const call = (target: Addressable, data: string, mayFail = false) => ({ target, value: 0n, data, mayFail });
  const approve = (assets: bigint) =>
    call(asset, asset.interface.encodeFunctionData("approve", [vault.target, assets]));
  const enter = (assets: bigint) =>
    call(vault, vault.interface.encodeFunctionData("deposit", [assets, attacker.target]));
  const leave = (shares: bigint) =>
    call(vault, vault.interface.encodeFunctionData("redeem", [shares, attacker.target, attacker.target]));
  const poke = call(gate, gate.interface.encodeFunctionData("poke"));
  const execute = (rule: bigint) =>
    call(timelock, timelock.interface.encodeFunctionData("execute", [...makeOperation(rule)]), true);

  /**
   * Borrows, deposits, pokes, tries to execute the operation that sets `rule`, redeems, pays back: at `moment`, in one
   * transaction that succeeds whatever becomes of the execution.
   */
  async function attackByDeposit(moment: bigint, rule: bigint) {
    await at(moment);
    const calls = [approve(LOAN), enter(LOAN), poke, execute(rule), leave(LOAN)];
    return await attacker.attack(lender, asset, LOAN, calls, { gasLimit: GAS_LIMIT });
  }

  /**
   * The attacker, who owns `shares`, redeems them, pokes, tries to execute the operation that sets `rule`, and deposits
   * again: at `moment`, in one transaction.
   */
  async function attackByRedemption(moment: bigint, shares: bigint, rule: bigint) {
    await at(moment);
    const calls = [leave(shares), poke, execute(rule), approve(shares), enter(shares)];
    return await attacker.run(calls, { gasLimit: GAS_LIMIT });
  }

  return { ...world, lender, attacker, attackByDeposit, attackByRedemption };
}

export type FlashWorld = Awaited<ReturnType<typeof deployFlashWorld>>;
