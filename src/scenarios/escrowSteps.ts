import { ZeroHash } from "ethers";

import { formatAmount } from "../terminal/format.js";
import type { Actor } from "./cast.js";
import { formatElapsed } from "./time.js";
import type { ProtectedWorld, Stake } from "./worlds.js";

/** Puts shares of `stake` into the escrow, all by default. */
export async function lock(
  { run, escrow }: Pick<ProtectedWorld, "run" | "escrow">,
  stake: Stake,
  mark?: string,
): Promise<void> {
  const { staker, shares, assets } = stake;
  await run.act(staker, { kind: "lock", action: `locks the shares of ${formatAmount(assets)} WETH`, mark }, () =>
    escrow.connect(staker.signer).lock(shares, 0n),
  );
}

export async function unlock(
  { run, escrow }: Pick<ProtectedWorld, "run" | "escrow">,
  stake: Stake,
  mark?: string,
): Promise<void> {
  const { staker, shares, assets } = stake;
  await run.act(staker, { kind: "unlock", action: `takes back the shares of ${formatAmount(assets)} WETH`, mark }, () =>
    escrow.connect(staker.signer).unlock(shares, 0n),
  );
}

/** Advances the state machine. Everybody may. */
export async function poke(
  { run, gate }: Pick<ProtectedWorld, "run" | "gate">,
  actor: Actor,
  mark?: string,
): Promise<void> {
  await run.act(actor, { kind: "poke", action: "pokes the gate", mark }, () => gate.connect(actor.signer).poke());
}

/** What a rage quit needs of the vault. */
type Payer = Pick<ProtectedWorld, "run" | "asset" | "escrow"> & {
  readonly vault: Pick<ProtectedWorld["vault"], "totalAssets">;
};

/**
 * From the entry to RageQuit to the extension: the shares of `epoch` go to a vessel, and the vault pays. Everybody may.
 */
export async function drainEpoch(world: Payer, actor: Actor, epoch: bigint): Promise<void> {
  await beginExit(world, actor, epoch);
  await claim(world, actor, epoch);
}

export async function beginExit(
  { run, escrow }: Pick<ProtectedWorld, "run" | "escrow">,
  actor: Actor,
  epoch: bigint,
): Promise<void> {
  await run.act(
    actor,
    {
      kind: "exit",
      action: "begins the exit of those who objected",
      mark: "shares leave",
      decided: "their shares move to a vessel that nobody governs",
    },
    () => escrow.connect(actor.signer).beginExit(epoch, ZeroHash),
  );
}

export async function claim({ run, vault, asset, escrow }: Payer, actor: Actor, epoch: bigint): Promise<void> {
  const { totalShares } = await escrow.getEpoch(epoch);
  await run.act(
    actor,
    {
      kind: "claim",
      action: "claims from the vault",
      mark: "assets leave",
      decided: async () => {
        const { vessel, completeAfter } = await escrow.getEpoch(epoch);
        const gone = formatAmount(await asset.balanceOf(vessel));
        const left = formatAmount(await vault.totalAssets());
        const complete = formatElapsed(completeAfter - run.startedAt);
        return `${gone} WETH have left the vault, ${left} WETH remain; the extension ends at ${complete}`;
      },
    },
    () => escrow.connect(actor.signer).claim(epoch, totalShares),
  );
}

/**
 * Everybody takes the part that a rage quit owes: `assets * own shares / all shares`, to the wei, or the story fails.
 * @returns What was paid, in the order of `stakes`. [asset units]
 */
export async function withdrawAll(
  { run, asset, escrow }: Pick<ProtectedWorld, "run" | "asset" | "escrow">,
  stakes: readonly Stake[],
  epoch: bigint,
): Promise<bigint[]> {
  const { assets, totalShares, vessel } = await escrow.getEpoch(epoch);
  const payments: bigint[] = [];
  let areExact = true;
  for (const { staker, shares } of stakes) {
    const before = await asset.balanceOf(staker.signer);
    const received = async () => (await asset.balanceOf(staker.signer)) - before;
    await run.act(
      staker,
      {
        kind: "withdraw",
        action: "withdraws",
        mark: "paid",
        decided: async () => `${formatAmount(await received(), 18, 18)} WETH`,
      },
      () => escrow.connect(staker.signer).withdraw(epoch, staker.signer),
    );
    const paid = await received();
    areExact &&= paid === (assets * shares) / totalShares;
    payments.push(paid);
  }
  run.check("everybody is paid assets × own shares ÷ all shares, to the wei", areExact, payments.join(", "));
  const stranded = await asset.balanceOf(vessel);
  run.check("less than a wei a staker stays behind", stranded < BigInt(stakes.length), `${stranded} wei`);
  return payments;
}
