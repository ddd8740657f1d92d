import { WHOLE } from "../model/units.js";
import { GOVERNANCE_STATES, GovernanceState } from "../model/types.js";
import { formatAmount, formatPercent } from "../protocol/format.js";
import { act, balanceOf, MaxUint256 } from "./ask.js";
import { deployWorld, type World } from "./deployWorld.js";
import { leave } from "./leaveVault.js";
import { STRANGER } from "./observe/transfers.js";
import type { Subject, Walk } from "./rehearsalFacts.js";
import type { Snapshot } from "./snapshot.js";
import { EMPTY_EXIT, EPOCH, nameOf, WalkInProgress, type Play } from "./walk.js";

/** Plays an exit from the deployment to the last withdrawal, as far as the vault lets it come. */
export async function play(snapshot: Snapshot, subject: Subject, options: Play): Promise<Walk> {
  const walk = new WalkInProgress(snapshot, subject, options);
  await walkOn(walk);
  return walk.result();
}

async function walkOn(walk: WalkInProgress): Promise<void> {
  walk.startedAt = await walk.snapshot.now();
  await walk.settlements.play("start", {});
  const world = await deploy(walk);
  if (world === undefined || !(await lock(walk, world)) || !(await quit(walk, world))) return;
  if (!(await leave(walk, world))) return;
  if (!(await complete(walk, world))) return;
  await withdraw(walk, world);
}

async function deploy(walk: WalkInProgress): Promise<World | undefined> {
  walk.options.progress("deploying timelock, vessel, escrow and gate");
  const { vault } = walk.subject;
  const world = await deployWorld(walk.snapshot, vault, walk.options.rules);
  if ("why" in world) {
    await walk.refuse("deploy", `over ${vault}`, world.error, world.why);
    return undefined;
  }
  walk.world = world;
  walk.reached = "deployed";
  const count = (await world.escrow.read("NUMBERED_VESSELS")) as bigint;
  for (let number = 0n; number < count; ++number) {
    walk.numbered.push((await world.escrow.read("vesselAt", [EPOCH, number])) as string);
  }
  await walk.record("deploy", "done", `escrow ${world.escrow.address}`);
  await walk.options.admit?.(world.escrow.address, walk.numbered);
  await walk.settlements.play("deploy", walk.known());
  return world;
}

async function lock(walk: WalkInProgress, { escrow, gate }: World): Promise<boolean> {
  const { share } = walk.subject;
  for (const { account, shares } of walk.options.locks) {
    walk.options.progress(`${account} locks ${walk.amount(shares)}`);
    const approved = await act(walk.snapshot, account, share.address, "approve", [escrow.address, MaxUint256]);
    const locked = approved.ok ? await escrow.send(account, "lock", [shares, 0n]) : approved;
    if (!locked.ok) {
      await walk.refuse("lock", `${account}, ${walk.amount(shares)}`, nameOf(locked), locked.why);
      return false;
    }
  }
  const [answered, supply] = (await escrow.read("votableSupply")) as [boolean, bigint];
  const locked = (await escrow.read("lockedShares")) as bigint;
  walk.support = answered && supply > 0n ? (locked * WHOLE) / supply : 0n;
  walk.reached = "locked";
  const state = await walk.stateOf(gate);
  const who = `${walk.options.locks.length} ${walk.options.locks.length === 1 ? "holder" : "holders"}`;
  await walk.record("lock", "done", `${who}, ${walk.amount(locked)}: support ${formatPercent(walk.support)}, ${state}`);
  await walk.settlements.play("lock", walk.known());
  return true;
}

async function quit(walk: WalkInProgress, { gate }: World): Promise<boolean> {
  const { maxDuration, joinWindow } = walk.options.rules.gate.signalling;
  walk.options.progress("waiting for the rage quit");
  await walk.snapshot.travelTo((await walk.snapshot.now()) + maxDuration + joinWindow + 2n);
  const poked = await gate.send(STRANGER, "poke");
  const state = Number(await gate.read("persistedState"));
  if (!poked.ok || state !== GovernanceState.RageQuit) {
    const why = poked.ok ? `the gate is in ${GOVERNANCE_STATES[state] ?? state}` : poked.why;
    await walk.refuse("rage-quit", "", null, why);
    return false;
  }
  walk.reached = "rage-quit";
  await walk.record("rage quit", "done", "the epoch is closed; its shares are leaving");
  await walk.settlements.play("rage-quit", walk.known());
  return true;
}

async function complete(walk: WalkInProgress, world: World): Promise<boolean> {
  const { completeAfter } = await walk.epoch(world);
  await walk.snapshot.travelTo(completeAfter + 1n);
  const poked = await world.gate.send(STRANGER, "poke");
  const state = Number(await world.gate.read("persistedState"));
  if (!poked.ok || state === GovernanceState.RageQuit) {
    await walk.refuse(
      "complete",
      "",
      poked.ok ? null : nameOf(poked),
      poked.ok ? "the gate stays in RageQuit" : poked.why,
    );
    return false;
  }
  walk.reached = "complete";
  await walk.record("extension", "done", `passed; governance is in ${GOVERNANCE_STATES[state] ?? state}`);
  return true;
}

async function withdraw(walk: WalkInProgress, world: World): Promise<void> {
  const { escrow } = world;
  const { asset } = walk.subject;
  const { withdrawableAfter, totalShares, assetsReceived } = await walk.epoch(world);
  await walk.snapshot.travelTo(withdrawableAfter + 1n);
  let paid = 0n;
  for (const { account, shares } of walk.options.locks) {
    const before = await balanceOf(walk.snapshot, asset.address, account);
    const sent = await escrow.send(account, "withdraw", [EPOCH, account]);
    const got = (await balanceOf(walk.snapshot, asset.address, account)) - before;
    const due = (assetsReceived * shares) / totalShares;
    if (!sent.ok || got !== due) {
      const what = sent.ok ? `${got} arrived, ${due} were due` : sent.why;
      await walk.refuse("withdraw", account, sent.ok ? null : nameOf(sent), what);
      return;
    }
    paid += got;
    if ((await walk.epoch(world)).sharesGiven > 0n) await escrow.send(account, "takeShares", [EPOCH, account]);
  }
  walk.reached = "withdrawn";
  const exit = walk.exit ?? EMPTY_EXIT;
  walk.exit = { ...exit, paid };
  const { length } = walk.options.locks;
  await walk.record(
    "withdraw",
    "done",
    `${formatAmount(paid, asset.decimals)} ${asset.symbol} to ` +
      (length === 1 ? "the staker" : `${length} stakers, each his part to the unit`),
  );
}
