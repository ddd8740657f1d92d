import { ZeroAddress } from "ethers";

import { IVessel__factory } from "../../types/index.js";
import { GOVERNANCE_STATES, GovernanceState } from "../model/types.js";
import { formatAmount, formatDuration, formatPercent } from "../protocol/format.js";
import { act, askNumber, balanceOf, MaxUint256 } from "./ask.js";
import { STRANGER } from "./observe/transfers.js";
import { parseRevert } from "../protocol/abis.js";
import {
  found,
  notTried,
  refused,
  type ExitFacts,
  type Holding,
  type Probe,
  type Reached,
  type Refusal,
  type Settlement,
  type Step,
  type StrangersRequest,
  type Subject,
  type Walk,
} from "./rehearsalSchema.js";
import { Settlements, type Known } from "./settlement.js";
import type { Sent, Snapshot } from "./snapshot.js";
import { deployWorld, type Rules, type World } from "./deployWorld.js";

const VESSEL = IVessel__factory.createInterface();
const FULL = 10n ** 18n;
const DAY = 86_400n;
const EPOCH = 1n;
/** A vault without liquidity may pay in so many portions before the play stops asking. */
const MOST_BEGINS = 12;
/** How long is waited for a vault that pays late without anybody's hand: after each of these, together below 120 d. */
const WAITS = [1n, 6n, 23n, 60n].map((days) => days * DAY);

/** Who plays, under which rules. */
export interface Play {
  readonly rules: Rules;
  readonly locks: readonly Holding[];
  readonly settlements: readonly Settlement[];
  /** Enters addresses in the vault's lists, once they are known. */
  readonly admit?: (escrow: string, vessels: readonly string[]) => Promise<void>;
  readonly progress: (text: string) => void;
}

/** The epoch as far as it is needed here. */
interface Epoch {
  readonly totalShares: bigint;
  readonly redeemedShares: bigint;
  readonly outstandingShares: bigint;
  readonly idleShares: bigint;
  readonly sharesGiven: bigint;
  readonly assetsReceived: bigint;
  readonly assetsPaid: bigint;
  readonly closedAt: bigint;
  readonly extensionStartedAt: bigint;
  readonly completeAfter: bigint;
  readonly withdrawableAfter: bigint;
}

/** Plays an exit from the deployment to the last withdrawal, as far as the vault lets it come. */
export async function play(snapshot: Snapshot, subject: Subject, options: Play): Promise<Walk> {
  const walk = new WalkInProgress(snapshot, subject, options);
  await walk.run();
  return walk.result();
}

