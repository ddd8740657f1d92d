import { readFile } from "node:fs/promises";

import { expect } from "chai";
import hre from "hardhat";
import { HardhatPluginError } from "hardhat/plugins";

import { captureOutput } from "../helpers/captureOutput.js";
import { createHre } from "../helpers/localNode.js";
import { rejectionOf } from "../helpers/rejection.js";

const LINES = 60;
const COLUMNS = 100;

interface Page {
  readonly block: { readonly timestamp: string };
  readonly pool: {
    readonly operators: readonly unknown[];
    readonly entities: readonly unknown[];
    readonly queue: Readonly<Record<"oldest" | "exitDemand" | "nextToExit" | "assets", string>>;
    readonly isFresh: boolean;
  };
}

describe("tribune pool", () => {
  const run = (runtime = hre) =>
    captureOutput(() => runtime.tasks.getTask(["tribune", "pool"]).run({ json: "-" as string | undefined }));

  it("tells in a page who runs the pool, who waits, and that nobody can be kept in", async () => {
    const { stdout, stderr } = await run();
    const { block, pool } = JSON.parse(stdout) as Page;
    expect(pool.operators).to.have.lengthOf(12);
    // Those of the configuration, and all that nobody has vetted as one.
    expect(pool.entities).to.have.lengthOf(9 + 1);
    expect(pool.isFresh).to.equal(true);
    const { oldest, exitDemand, nextToExit, assets } = pool.queue;
    expect(Number(block.timestamp) - Number(oldest)).to.be.gt(7 * 86_400);
    expect(exitDemand).to.equal(assets);
    expect(nextToExit).to.equal("1");

    const lines = stderr.trim().split("\n");
    expect(lines.length).to.be.at.most(LINES);
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(COLUMNS);
    const page = stderr.replaceAll(/\s+/g, " ");
    expect(page).to.contain("4 operators have more than a third, 6 more than half; HHI 0.0868");
    expect(page).to.contain("the largest entity 20.83 %");
    expect(page).to.contain("since 7 d have passed, anybody may make keys exit, those of operator 1 first");
    expect(page).to.contain("until 93.999 ETH are on their way").and.to.contain("In a rage quit anybody may at once");
  });

  it("is what npm start ends with", async () => {
    const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: Record<string, string> };
    expect(scripts.start).to.equal("hardhat tribune scenario hostile-majority && hardhat tribune pool");
  });

  it("refuses to move time on another network than its own", async () => {
    const error = await rejectionOf(run(await createHre("http://127.0.0.1:1")));
    expect(error).to.be.instanceOf(HardhatPluginError);
    expect(error.message).to.contain("leave out --network");
  });
});
