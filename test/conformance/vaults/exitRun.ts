import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Addressable } from "ethers";

import { End, EXIT } from "../../helpers/deployCore.js";
import type { LeavingWorld } from "./leavingWorld.js";
import type { VaultKind } from "./vaultCase.js";

/** One thing that was done in the exit, which a holder can do as well who leaves by himself. */
interface Step {
  readonly name: string;
  readonly play: (holder: Holder) => Promise<unknown>;
}

/** Somebody who leaves the vault without Tribune. */
export interface Holder {
  readonly account: HardhatEthersSigner;
  readonly ask: (way: bigint, shares: bigint) => Promise<unknown>;
  readonly claim: () => Promise<unknown>;
}

const ROUNDS = 12;

/** Which custom error, or which other failure, a call ended with; nothing if it succeeded. */
export async function failureOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return "";
  } catch (error) {
    const text = String(error);
    return /custom error '(\w+)/.exec(text)?.[1] ?? text;
  }
}

/**
 * A keeper who leads the exit of the closed epoch to its end, and writes down what a holder would have had to do.
 * @param first The vessel to begin with: a number, or a fresh one.
 */
export function runExit(world: LeavingWorld, first: bigint | "fresh" = 0n) {
  const { connection, escrow, keeper, standing, epoch } = world;
  const { ethers, networkHelpers } = connection;
  const steps: Step[] = [];
  /** When the vault last settled something. [unix seconds] */
  let settledAt = world.closedAt;
  const now = async () => BigInt(await networkHelpers.time.latest());

  const view = () => escrow.getEpoch(epoch);
  const isOver = async () => (await view()).extensionStartedAt !== 0n;
  const vessels = async (): Promise<string[]> => [...(await escrow.vesselsOf(epoch))];
  /** Whose request it is: the paying vessel, or the one that a stranger would guess. */
  const account = async (): Promise<Addressable> => {
    const address = (await vessels())[0] ?? (await escrow.vesselAt(epoch, first === "fresh" ? 0n : first));
    return await ethers.getContractAt("StandardVessel", address);
  };

  /** @returns Why nothing was begun; empty if something was. */
  async function beginExit(vessel: string, by = keeper): Promise<string> {
    return await failureOf(async () => {
      const response = await escrow.connect(by).beginExit(epoch, vessel);
      const receipt = await response.wait();
      const [begun] = await escrow.queryFilter(escrow.filters.ExitBegun, receipt?.blockNumber, receipt?.blockNumber);
      if (begun === undefined) throw new Error("nothing tells what was begun");
      const { way, shares } = begun.args;
      steps.push({ name: `ask for ${shares} in way ${way}`, play: (holder) => holder.ask(way, shares) });
    });
  }

  /** Asks the vault for what lies in the escrow, in whichever vessel it is let, until it is let in none. */
  async function beginAll(): Promise<string> {
    let failure = "";
    for (let i = 0; i < ROUNDS && (await view()).idleShares > 0n; ++i) {
      const candidates = await vessels();
      if (first !== "fresh" && candidates.length === 0) candidates.push(await escrow.vesselAt(epoch, first));
      candidates.push(ethers.ZeroAddress);
      let isBegun = false;
      for (const candidate of candidates) {
        failure = await beginExit(candidate);
        isBegun = failure === "";
        if (isBegun || failure === "RequestPending" || failure === "UnexpectedPhase") break;
      }
      if (!isBegun) return failure;
    }
    return failure;
  }

  async function claimAll(by = keeper): Promise<void> {
    for (const vessel of await vessels()) await escrow.connect(by).claim(epoch, vessel);
    steps.push({ name: "claim", play: (holder) => holder.claim() });
  }

  async function settle(): Promise<void> {
    for (const vessel of await vessels()) {
      await standing.settle(await ethers.getContractAt("StandardVessel", vessel));
    }
    settledAt = await now();
    steps.push({ name: "settle", play: (holder) => standing.settle(holder.account) });
  }

  async function wait(seconds: bigint): Promise<void> {
    await networkHelpers.time.increase(seconds);
    steps.push({ name: `wait ${seconds} s`, play: () => networkHelpers.time.increase(seconds) });
  }

  /** Does to whoever is leaving what `play` says. */
  async function act(
    name: string,
    play: (leaver: Addressable) => Promise<unknown>,
    leaver?: Addressable,
  ): Promise<void> {
    await play(leaver ?? (await account()));
    steps.push({ name, play: ({ account: holder }) => play(holder) });
  }

  /**
   * Begins, lets the vault settle, claims and waits for its word, again and again; lets the clock run out if that comes
   * to nothing.
   */
  async function finish(letSettle: () => Promise<unknown> = settle): Promise<void> {
    for (let round = 0; round < ROUNDS; ++round) {
      const before = await view();
      await beginAll();
      if (await isOver()) return;
      await letSettle();
      await claimAll();
      if (await isOver()) return;
      await wait(EXIT.wordDelay + 1n);
      await claimAll();
      const { extensionStartedAt, redeemedShares, idleShares } = await view();
      if (extensionStartedAt !== 0n) return;
      if (redeemedShares === before.redeemedShares && idleShares === before.idleShares) break;
    }
    await waitForClock();
  }

  /** Lets the clock run out that runs now. */
  async function waitForClock(): Promise<void> {
    const until = await escrow.callOffAfter(epoch);
    await networkHelpers.time.increaseTo(until + 1n);
    await escrow.connect(keeper).callOff(epoch);
  }

  return {
    ...{
      world,
      steps,
      view,
      isOver,
      vessels,
      account,
      beginExit,
      beginAll,
      claimAll,
      settle,
      wait,
      act,
      finish,
      waitForClock,
    },
    settledAt: () => settledAt,
  };
}

export type ExitRun = ReturnType<typeof runExit>;

export const isPaid = (end: bigint): boolean => end === End.Redeemed || end === End.VaultsWord;

/** `world.control` as a holder of the vault, without Tribune. */
export async function makeHolder({ connection, standing, control }: LeavingWorld, kind: VaultKind): Promise<Holder> {
  const { ethers } = connection;
  const { vault, share } = standing;
  const address = await vault.getAddress();
  const account = control;
  if (kind === "own") {
    const cooling = await ethers.getContractAt("CooldownVaultMock", address);
    return {
      account,
      ask: (way, shares) =>
        way === 0n
          ? cooling.connect(account).cooldownShares(shares)
          : vault.connect(account).redeem(shares, account, account),
      claim: async () => {
        if ((await cooling.cooldowns(account)).assets > 0n) await cooling.connect(account).unstake(account);
      },
    };
  }
  const queue = await ethers.getContractAt("RequestVaultMock", address);
  return {
    account,
    ask: async (way, shares) => {
      if (way === 1n) return await vault.connect(account).redeem(shares, account, account);
      await share.connect(account).approve(vault, shares);
      return await queue.connect(account).requestRedeem(shares, account, account);
    },
    claim: async () => {
      if (kind === "sync") return;
      const claimable = await vault.maxRedeem(account);
      const held = await share.balanceOf(account);
      if (claimable > held) await vault.connect(account).redeem(claimable, account, account);
    },
  };
}
