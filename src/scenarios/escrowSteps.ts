import { ZeroAddress } from "ethers";

import { formatAmount } from "../protocol/format.js";
import type { Actor } from "./accounts.js";
import { formatElapsed } from "./elapsed.js";
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

/** The shares of `epoch` go to a vessel, and the vault pays them or takes them on request. Everybody may. */
export async function beginExit(world: Payer, actor: Actor, epoch: bigint): Promise<void> {
  const { run, escrow } = world;
  await run.act(
    actor,
    {
      kind: "exit",
      action: "begins the exit of those who objected",
      mark: "shares leave",
      decided: async () => `their shares are in a vessel that nobody governs; ${await tellExit(world, epoch)}`,
    },
    () => escrow.connect(actor.signer).beginExit(epoch, ZeroAddress),
  );
}

/** The vault takes nothing: nothing has moved. */
export async function refuseBeginExit(
  { run, escrow }: Pick<ProtectedWorld, "run" | "escrow">,
  actor: Actor,
  epoch: bigint,
): Promise<void> {
  await run.refuse(actor, "tries to begin the exit of those who objected", "ExitRefused", () =>
    escrow.connect(actor.signer).beginExit(epoch, ZeroAddress),
  );
}

/** What the vault has made claimable since is claimed. Everybody may, for ever. */
export async function claim(world: Payer, actor: Actor, epoch: bigint): Promise<void> {
  const { run, escrow } = world;
  const { payer } = await escrow.getEpoch(epoch);
  await run.act(
    actor,
    { kind: "claim", action: "claims from the vault", mark: "assets leave", decided: () => tellExit(world, epoch) },
    () => escrow.connect(actor.signer).claim(epoch, payer),
  );
}

/** A clock has run out: governance waits for the vault no longer. Everybody may. */
export async function callOff(
  { run, escrow }: Pick<ProtectedWorld, "run" | "escrow">,
  actor: Actor,
  epoch: bigint,
): Promise<void> {
  await run.act(
    actor,
    {
      kind: "exit",
      action: "calls the exit off",
      mark: "called off",
      decided: async () => {
        const { completeAfter, sharesGiven } = await escrow.getEpoch(epoch);
        const returned = sharesGiven === 0n ? "what the vault holds stays owed" : "the shares are given back";
        return `${returned}; the extension ends at ${formatElapsed(completeAfter - run.startedAt)}`;
      },
    },
    () => escrow.connect(actor.signer).callOff(epoch),
  );
}

export async function refuseCallOff(
  { run, escrow }: Pick<ProtectedWorld, "run" | "escrow">,
  actor: Actor,
  epoch: bigint,
): Promise<void> {
  await run.refuse(actor, "tries to call the exit off", "ClockRunning", () =>
    escrow.connect(actor.signer).callOff(epoch),
  );
}

/** Takes back the part of the shares that the vault did not take. */
export async function takeShares(
  { run, escrow }: Pick<ProtectedWorld, "run" | "escrow">,
  { staker, assets }: Stake,
  epoch: bigint,
): Promise<void> {
  await run.act(
    staker,
    { kind: "withdraw", action: `takes back the shares of ${formatAmount(assets)} WETH`, mark: "shares back" },
    () => escrow.connect(staker.signer).takeShares(epoch, staker.signer),
  );
}

/** How far the exit of `epoch` has come, as the rest of a sentence. */
async function tellExit({ run, vault, asset, escrow }: Payer, epoch: bigint): Promise<string> {
  const { payer, completeAfter } = await escrow.getEpoch(epoch);
  const received = await asset.balanceOf(payer);
  const gone = formatAmount(received);
  if (completeAfter === 0n) {
    return received === 0n ? "the vault has not paid yet" : `${gone} WETH have left the vault, which owes the rest`;
  }
  const left = formatAmount(await vault.totalAssets());
  const complete = formatElapsed(completeAfter - run.startedAt);
  return `${gone} WETH have left the vault, ${left} WETH remain; the extension ends at ${complete}`;
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
  const { assetsReceived, totalShares, payer } = await escrow.getEpoch(epoch);
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
    areExact &&= paid === (assetsReceived * shares) / totalShares;
    payments.push(paid);
  }
  run.check("everybody is paid assets × own shares ÷ all shares, to the wei", areExact, payments.join(", "));
  const stranded = await asset.balanceOf(payer);
  run.check("less than a wei a staker stays behind", stranded < BigInt(stakes.length), `${stranded} wei`);
  return payments;
}
