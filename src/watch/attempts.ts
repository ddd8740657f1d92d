import type { Deed } from "./deed.js";

/** The same is not tried again so soon. [seconds] */
const PAUSE = 600n;
/** After each failure in a row the pause doubles, up to this. [seconds] */
const LONGEST_PAUSE = 86_400n;

/** When something was tried last, and how often it has failed on the chain since it worked. */
export interface Attempt {
  readonly command: string;
  /** [unix seconds] */
  readonly at: bigint;
  readonly failures: number;
  /** Why it was not sent; undefined if it was. */
  readonly left: Deed | undefined;
}

/** A transaction that was sent, or is about to be, and that nobody has seen on the chain. */
export interface UnderWay {
  readonly command: string;
  readonly nonce: number;
  /** Undefined where nobody has told it: then it may not have arrived. */
  readonly hash?: string | undefined;
  /** [unix seconds] */
  readonly since: bigint;
  /** The newest block when it was sent. */
  readonly block?: number | undefined;
  /** What it offers above the base fee; whatever takes its place must offer more. [wei per gas] */
  readonly tip?: bigint | undefined;
}

/** What a keeper goes on from. */
export interface KeeperMemory {
  readonly attempts: readonly Attempt[];
  readonly underWay: UnderWay | undefined;
}

/**
 * What was tried, written down before it is sent: whoever makes it fail time and again shall not empty the account, also
 * where the process is started anew each time.
 */
export class Attempts {
  readonly #attempts: Map<string, Attempt>;
  #underWay: UnderWay | undefined;

  /** @param keep Writes it down, so that a later start knows it. */
  constructor(
    { attempts, underWay }: KeeperMemory = { attempts: [], underWay: undefined },
    private readonly keep: (memory: KeeperMemory) => Promise<void> = () => Promise.resolve(),
  ) {
    this.#attempts = new Map(attempts.map((one) => [one.command, one]));
    this.#underWay = underWay;
  }

  get memory(): KeeperMemory {
    return { attempts: [...this.#attempts.values()], underWay: this.#underWay };
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

  /** It was not sent. */
  left(command: string, at: bigint, left: Deed): void {
    this.#attempts.set(command, { command, at, failures: this.#failuresOf(command), left });
  }

  /** It is about to be sent: it has failed, until it is known to have worked. */
  async begin(underWay: UnderWay): Promise<void> {
    const { command, since } = underWay;
    this.#attempts.set(command, { command, at: since, failures: this.#failuresOf(command) + 1, left: undefined });
    await this.submitted(underWay);
  }

  async submitted(underWay: UnderWay | undefined): Promise<void> {
    this.#underWay = underWay;
    await this.keep(this.memory);
  }

  /** It worked, or may work yet. */
  worked(command: string): void {
    const attempt = this.#attempts.get(command);
    if (attempt !== undefined) this.#attempts.set(command, { ...attempt, failures: 0 });
  }

  /** Nothing of this account is under way. */
  arrived(): void {
    this.#underWay = undefined;
  }

  #failuresOf(command: string): number {
    return this.#attempts.get(command)?.failures ?? 0;
  }
}
