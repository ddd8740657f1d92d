import { toBeHex, zeroPadValue } from "ethers";

import { formatDuration } from "../protocol/format.js";
import { SentenceError } from "../protocol/errors.js";
import type { Walk } from "./rehearsalFacts.js";
import type { Moment, Settlement } from "./rehearsalFiles.js";
import type { Snapshot } from "./snapshot.js";

/** What placeholders in calldata stand for: addresses and amounts that only the rehearsal knows. */
export type Known = Readonly<Record<string, string | bigint>>;

/** Plays what somebody does for the vault, moment by moment, in the order of the file. */
export class Settlements {
  readonly #played: Walk["settled"][number][] = [];

  constructor(
    private readonly snapshot: Snapshot,
    private readonly settlements: readonly Settlement[],
  ) {}

  get played(): Walk["settled"] {
    return this.#played;
  }

  /** Times after the beginning of the exit at which something is to be done, each once, the earliest first. [seconds] */
  get times(): bigint[] {
    const times = this.settlements.flatMap(({ after }) => (typeof after === "bigint" ? [after] : []));
    return [...new Set(times)].sort((one, other) => (one < other ? -1 : 1));
  }

  /** @returns Whether anything was done. */
  async play(moment: Moment | bigint, known: Known): Promise<boolean> {
    const due = this.settlements.filter(({ after }) => after === moment);
    for (const { from, to, data, value } of due) {
      const sent = await this.snapshot.send({ from, to, data: fillIn(data, known), value });
      this.#played.push({
        after: typeof moment === "bigint" ? formatDuration(moment) : moment,
        to,
        done: sent.ok,
        told: sent.ok ? "done" : `reverts: ${sent.why}`,
      });
    }
    return due.length > 0;
  }
}

/** Puts 32 bytes in the place of every `{name}`. */
export const fillIn = (data: string, known: Known): string =>
  data.replace(/\{([a-z]+\d*)\}/g, (_, name: string) => {
    const value = known[name];
    if (value === undefined) {
      const names = Object.keys(known)
        .map((each) => `{${each}}`)
        .join(", ");
      throw new SentenceError(
        `--settle names {${name}}, which is not known at that moment; known are: ${names || "none"}.`,
      );
    }
    return (typeof value === "bigint" ? toBeHex(value, 32) : zeroPadValue(value, 32)).slice(2);
  });
