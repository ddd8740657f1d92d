import { ZeroAddress } from "ethers";

import { DAY } from "../model/units.js";
import { formatAmount, formatDuration } from "../protocol/format.js";
import type { World } from "./deployWorld.js";
import { askAsStranger } from "./observe/strangersRequest.js";
import { STRANGER } from "./observe/transfers.js";
import { notTried, type ExitFacts } from "./rehearsalFacts.js";
import type { Sent } from "./snapshot.js";
import { EMPTY_EXIT, EPOCH, nameOf, type WalkInProgress } from "./walk.js";

/** A vault without liquidity may pay in so many portions before the play stops asking. */
const MOST_BEGINS = 12;
/** How long is waited for a vault that pays late without anybody's hand: after each of these, together below 120 d. */
const WAITS = [1n, 6n, 23n, 60n].map((days) => days * DAY);

/** Takes the epoch's shares out of the vault, or back to the stakers. Whether the extension has started, on assets. */
export async function leave(walk: WalkInProgress, world: World): Promise<boolean> {
  const { escrow } = world;
  const supplyBefore = await walk.supply();
  const { totalShares } = await walk.epoch(world);
  const begunAt = (await walk.snapshot.now()) + 1n;
  walk.options.progress("beginning the exit");
  const first = await beginExit(walk, world, true);
  let begins = first.begins;
  const atOnce = (await walk.epoch(world)).redeemedShares;
  const supplyAsked = await walk.supply();
  const facts: Partial<ExitFacts> & Pick<ExitFacts, "burnt" | "strangersRequest"> = {
    begunAt,
    total: totalShares,
    atOnce,
    isFresh: first.isFresh,
    strangersRequest: notTried("the vault takes no requests"),
    burnt: { request: supplyBefore - supplyAsked - atOnce, settlement: 0n, claim: 0n },
  };
  walk.exit = { ...EMPTY_EXIT, ...facts };
  if (begins === 0) {
    await walk.refuse("begin-exit", walk.amount(totalShares), first.error, first.why);
    return await callOff(walk, world);
  }
  walk.reached = "begun";
  const told = atOnce > 0n ? `, ${walk.amount(atOnce)} paid at once` : "";
  await walk.record(
    "begin-exit",
    "done",
    `${walk.amount(await askedOf(walk, world))}${begins === 1 ? "" : ` in ${begins} portions`}${told}`,
  );
  const strangersRequest =
    atOnce < totalShares ? await walk.snapshot.branch(() => askAsStranger(walk, world)) : facts.strangersRequest;

  // Whoever settles does so now, then at the times of the file; then time alone may do it.
  const supplyBegun = await walk.supply();
  await walk.settlements.play("begin-exit", walk.known());
  let supplySettled = await walk.supply();
  let burntBySettlement = supplyBegun - supplySettled;
  let burntByClaim = 0n;
  const claimAndAskOn = async () => {
    const redeemed = (await walk.epoch(world)).redeemedShares;
    await claim(walk, world);
    begins += (await beginExit(walk, world, false)).begins;
    const supply = await walk.supply();
    const more = (await walk.epoch(world)).redeemedShares - redeemed;
    burntByClaim += supplySettled - supply < more ? supplySettled - supply : more;
    supplySettled = supply;
  };
  await claimAndAskOn();
  for (const time of walk.settlements.times) {
    await walk.snapshot.travelTo(begunAt + time);
    const before = await walk.supply();
    await walk.settlements.play(time, walk.known());
    supplySettled = await walk.supply();
    burntBySettlement += before - supplySettled;
    await claimAndAskOn();
  }
  if (await walk.settlements.play("claim", walk.known())) await claimAndAskOn();
  for (const wait of WAITS) {
    if ((await walk.epoch(world)).extensionStartedAt !== 0n) break;
    walk.options.progress(`waiting ${formatDuration(wait)} for the vault`);
    await walk.snapshot.travelTo((await walk.snapshot.now()) + wait);
    await claimAndAskOn();
  }

  const epoch = await walk.epoch(world);
  const hasStarted = epoch.extensionStartedAt !== 0n;
  walk.exit = {
    ...walk.exit,
    strangersRequest,
    begins,
    redeemed: epoch.redeemedShares,
    waiting: hasStarted ? 0n : epoch.outstandingShares - epoch.idleShares,
    idle: epoch.idleShares,
    returned: epoch.sharesGiven,
    burnt: { request: facts.burnt.request, settlement: burntBySettlement, claim: burntByClaim },
    received: epoch.assetsReceived,
    callOffAfter: hasStarted ? 0n : ((await escrow.read("callOffAfter", [EPOCH])) as bigint),
    held: hasStarted ? epoch.extensionStartedAt - epoch.closedAt : null,
  };
  if (!hasStarted) {
    const left = walk.amount(epoch.outstandingShares);
    await walk.record("claim", "waits", `${left} of ${walk.amount(totalShares)} are not paid`);
    return false;
  }
  walk.reached = "left";
  const paid = formatAmount(epoch.assetsReceived, walk.subject.asset.decimals);
  const held = formatDuration(epoch.extensionStartedAt - epoch.closedAt, 2);
  await walk.record(
    "claim",
    "done",
    `${paid} ${walk.subject.asset.symbol} for ${walk.amount(epoch.redeemedShares)}, ${held} after the closing`,
  );
  return true;
}