class WalkInProgress {
  readonly #steps: Step[] = [];
  readonly #settlements: Settlements;
  #startedAt = 0n;
  #reached: Reached = "nothing";
  #refusal: Refusal | null = null;
  #world: World | undefined;
  #numbered: string[] = [];
  #vessels: string[] = [];
  #support = 0n;
  #exit: ExitFacts | null = null;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly subject: Subject,
    private readonly options: Play,
  ) {
    this.#settlements = new Settlements(snapshot, options.settlements);
  }

  async run(): Promise<void> {
    this.#startedAt = await this.snapshot.now();
    await this.#settlements.play("start", {});
    const world = await this.#deploy();
    if (world === undefined || !(await this.#lock(world)) || !(await this.#quit(world))) return;
    if (!(await this.#leave(world))) return;
    if (!(await this.#complete(world))) return;
    await this.#withdraw(world);
  }

  result(): Walk {
    return {
      reached: this.#reached,
      refusal: this.#refusal,
      steps: this.#steps,
      escrow: this.#world?.escrow.address ?? null,
      gate: this.#world?.gate.address ?? null,
      timelock: this.#world?.timelock.address ?? null,
      numbered: this.#numbered,
      vessels: this.#vessels,
      locks: this.options.locks,
      support: this.#support,
      exit: this.#exit,
      settled: this.#settlements.played,
    };
  }

  // ── deploy ────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #deploy(): Promise<World | undefined> {
    this.options.progress("deploying timelock, vessel, escrow and gate");
    const { vault } = this.subject;
    const world = await deployWorld(this.snapshot, vault, this.options.rules);
    if ("why" in world) {
      await this.#refuse("deploy", `over ${vault}`, world.error, world.why);
      return undefined;
    }
    this.#world = world;
    this.#reached = "deployed";
    const count = (await world.escrow.read("NUMBERED_VESSELS")) as bigint;
    for (let number = 0n; number < count; ++number) {
      this.#numbered.push((await world.escrow.read("vesselAt", [EPOCH, number])) as string);
    }
    await this.#record("deploy", "done", `escrow ${world.escrow.address}`);
    await this.options.admit?.(world.escrow.address, this.#numbered);
    await this.#settlements.play("deploy", this.#known());
    return world;
  }

  /** What settlements may name. */
  #known(): Known {
    const numbered = this.#numbered.map((vessel, number) => [`vessel${number}`, vessel] as const);
    return {
      ...(this.#world && { escrow: this.#world.escrow.address }),
      ...Object.fromEntries(numbered),
      ...(this.#vessels[0] !== undefined && { vessel: this.#vessels[0] }),
      ...(this.#exit && { shares: this.#exit.total }),
    };
  }

  // ── lock and signal ───────────────────────────────────────────────────────────────────────────────────────────────

  async #lock({ escrow, gate }: World): Promise<boolean> {
    const { share } = this.subject;
    for (const { account, shares } of this.options.locks) {
      this.options.progress(`${account} locks ${this.#amount(shares)}`);
      const approved = await act(this.snapshot, account, share.address, "approve", [escrow.address, MaxUint256]);
      const locked = approved.ok ? await escrow.send(account, "lock", [shares, 0n]) : approved;
      if (!locked.ok) {
        await this.#refuse("lock", `${account}, ${this.#amount(shares)}`, nameOf(locked), locked.why);
        return false;
      }
    }
    const [answered, supply] = (await escrow.read("votableSupply")) as [boolean, bigint];
    const locked = (await escrow.read("lockedShares")) as bigint;
    this.#support = answered && supply > 0n ? (locked * FULL) / supply : 0n;
    this.#reached = "locked";
    const state = await this.#stateOf(gate);
    const who = `${this.options.locks.length} ${this.options.locks.length === 1 ? "holder" : "holders"}`;
    await this.#record(
      "lock",
      "done",
      `${who}, ${this.#amount(locked)}: support ${formatPercent(this.#support)}, ${state}`,
    );
    await this.#settlements.play("lock", this.#known());
    return true;
  }

  async #quit({ gate }: World): Promise<boolean> {
    const { maxDuration, joinWindow } = this.options.rules.gate.signalling;
    this.options.progress("waiting for the rage quit");
    await this.snapshot.travelTo((await this.snapshot.now()) + maxDuration + joinWindow + 2n);
    const poked = await gate.send(STRANGER, "poke");
    const state = Number(await gate.read("persistedState"));
    if (!poked.ok || state !== GovernanceState.RageQuit) {
      const why = poked.ok ? `the gate is in ${GOVERNANCE_STATES[state] ?? state}` : poked.why;
      await this.#refuse("rage-quit", "", null, why);
      return false;
    }
    this.#reached = "rage-quit";
    await this.#record("rage quit", "done", "the epoch is closed; its shares are leaving");
    await this.#settlements.play("rage-quit", this.#known());
    return true;
  }

  // ── leave ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #leave(world: World): Promise<boolean> {
    const { escrow } = world;
    const supplyBefore = await this.#supply();
    const { totalShares } = await this.#epoch(world);
    const begunAt = (await this.snapshot.now()) + 1n;
    this.options.progress("beginning the exit");
    const first = await this.#beginExit(world, true);
    let begins = first.begins;
    const atOnce = (await this.#epoch(world)).redeemedShares;
    const supplyAsked = await this.#supply();
    const facts: Partial<ExitFacts> & Pick<ExitFacts, "burnt" | "strangersRequest"> = {
      begunAt,
      total: totalShares,
      atOnce,
      isFresh: first.isFresh,
      strangersRequest: notTried("the vault takes no requests"),
      burnt: { request: supplyBefore - supplyAsked - atOnce, settlement: 0n, claim: 0n },
    };
    this.#exit = { ...EMPTY_EXIT, ...facts };
    if (begins === 0) {
      await this.#refuse("begin-exit", this.#amount(totalShares), first.error, first.why);
      return await this.#callOff(world);
    }
    this.#reached = "begun";
    const told = atOnce > 0n ? `, ${this.#amount(atOnce)} paid at once` : "";
    await this.#record(
      "begin-exit",
      "done",
      `${this.#amount(await this.#asked(world))}${begins === 1 ? "" : ` in ${begins} portions`}${told}`,
    );
    const strangersRequest =
      atOnce < totalShares ? await this.snapshot.branch(() => this.#askAsStranger(world)) : facts.strangersRequest;

    // Whoever settles does so now, then at the times of the file; then time alone may do it.
    const supplyBegun = await this.#supply();
    await this.#settlements.play("begin-exit", this.#known());
    let supplySettled = await this.#supply();
    let burntBySettlement = supplyBegun - supplySettled;
    let burntByClaim = 0n;
    const claim = async () => {
      const redeemed = (await this.#epoch(world)).redeemedShares;
      await this.#claim(world);
      begins += (await this.#beginExit(world, false)).begins;
      const supply = await this.#supply();
      const more = (await this.#epoch(world)).redeemedShares - redeemed;
      burntByClaim += supplySettled - supply < more ? supplySettled - supply : more;
      supplySettled = supply;
    };
    await claim();
    for (const time of this.#settlements.times) {
      await this.snapshot.travelTo(begunAt + time);
      const before = await this.#supply();
      await this.#settlements.play(time, this.#known());
      supplySettled = await this.#supply();
      burntBySettlement += before - supplySettled;
      await claim();
    }
    if (await this.#settlements.play("claim", this.#known())) await claim();
    for (const wait of WAITS) {
      if ((await this.#epoch(world)).extensionStartedAt !== 0n) break;
      this.options.progress(`waiting ${formatDuration(wait)} for the vault`);
      await this.snapshot.travelTo((await this.snapshot.now()) + wait);
      await claim();
    }

    const epoch = await this.#epoch(world);
    const hasStarted = epoch.extensionStartedAt !== 0n;
    this.#exit = {
      ...this.#exit,
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
      const left = this.#amount(epoch.outstandingShares);
      await this.#record("claim", "waits", `${left} of ${this.#amount(totalShares)} are not paid`);
      return false;
    }
    this.#reached = "left";
    const paid = formatAmount(epoch.assetsReceived, this.subject.asset.decimals);
    const held = formatDuration(epoch.extensionStartedAt - epoch.closedAt, 2);
    await this.#record(
      "claim",
      "done",
      `${paid} ${this.subject.asset.symbol} for ${this.#amount(epoch.redeemedShares)}, ${held} after the closing`,
    );
    return true;
  }

  /** Asks the vault until it takes nothing more. */
  async #beginExit(world: World, isFirst: boolean) {
    let begins = 0;
    let refusal: { readonly error: string | null; readonly why: string } = { error: null, why: "" };
    while (begins < MOST_BEGINS) {
      const { idleShares, extensionStartedAt } = await this.#epoch(world);
      if (idleShares === 0n || extensionStartedAt !== 0n) break;
      const sent = await this.#beginExitOnce(world, isFirst && begins === 0);
      if (!sent.ok) {
        refusal = { error: nameOf(sent), why: sent.why };
        break;
      }
      ++begins;
    }
    const isFresh = this.#vessels[0] !== undefined && !this.#numbered.includes(this.#vessels[0]);
    return { begins, isFresh, ...refusal };
  }

  async #beginExitOnce({ escrow }: World, isFirst: boolean): Promise<Sent> {
    const [first] = this.#numbered;
    const known = this.#vessels[0] ?? first ?? ZeroAddress;
    const candidates = isFirst ? [known, ZeroAddress] : [known];
    let last: Sent | undefined;
    for (const vessel of candidates) {
      if (vessel === first) await escrow.send(STRANGER, "createVessel", [EPOCH, 0n]);
      const sent = await escrow.send(STRANGER, "beginExit", [EPOCH, vessel]);
      if (sent.ok) {
        this.#vessels = [...((await escrow.read("vesselsOf", [EPOCH])) as string[])];
        return sent;
      }
      // What the vault says to a vessel that it could know counts for more than what it says to one that it could not.
      last ??= sent;
    }
    return last ?? { ok: false, revert: "0x", why: "there is no vessel" };
  }

  async #claim({ escrow }: World): Promise<void> {
    for (const vessel of this.#vessels) {
      const sent = await escrow.send(STRANGER, "claim", [EPOCH, vessel]);
      if (!sent.ok) await this.#record("claim", "refused", `${vessel}: ${sent.why}`);
    }
  }

  /** Shares that the vault was asked for, and has. */
  async #asked(world: World): Promise<bigint> {
    const { totalShares, idleShares, redeemedShares, outstandingShares } = await this.#epoch(world);
    const leaving = outstandingShares - idleShares + redeemedShares;
    return leaving < totalShares ? leaving : totalShares;
  }

  /** Somebody asks for one unit in the vessel's name; then the exit must still go on. */
  async #askAsStranger({ escrow }: World): Promise<Probe<StrangersRequest>> {
    const { vault, share } = this.subject;
    const [vessel] = this.#vessels;
    const [donor] = this.options.locks;
    if (vessel === undefined || donor === undefined) return notTried("there is no vessel");
    const owner = await this.#findUnit(donor.account);
    if (owner === undefined) return notTried("nobody with shares is left to do it");
    const shares = await balanceOf(this.snapshot, share.address, owner);
    const asked = await this.#requestedBy(vessel);
    // Some vaults take shares by an allowance.
    await act(this.snapshot, owner, share.address, "approve", [vault, 1n]);
    const sent = await act(this.snapshot, owner, vault, "requestRedeem", [1n, vessel, owner]);
    if (!sent.ok) return refused(sent.why);
    if ((await balanceOf(this.snapshot, share.address, owner)) === shares) return refused("it takes no shares");
    const left = await this.#requestedBy(vessel);
    const assets = await balanceOf(this.snapshot, this.subject.asset.address, vessel);
    const claimed = await escrow.send(STRANGER, "claim", [EPOCH, vessel]);
    if (!claimed.ok) return found({ harm: "stops", told: `the vault takes it, and claiming reverts: ${claimed.why}` });
    if (asked !== undefined && left !== undefined && left < asked && assets === 0n) {
      return found({
        harm: "erases",
        told: `the vault takes it, and ${this.#amount(asked - left)} of the vessel's own request are gone`,
      });
    }
    return found({ harm: "none", told: "the vault takes it; claiming goes on" });
  }

  /** Pending or claimable, as vessel and vault say. [shares] */
  async #requestedBy(vessel: string): Promise<bigint | undefined> {
    const answer = await this.snapshot.call({ to: vessel, data: VESSEL.encodeFunctionData("requestedShares") });
    return answer.ok ? (VESSEL.decodeFunctionResult("requestedShares", answer.data)[0] as bigint) : undefined;
  }

  async #findUnit(account: string): Promise<string | undefined> {
    const { share } = this.subject;
    for (const owner of [account, ...this.options.locks.map((lock) => lock.account)]) {
      if ((await balanceOf(this.snapshot, share.address, owner)) > 0n) return owner;
    }
    return undefined;
  }

  /** The vault takes nothing: the shares come back. */
  async #callOff(world: World): Promise<boolean> {
    const { escrow } = world;
    const after = (await escrow.read("callOffAfter", [EPOCH])) as bigint;
    await this.snapshot.travelTo(after + 1n);
    const sent = await escrow.send(STRANGER, "callOff", [EPOCH]);
    const { sharesGiven, totalShares, closedAt, extensionStartedAt } = await this.#epoch(world);
    const exit = this.#exit ?? EMPTY_EXIT;
    this.#exit = { ...exit, idle: totalShares, returned: sharesGiven };
    if (!sent.ok) {
      await this.#record("call off", "refused", sent.why);
      return false;
    }
    const held = formatDuration(extensionStartedAt - closedAt, 1);
    let taken = 0n;
    for (const { account } of this.options.locks) {
      if ((await escrow.send(account, "takeShares", [EPOCH, account])).ok) {
        taken += ((await escrow.read("paymentsOf", [EPOCH, account])) as { shares: bigint }).shares;
      }
    }
    await this.#record(
      "call off",
      "done",
      `after ${held}; ${this.#amount(taken)} of ${this.#amount(totalShares)} are back with the stakers`,
    );
    return false;
  }

  // ── extension and withdrawal ──────────────────────────────────────────────────────────────────────────────────────

  async #complete(world: World): Promise<boolean> {
    const { completeAfter } = await this.#epoch(world);
    await this.snapshot.travelTo(completeAfter + 1n);
    const poked = await world.gate.send(STRANGER, "poke");
    const state = Number(await world.gate.read("persistedState"));
    if (!poked.ok || state === GovernanceState.RageQuit) {
      await this.#refuse(
        "complete",
        "",
        poked.ok ? null : nameOf(poked),
        poked.ok ? "the gate stays in RageQuit" : poked.why,
      );
      return false;
    }
    this.#reached = "complete";
    await this.#record("extension", "done", `passed; governance is in ${GOVERNANCE_STATES[state] ?? state}`);
    return true;
  }

  async #withdraw(world: World): Promise<void> {
    const { escrow } = world;
    const { asset } = this.subject;
    const { withdrawableAfter, totalShares, assetsReceived } = await this.#epoch(world);
    await this.snapshot.travelTo(withdrawableAfter + 1n);
    let paid = 0n;
    for (const { account, shares } of this.options.locks) {
      const before = await balanceOf(this.snapshot, asset.address, account);
      const sent = await escrow.send(account, "withdraw", [EPOCH, account]);
      const got = (await balanceOf(this.snapshot, asset.address, account)) - before;
      const due = (assetsReceived * shares) / totalShares;
      if (!sent.ok || got !== due) {
        const what = sent.ok ? `${got} arrived, ${due} were due` : sent.why;
        await this.#refuse("withdraw", account, sent.ok ? null : nameOf(sent), what);
        return;
      }
      paid += got;
      if ((await this.#epoch(world)).sharesGiven > 0n) await escrow.send(account, "takeShares", [EPOCH, account]);
    }
    this.#reached = "withdrawn";
    const exit = this.#exit ?? EMPTY_EXIT;
    this.#exit = { ...exit, paid };
    const { length } = this.options.locks;
    await this.#record(
      "withdraw",
      "done",
      `${formatAmount(paid, asset.decimals)} ${asset.symbol} to ` +
        (length === 1 ? "the staker" : `${length} stakers, each his part to the unit`),
    );
  }

  // ── minutes ───────────────────────────────────────────────────────────────────────────────────────────────────────

  async #epoch({ escrow }: World): Promise<Epoch> {
    return (await escrow.read("getEpoch", [EPOCH])) as Epoch;
  }

  async #stateOf(gate: World["gate"]): Promise<string> {
    const state = Number(await gate.read("persistedState"));
    return GOVERNANCE_STATES[state] ?? String(state);
  }

  async #supply(): Promise<bigint> {
    const told = await askNumber(this.snapshot, this.subject.share.address, "totalSupply");
    return told.told ? told.value : 0n;
  }

  #amount(shares: bigint): string {
    return `${formatAmount(shares, this.subject.share.decimals)} ${this.subject.share.symbol}`;
  }

  async #record(name: string, outcome: Step["outcome"], told: string): Promise<void> {
    this.#steps.push({ name, outcome, told, after: (await this.snapshot.now()) - this.#startedAt });
  }

  async #refuse(step: Refusal["step"], what: string, error: string | null, why: string): Promise<void> {
    this.#refusal ??= { step, error, why };
    await this.#record(step.replace("-", " "), "refused", what === "" ? why : `${what}: ${why}`);
  }
}

const nameOf = (sent: Sent): string | null => (sent.ok ? null : (parseRevert(sent.revert)?.name ?? null));

const EMPTY_EXIT: ExitFacts = {
  begunAt: 0n,
  total: 0n,
  atOnce: 0n,
  redeemed: 0n,
  waiting: 0n,
  idle: 0n,
  returned: 0n,
  begins: 0,
  isFresh: false,
  burnt: { request: 0n, settlement: 0n, claim: 0n },
  received: 0n,
  paid: 0n,
  strangersRequest: notTried("the exit was not begun"),
  callOffAfter: 0n,
  held: null,
};
