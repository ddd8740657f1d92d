import { DAY } from "../model/units.js";
import type { Deed } from "./deed.js";

/** The same is not tried again so soon. [seconds] */
const PAUSE = 600n;
/** After each failure in a row the pause doubles, up to this. [seconds] */
const LONGEST_PAUSE = DAY;
/** An attempt that is older decides nothing any more: twice the longest pause. [seconds] */
const KEPT = 2n * LONGEST_PAUSE;
/** A node that counts fewer nonces than were seen is behind for so long; after that they were undone. [seconds] */
export const LAG = 600n;

/** When something was tried last, and how often it has failed on the chain since it worked. */
export interface Attempt {
  readonly command: string;
  /** [unix seconds] */
  readonly at: bigint;
  readonly failures: number;
  /** Why it was not sent; undefined if it was. */
  readonly left: Deed | undefined;
  /** When it was sent last, whatever kept it from being sent since. [unix seconds] */
  readonly sentAt?: bigint | undefined;
}

/** A transaction that was sent, or is about to be, and that nobody has seen on the chain. */
export interface UnderWay {
  readonly command: string;
  readonly nonce: number;
  /** The newest that was told; undefined where none was: then it may not have arrived. */
  readonly hash?: string | undefined;
  /** When it was first sent. [unix seconds] */
  readonly since: bigint;
  /** The newest block at that time. */
  readonly block?: number | undefined;
  /** What it offers above the base fee, or at all; whatever takes its place must offer more. [wei per gas] */
  readonly tip?: bigint | undefined;
  /** Whether a node has said that something stands in its place, without naming it. */
  readonly isInPool?: boolean | undefined;
  /** What it calls, as `digestOf` has it. */
  readonly call?: string | undefined;
}

/** How many nonces were seen to be used, and when. */
interface Used {
  readonly count: number;
  /** [unix seconds] */
  readonly at: bigint;
}

/** What a keeper goes on from. */
export interface KeeperMemory {
  readonly attempts: readonly Attempt[];
  readonly underWay: UnderWay | undefined;
  readonly used?: Used | undefined;
}

/**
 * What was tried, written down before it is sent: whoever makes it fail time and again shall not empty the account, also
 * where the process is started anew each time.
 */
export class Attempts {
  readonly #attempts: Map<string, Attempt>;
  #underWay: UnderWay | undefined;
  #used: Used | undefined;

  /** @param keep Writes it down, so that a later start knows it. */
  constructor(
    { attempts, underWay, used }: KeeperMemory = { attempts: [], underWay: undefined },
    private readonly keep: (memory: KeeperMemory) => Promise<void> = () => Promise.resolve(),
  ) {
    this.#attempts = new Map(attempts.map((one) => [one.command, one]));
    this.#underWay = underWay;
    this.#used = used;
  }

  get memory(): KeeperMemory {
    return { attempts: [...this.#attempts.values()], underWay: this.#underWay, used: this.#used };
  }

  get underWay(): UnderWay | undefined {
    return this.#underWay;
  }

  /** What keeps a command from being tried now; undefined if nothing does. A poke waits only after it has failed. */
  pausing(command: string, now: bigint): Attempt | undefined {
    const attempt = this.#attempts.get(command);
    if (attempt === undefined) return undefined;
    const { at, failures } = attempt;
    if (command === "poke") return failures > 0 && now < at + PAUSE ? attempt : undefined;
    const doubled = PAUSE << BigInt(Math.min(failures, 8));
    return now < at + (doubled < LONGEST_PAUSE ? doubled : LONGEST_PAUSE) ? attempt : undefined;
  }

  /** Whether a command was sent so short a time ago. @param span [seconds] */
  wasSentWithin(command: string, span: bigint, now: bigint): boolean {
    const attempt = this.#attempts.get(command);
    // A checkpoint of before has no other time.
    const sentAt = attempt?.sentAt ?? (attempt?.left === undefined ? attempt?.at : undefined);
    return sentAt !== undefined && now < sentAt + span;
  }

  /** It was not sent. */
  left(command: string, at: bigint, left: Deed): void {
    const before = this.#attempts.get(command);
    this.#attempts.set(command, { command, at, failures: before?.failures ?? 0, left, sentAt: before?.sentAt });
  }

  /** It is about to be sent; whether it has failed is known once it is on the chain. @param at [unix seconds] */
  async begin(underWay: UnderWay, at: bigint): Promise<void> {
    const { command } = underWay;
    for (const [key, one] of this.#attempts) if (key !== command && at >= one.at + KEPT) this.#attempts.delete(key);
    this.#attempts.set(command, { command, at, failures: this.#failuresOf(command), left: undefined, sentAt: at });
    await this.submitted(underWay);
  }

  async submitted(underWay: UnderWay | undefined): Promise<void> {
    this.#underWay = underWay;
    await this.keep(this.memory);
  }

  worked(command: string): void {
    this.#count(command, 0);
  }

  /** It is on the chain, and has failed there. */
  failed(command: string): void {
    this.#count(command, this.#failuresOf(command) + 1);
  }

  /** A transaction of this account is on the chain. @param at [unix seconds] */
  arrived(nonce: number, at: bigint): void {
    this.sawUsed(nonce + 1, at);
    if (this.#underWay !== undefined && this.#underWay.nonce <= nonce) this.#underWay = undefined;
  }

  /** So many nonces are used. @param at [unix seconds] */
  sawUsed(count: number, at: bigint): void {
    if (count >= (this.#used?.count ?? 0)) this.#used = { count, at };
  }

  /** The nonces that are used, by what a node counts: a backend that lags counts fewer than were seen. */
  countUsed(counted: number, now: bigint): number {
    if (this.#used !== undefined && now >= this.#used.at + LAG) this.#used = undefined;
    return Math.max(counted, this.#used?.count ?? 0);
  }

  #count(command: string, failures: number): void {
    const attempt = this.#attempts.get(command);
    if (attempt !== undefined) this.#attempts.set(command, { ...attempt, failures });
  }

  #failuresOf(command: string): number {
    return this.#attempts.get(command)?.failures ?? 0;
  }
}
