import { appendFileSync } from "node:fs";

import { reasonOf, visible } from "../protocol/visible.js";

/**
 * Appends lines to a file that others read. One that cannot be written must not end what the lines are about: that is
 * said once, and again when it works.
 */
export function lineWriter(file: string, complain: (sentence: string) => void): (line: string) => void {
  let missed = 0;
  return (line) => {
    try {
      appendFileSync(file, `${line}\n`);
    } catch (error) {
      if (missed === 0) complain(`${visible(file)} cannot be written, and misses what happens: ${reasonOf(error)}`);
      ++missed;
      return;
    }
    if (missed > 0) complain(`${visible(file)} can be written again; it has missed ${missed} events.`);
    missed = 0;
  };
}