/** Asks the vault until it takes nothing more. */
async function beginExit(walk: WalkInProgress, world: World, isFirst: boolean) {
  let begins = 0;
  let refusal: { readonly error: string | null; readonly why: string } = { error: null, why: "" };
  while (begins < MOST_BEGINS) {
    const { idleShares, extensionStartedAt } = await walk.epoch(world);
    if (idleShares === 0n || extensionStartedAt !== 0n) break;
    const sent = await beginExitOnce(walk, world, isFirst && begins === 0);
    if (!sent.ok) {
      refusal = { error: nameOf(sent), why: sent.why };
      break;
    }
    ++begins;
  }
  const isFresh = walk.vessels[0] !== undefined && !walk.numbered.includes(walk.vessels[0]);
  return { begins, isFresh, ...refusal };
}

async function beginExitOnce(walk: WalkInProgress, { escrow }: World, isFirst: boolean): Promise<Sent> {
  const [first] = walk.numbered;
  const known = walk.vessels[0] ?? first ?? ZeroAddress;
  const candidates = isFirst ? [known, ZeroAddress] : [known];
  let last: Sent | undefined;
  for (const vessel of candidates) {
    if (vessel === first) await escrow.send(STRANGER, "createVessel", [EPOCH, 0n]);
    const sent = await escrow.send(STRANGER, "beginExit", [EPOCH, vessel]);
    if (sent.ok) {
      walk.vessels = [...((await escrow.read("vesselsOf", [EPOCH])) as string[])];
      return sent;
    }
    // What the vault says to a vessel that it could know counts for more than what it says to one that it could not.
    last ??= sent;
  }
  return last ?? { ok: false, revert: "0x", why: "there is no vessel" };
}

async function claim(walk: WalkInProgress, { escrow }: World): Promise<void> {
  for (const vessel of walk.vessels) {
    const sent = await escrow.send(STRANGER, "claim", [EPOCH, vessel]);
    if (!sent.ok) await walk.record("claim", "refused", `${vessel}: ${sent.why}`);
  }
}

/** Shares that the vault was asked for, and has. */
async function askedOf(walk: WalkInProgress, world: World): Promise<bigint> {
  const { totalShares, idleShares, redeemedShares, outstandingShares } = await walk.epoch(world);
  const leaving = outstandingShares - idleShares + redeemedShares;
  return leaving < totalShares ? leaving : totalShares;
}

/** The vault takes nothing: the shares come back. */
async function callOff(walk: WalkInProgress, world: World): Promise<boolean> {
  const { escrow } = world;
  const after = (await escrow.read("callOffAfter", [EPOCH])) as bigint;
  await walk.snapshot.travelTo(after + 1n);
  const sent = await escrow.send(STRANGER, "callOff", [EPOCH]);
  const { sharesGiven, totalShares, closedAt, extensionStartedAt } = await walk.epoch(world);
  const exit = walk.exit ?? EMPTY_EXIT;
  walk.exit = { ...exit, idle: totalShares, returned: sharesGiven };
  if (!sent.ok) {
    await walk.record("call off", "refused", sent.why);
    return false;
  }
  const held = formatDuration(extensionStartedAt - closedAt, 1);
  let taken = 0n;
  for (const { account } of walk.options.locks) {
    if ((await escrow.send(account, "takeShares", [EPOCH, account])).ok) {
      taken += ((await escrow.read("paymentsOf", [EPOCH, account])) as { shares: bigint }).shares;
    }
  }
  await walk.record(
    "call off",
    "done",
    `after ${held}; ${walk.amount(taken)} of ${walk.amount(totalShares)} are back with the stakers`,
  );
  return false;
}
