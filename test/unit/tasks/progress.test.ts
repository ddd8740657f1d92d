import { expect } from "chai";

import { tellProgress } from "../../../tasks/progress.js";
import { captureOutput } from "../../helpers/captureOutput.js";

describe("tellProgress", () => {
  const { now } = Date;
  afterEach(() => (Date.now = now));

  it("says nothing for five seconds, then how far the reading has come, and not when it is done", async () => {
    let time = 0;
    Date.now = () => time;
    const { stdout, stderr } = await captureOutput(() => {
      const tell = tellProgress();
      for (const [at, read] of [
        [4_999, 1],
        [5_000, 1_234],
        [9_999, 2_000],
        [10_000, 3_000],
        [20_000, 10_000],
      ] as const) {
        time = at;
        tell({ read, total: 10_000 });
      }
      return Promise.resolve();
    });
    expect(stdout).to.equal("");
    expect(stderr).to.equal("Reading logs: 1,234 of 10,000 blocks …\nReading logs: 3,000 of 10,000 blocks …\n");
  });

  it("says of how many blocks at most where it may end earlier", async () => {
    let time = 0;
    Date.now = () => time;
    const { stderr } = await captureOutput(() => {
      const tell = tellProgress();
      time = 5_000;
      tell({ read: 2_000, total: 10_000, mayEndEarlier: true });
      return Promise.resolve();
    });
    expect(stderr).to.equal("Reading logs: 2,000 of at most 10,000 blocks …\n");
  });
});
