import { expect } from "chai";

import { readClaimed } from "../../../src/adoption/estate/claimed.js";
import type { Ground } from "../../../src/adoption/estate/types.js";

describe("contracts that say of themselves that they are the DAO's", () => {
  it("are all named, also those that are too many to be looked into", async () => {
    const claimed = Array.from({ length: 203 }, (_, index) => `0x${(index + 1).toString(16).padStart(40, "0")}`);
    const looked: string[] = [];
    const reader = {
      code: (address: string) => {
        looked.push(address);
        return Promise.resolve("0x");
      },
    };
    const told = await readClaimed({ reader } as unknown as Ground, claimed, []);
    expect([...looked, ...told.unlooked]).to.deep.equal(claimed);
    expect(told.unlooked.length).to.equal(3);
    expect(told.notices.join())
      .to.contain("3 more contracts name the old timelock")
      .and.to.contain("--json lists them");
  });
});
