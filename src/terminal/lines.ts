import { appendFileSync, closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

import { reasonOf, visible } from "../protocol/visible.js";

/**
 * Appends lines to a file that others read. One that cannot be written must not end what the lines are about: that is
 * said once, and again when it works. Of a line of which a full disk has taken a part, the next one is no continuation.
 */
export function lineWriter(file: string, complain: (sentence: string) => void): (line: string) => void {
  let missed = 0;
  return (line) => {
    try {
      appendFileSync(file, `${isTorn(file) ? "\n" : ""}${line}\n`);
    } catch (error) {
      if (missed === 0) complain(`${visible(file)} cannot be written, and misses what happens: ${reasonOf(error)}`);
      ++missed;
      return;
    }
    if (missed > 0) complain(`${visible(file)} can be written again; it has missed ${missed} events.`);
    missed = 0;
  };
}

/** Whether a file's last line has no end. */
function isTorn(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const handle = openSync(file, "r");
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
  } finally {
    closeSync(handle);
  }
}
