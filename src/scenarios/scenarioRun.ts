import type { ErrorDescription, TransactionReceipt, TransactionResponse } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { DAY } from "../model/units.js";
import { parseDuration } from "../protocol/format.js";
import type { Listener } from "./listener.js";
import type { Actor } from "./accounts.js";
import { ScenarioFailure } from "./scenarioFailure.js";
import type { Gauge } from "./gauge.js";
import type { Entry, EntryKind, RunReport, StateName } from "./scenarioReport.js";
import { decodeRevert, explainRevert } from "./reverts.js";

/** What an actor does. */
export interface Step {
  readonly kind: EntryKind;
  /** In the present tense. */
  readonly action: string;
  /** A few words for the chart. */
  readonly mark?: string | undefined;
  /** What came of it, beside transitions of the gate. */
  readonly decided?: string | ((receipt: TransactionReceipt) => string | Promise<string>);
}

/** What a run is called, in reports and on screen. */
export interface RunName {
  readonly id: string;
  readonly title: string;
}

type Send = () => Promise<TransactionResponse>;

/** One telling of a story on one chain: moves time, keeps the minutes. */
export class Run {
  readonly #entries: Entry[] = [];
  readonly #transitions: RunReport["transitions"] = [];
  readonly #checks: string[] = [];
  #chapter = "";
  #gauge: Gauge | undefined;
  #thresholds: RunReport["thresholds"] = null;
  #initialState: StateName | null = null;
  /** Undefined before anybody watches a gate. */
  #state: StateName | null | undefined;

  private constructor(
    readonly id: string,
    readonly title: string,
    readonly connection: NetworkConnection,
    private readonly listener: Listener,
    /** [unix seconds] */
    readonly startedAt: bigint,
  ) {}

  /** Begins to keep the minutes at the next midnight, whatever preparations took. */
  static async begin(listener: Listener, connection: NetworkConnection, { id, title }: RunName): Promise<Run> {
    const { time } = connection.networkHelpers;
    const startedAt = (BigInt(await time.latest()) / DAY + 1n) * DAY;
    await time.increaseTo(startedAt);
    listener.onRun(title);
    return new Run(id, title, connection, listener, startedAt);
  }

