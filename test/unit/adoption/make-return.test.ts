import { expect } from "chai";

import { makeReturn } from "../../../src/adoption/back/makeReturn.js";
import type { Ground } from "../../../src/adoption/estate/types.js";
import { ROLES } from "../../../src/protocol/roles.js";

const at = (digit: string): string => `0x${digit.padStart(40, "0")}`;

describe("a way back that one transaction cannot end", () => {
  it("is refused in a sentence, as a step that fails", async () => {
    const snapshot = {
      branch: (action: () => Promise<unknown>) => action(),
      send: () => Promise.resolve({ ok: true, logs: [], gasUsed: 50_000n }),
    };
    const reader = { snapshot, place: { readLogs: () => Promise.resolve([]) } } as unknown as Ground["reader"];
    const seats = Array.from({ length: 200 }, (_, index) => at(String(100 + index)));
    const plan = {
      ...{ governor: at("1"), oldTimelock: at("2"), newTimelock: at("3"), delay: 1n, holdings: [], waiting: [] },
      roles: { proposers: seats, cancellers: [], executors: [], admin: ROLES.admin, admins: [] },
    };
    const { parts, why } = await makeReturn({ reader }, plan, undefined, []);
    expect(parts).to.deep.equal([]);
    expect(why).to.match(/^What must be done at once takes about \d+ gas, .*[^.]$/);
  });
});
