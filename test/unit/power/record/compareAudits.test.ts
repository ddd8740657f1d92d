import { expect } from "chai";

import { after, atLeast, principal, until } from "../../../../src/power/core/index.js";
import type { AuditRecord } from "../../../../src/power/report.js";
import { compareAudits } from "../../../../src/power/record/compareAudits.js";
import { DAY, OWNERS, power, someRecord } from "./someRecord.js";

const fee = power("change the fee", after(10 * DAY, principal("voter 0")));
const pauseOf = (threshold: number, day: number) =>
  power("pause", until({ at: day * DAY }, atLeast(threshold, OWNERS.map(principal))));

describe("what differs between two audits", () => {
  it("[PWR-15] is nothing from one to itself", () => {
    expect(compareAudits(someRecord(), someRecord())).to.deep.equal({ worse: [], better: [] });
  });

  for (const [name, changes, worse, better] of [
    [
      "a Safe's threshold that was lowered",
      { powers: [pauseOf(1, 100), fee] },
      [
        "pause: 2 entities before, now 1 entity needed to control.",
        "pause: 1 of owner 0, owner 1, owner 2 could not before.",
      ],
      ["pause: 2 entities before, now 3 entities needed to block."],
    ],
    [
      "an expiry that was extended",
      { powers: [pauseOf(2, 200), fee] },
      [
        "pause: 2 of owner 0, owner 1, owner 2 can, until 100 d after the deployment began before, now 200 d after the deployment began.",
      ],
      [],
    ],
    [
      "a call that somebody else may make",
      {
        calls: {
          ...someRecord().calls,
          "vault.pause()": { "the committee": ["Normal"], "voter 1": ["Normal", "RageQuit"] },
        },
      },
      ["vault.pause(): voter 1 could not call it before in Normal, RageQuit."],
      [],
    ],
    [
      "a call in one more mode",
      { calls: { ...someRecord().calls, "vault.pause()": { "the committee": ["Normal", "RageQuit"] } } },
      ["vault.pause(): the committee could not call it before in RageQuit."],
      [],
    ],
    [
      "less time, and a longer bound",
      {
        figures: {
          ...someRecord().figures,
          "the base delay": { value: "3 d 1 h", worse: "less" },
          "the pause": { value: "15 d", worse: "more" },
        },
      },
      ["the base delay: 4 d before, now 3 d 1 h.", "the pause: 14 d before, now 15 d."],
      [],
    ],
    [
      "a margin that was without end",
      { figures: { ...someRecord().figures, "the margin": { value: "7 d", worse: "less" } } },
      ["the margin: never before, now 7 d."],
      [],
    ],
    [
      "a property that does not hold any more",
      { verdicts: { ...someRecord().verdicts, P4: "unproven" } },
      ["P4, Powers beside the DAO's are bounded, and end: holds before, now unproven."],
      [],
    ],
    [
      "a power that is new",
      { powers: [...someRecord().powers, power("change the owner", principal("voter 1"))] },
      ["change the owner: nobody could before."],
      [],
    ],
    [
      "another key by the same name",
      { keys: { ...someRecord().keys, "owner 1": "0xff" } },
      ["pause: 1 of owner 0, owner 2; and owner 1 (0xff) could not before."],
      ["pause: 1 of owner 0, owner 2; and owner 1 (0xa1) can no longer."],
    ],
  ] as const satisfies readonly (readonly [string, Partial<AuditRecord>, readonly string[], readonly string[]])[]) {
    it(`[PWR-15] is ${name}, and the other way round what got better`, () => {
      const [before, now] = [someRecord(), someRecord(changes)];
      const found = compareAudits(before, now);
      expect(found.worse).to.deep.equal(worse);
      expect(found.better).to.deep.equal(better);
      const back = compareAudits(now, before);
      expect(back.better).to.have.length(worse.length);
      expect(back.worse).to.have.length(better.length);
    });
  }

  it("[PWR-15] is nothing where voters change places, or anybody could call it anyway", () => {
    const swapped = someRecord({
      keys: { ...someRecord().keys, "voter 0": "0xb1", "voter 1": "0xb0" },
      powers: [pauseOf(2, 100), power("change the fee", after(10 * DAY, principal("voter 1")))],
      calls: { ...someRecord().calls, "vault.poke()": { anybody: ["every mode"], "voter 1": ["Normal"] } },
    });
    expect(compareAudits(someRecord(), swapped)).to.deep.equal({ worse: [], better: [] });
  });

  it("[PWR-15] is worse where a figure is not told any more, and nothing where one is told anew", () => {
    const { "the pause": pause, ...others } = someRecord().figures;
    expect(pause).not.to.equal(undefined);
    const fewer = someRecord({ figures: others });
    expect(compareAudits(someRecord(), fewer)).to.deep.equal({
      worse: ["the pause: 14 d before, and not told any more."],
      better: [],
    });
    expect(compareAudits(fewer, someRecord())).to.deep.equal({ worse: [], better: [] });
  });
});