  /** From now on the gate's state and the stakers' support are part of the minutes. */
  async watch(gauge: Gauge): Promise<void> {
    const [at, { state }] = await Promise.all([this.#elapsed(), gauge.read()]);
    if (this.#entries.length === 0) this.#initialState = state;
    else this.#transitions.push({ at, from: null, to: state });
    this.#thresholds = await gauge.thresholds();
    this.#gauge = gauge;
    this.#state = state;
  }

  chapter(title: string): void {
    this.#chapter = title;
    this.listener.onChapter(title);
  }

  /** `actor` does something that must succeed. */
  async act(actor: Actor, { kind, action, mark, decided }: Step, send: Send): Promise<TransactionReceipt> {
    const receipt = await this.#send(actor, action, send);
    const at = await this.#elapsed();
    const transitions = this.#gauge?.transitionsOf(receipt) ?? [];
    for (const { from, to } of transitions) this.#enterState(at, to, from);
    const consequences = transitions.map(({ from, to }) => `${from} → ${to}`);
    const told = typeof decided === "function" ? await decided(receipt) : decided;
    if (told !== undefined) consequences.push(told);
    if (kind === "lock" || kind === "unlock") {
      const outlook = await this.#gauge?.outlook(this.startedAt);
      if (outlook !== undefined) consequences.push(outlook);
    }
    await this.#record({ kind, actor: actor.name, action, mark }, consequences);
    return receipt;
  }

  /** `actor` tries something that must revert with `error`. */
  async refuse(actor: Actor, action: string, error: string, send: Send, mark?: string): Promise<void> {
    const revert = await this.#attempt(send);
    if (revert?.name !== error) {
      throw this.#failure(`${actor.name} ${action}: expected ${error}, found ${revert?.name ?? "success"}`);
    }
    const decided = `refused: ${error}${explainRevert(revert, this.startedAt)}`;
    await this.#record({ kind: "refused", actor: actor.name, action, mark }, [decided]);
  }

  /** Somebody says or sees something that is no transaction. */
  async note(actor: string, action: string, mark?: string): Promise<void> {
    await this.#record({ kind: "note", actor, action, mark }, []);
  }

  /** [unix seconds] */
  async now(): Promise<bigint> {
    return BigInt(await this.connection.networkHelpers.time.latest());
  }

  async #elapsed(): Promise<number> {
    return Number((await this.now()) - this.startedAt);
  }

  /** Lets time pass: `"5 d"`, or seconds. */
  async wait(duration: string | bigint): Promise<void> {
    await this.waitUntilTime((await this.now()) + (typeof duration === "string" ? parseDuration(duration) : duration));
  }

  /** The next transaction takes a second, however busy the machine is. */
  async tick(): Promise<void> {
    await this.connection.networkHelpers.time.setNextBlockTimestamp((await this.now()) + 1n);
  }

  /** Lets time pass until a moment after the start: `"8 d"`; never backwards. */
  async waitUntil(sinceStart: string): Promise<void> {
    await this.waitUntilTime(this.startedAt + parseDuration(sinceStart));
  }

  /** [unix seconds] */
  async waitUntilTime(timestamp: bigint): Promise<void> {
    await this.connection.networkHelpers.time.increaseTo(timestamp);
  }

  /** Asserts: `what` must hold. */
  check(what: string, holds: boolean, found?: string): void {
    if (!holds) throw this.#failure(`expected: ${what}${found === undefined ? "" : `; found ${found}`}`);
    this.#checks.push(what);
    this.listener.onCheck(what);
  }

  checkEqual<Value extends bigint | string | boolean>(what: string, found: Value, expected: Value): void {
    this.check(what, found === expected, `${found}, not ${expected}`);
  }

  /** Asserts the gate's effective state. */
  async checkState(expected: StateName): Promise<void> {
    const state = (await this.#gauge?.read())?.state;
    if (state !== expected) throw this.#failure(`expected: governance is in ${expected}; found ${state ?? "no gate"}`);
  }

  report(): RunReport {
    return {
      id: this.id,
      title: this.title,
      startedAt: Number(this.startedAt),
      duration: this.#entries.at(-1)?.at ?? 0,
      thresholds: this.#thresholds,
      initialState: this.#initialState,
      transitions: this.#transitions,
      timeline: this.#entries,
      checks: this.#checks,
    };
  }

  async #send(actor: Actor, action: string, send: Send): Promise<TransactionReceipt> {
    try {
      await this.tick();
      const receipt = await (await send()).wait();
      if (receipt === null) throw new Error("the transaction was not mined");
      return receipt;
    } catch (error) {
      const revert = decodeRevert(error);
      if (revert === undefined) throw error;
      throw this.#failure(`${actor.name} ${action}: reverted with ${revert.name}(${revert.args.join(", ")})`);
    }
  }

  /** The error it reverts with, or undefined if it succeeds. */
  async #attempt(send: Send): Promise<ErrorDescription | undefined> {
    try {
      await this.tick();
      await send();
    } catch (error) {
      const revert = decodeRevert(error);
      if (revert === undefined) throw error;
      return revert;
    }
    return undefined;
  }

  async #record(
    step: { kind: EntryKind; actor: string; action: string; mark: string | undefined },
    decided: string[],
  ): Promise<void> {
    const [timestamp, reading] = await Promise.all([this.now(), this.#gauge?.read()]);
    const { mark, ...rest } = step;
    const at = Number(timestamp - this.startedAt);
    // No event tells that a gate fails, or that another one is asked.
    if (reading?.support === null && reading.state !== this.#state) this.#enterState(at, reading.state);
    const entry: Entry = {
      chapter: this.#chapter,
      at,
      timestamp: Number(timestamp),
      ...rest,
      ...(mark === undefined ? {} : { mark }),
      decided,
      state: reading?.state ?? null,
      support: reading?.support ? { now: `${reading.support.now}`, max: `${reading.support.max}` } : null,
    };
    this.#entries.push(entry);
    this.listener.onEntry(entry);
  }

  #enterState(at: number, to: StateName | null, from = this.#state ?? null): void {
    this.#transitions.push({ at, from, to });
    this.#state = to;
  }

  #failure(what: string): ScenarioFailure {
    return new ScenarioFailure(`${this.title}: ${what}`);
  }
}
