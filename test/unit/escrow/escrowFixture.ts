import { Result } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { RequestRule, type RequestRuleName } from "../../conformance/vaults/names.js";
import { enterRageQuit, now, passWithdrawalDelay, type Core } from "../../helpers/deployCore.js";
import { deployEscrowWorld, type WorldOptions } from "../../helpers/escrowWorld.js";
import { impersonate } from "../../helpers/impersonate.js";

export const DAY = 86_400n;

/** Ways of leaving, as `StandardVessel` numbers them. */
export const Way = { Request: 0n, Redeem: 1n } as const;

/** An escrow over a vault that redeems at once. */
export const deploySync = (connection: NetworkConnection, options: Partial<WorldOptions<never>> = {}) =>
  deployEscrowWorld(connection, {
    ...options,
    makeVault: (asset) => connection.ethers.deployContract("SyncVaultMock", [asset]),
  });

/** An escrow over a vault that redeems on request, and has the habits `rules` from the beginning. */
export const deployRequests = (
  connection: NetworkConnection,
  rules: readonly RequestRuleName[] = [],
  { isApart = false, ...options }: Partial<WorldOptions<never>> & { readonly isApart?: boolean } = {},
) =>
  deployEscrowWorld(connection, {
    ...options,
    makeVault: async (asset) => {
      const vault = await connection.ethers.deployContract("RequestVaultMock", [asset, isApart]);
      for (const rule of rules) await vault.setRule(RequestRule[rule], true);
      return vault;
    },
  });

type Leavers = Core & { one: bigint; alice: HardhatEthersSigner; bob: HardhatEthersSigner };

/** Alice leaves with 96 units and bob with 32, so that a 64th of epoch 1 is two. The vault has not been asked. */
export async function close<World extends Leavers>(all: World) {
  await all.escrow.connect(all.alice).lock(96n * all.one, 0n);
  await all.escrow.connect(all.bob).lock(32n * all.one, 0n);
  await enterRageQuit(all);
  const { closedAt } = await all.escrow.getEpoch(1n);
  return { ...all, total: 128n * all.one, part: 2n * all.one, closedAt };
}

/** As {close}; the vault has been asked for everything, in the vessel number 0. */
export async function leave<World extends Leavers>(world: World) {
  const all = await close(world);
  const clone = await all.escrow.vesselAt(1n, 0n);
  await all.escrow.beginExit(1n, clone);
  return { ...all, clone };
}

/**
 * As {close}, for an epoch as small as no gate would let one leave: alice has locked `shares`, and the gate's place is
 * taken by the test.
 */
export async function closeSmall<World extends Leavers>(all: World, shares: bigint) {
  await all.escrow.connect(all.alice).lock(shares, 0n);
  const asGate = await impersonate(all.connection, all.gate);
  await all.escrow.connect(asGate).startRageQuit(7n * DAY, 75n * DAY);
  return all;
}

/** Lets the withdrawal delay pass and pays both. @returns What alice and bob got, and what is left in the vessel. */
export async function pay(all: Leavers) {
  const { escrow, asset, alice, bob } = all;
  if ((await now(all)) <= (await escrow.getEpoch(1n)).withdrawableAfter) await passWithdrawalDelay(all, 1n);
  const paid: bigint[] = [];
  for (const person of [alice, bob]) {
    const before = await asset.balanceOf(person);
    await escrow.connect(person).withdraw(1n, person);
    paid.push((await asset.balanceOf(person)) - before);
  }
  return [...paid, await asset.balanceOf((await escrow.getEpoch(1n)).payer)];
}

/** Every order of `items`. */
export function ordersOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => ordersOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** What a call returned or an event told, by name. */
export function byName(told: unknown): Record<string, unknown> {
  if (!(told instanceof Result)) throw new Error("nothing that ethers has decoded");
  return told.toObject();
}
