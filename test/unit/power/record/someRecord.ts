import {
  after,
  atLeast,
  blockingOf,
  controlOf,
  principal,
  recordOf,
  solve,
  until,
} from "../../../../src/power/core/index.js";
import type { Formula, PowerRecord } from "../../../../src/power/core/index.js";
import type { AuditRecord } from "../../../../src/power/report.js";

export const DAY = 86_400;
export const OWNERS = ["owner 0", "owner 1", "owner 2"];

export const power = (name: string, formula: Formula): PowerRecord => {
  const solution = solve({ powers: new Map([[name, formula]]) });
  return recordOf(controlOf(solution, name), blockingOf(solution, name));
};

/** A committee of three that pauses until a day, and a voter who changes the fee in ten days. */
export const someRecord = (changes: Partial<AuditRecord> = {}): AuditRecord => ({
  verdicts: { P1: "holds", P2: "holds", P3: "holds", P4: "holds", P5: "holds", P6: "holds" },
  keys: { "owner 0": "0xa0", "owner 1": "0xa1", "owner 2": "0xa2", "voter 0": "0xb0", "voter 1": "0xb1" },
  powers: [
    power("pause", until({ at: 100 * DAY }, atLeast(2, OWNERS.map(principal)))),
    power("change the fee", after(10 * DAY, principal("voter 0"))),
  ],
  calls: { "vault.pause()": { "the committee": ["Normal"] }, "vault.poke()": { anybody: ["every mode"] } },
  figures: {
    "the base delay": { value: "4 d", worse: "less" },
    "the pause": { value: "14 d", worse: "more" },
    "the margin": { value: "never", worse: "less" },
  },
  ...changes,
});
