import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";
import hre from "hardhat";

import { isDeep } from "../helpers/testProfile.js";

const SOURCES = [
  "config",
  "contracts",
  "deploy",
  "scripts",
  "src",
  "tasks",
  "hardhat.config.ts",
  "package.json",
  "tsconfig.json",
];
const cli = path.join(path.dirname(fileURLToPath(import.meta.resolve("hardhat"))), "cli.js");

// A whole build, so in the deep profile alone; the lock itself is tested in test/unit/tasks/lock.test.ts.
if (isDeep) {
  describe("two commands at once", function () {
    this.timeout(900_000);
    let folder: string;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
      const { root } = hre.config.paths;
      for (const name of SOURCES) await cp(path.join(root, name), path.join(folder, name), { recursive: true });
      await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    });
    after(() => rm(folder, { recursive: true }));

    const list = async () => {
      // Without what the runner of this test says to its children: that nothing is to be built, and which project it is.
      const isOurs = ([name]: [string, unknown]) => name !== "HH_TEST" && !name.startsWith("HARDHAT_");
      const env = Object.fromEntries(Object.entries(process.env).filter(isOurs));
      return await promisify(execFile)(process.execPath, [cli, "tribune", "scenario", "--list"], { cwd: folder, env });
    };
    const writtenAt = async () => (await stat(path.join(folder, "types", "index.ts"))).mtimeMs;

    it("build what is missing once, and leave it as it is from then on", async () => {
      const [one, other] = await Promise.all([list(), list()]);
      for (const { stdout } of [one, other]) expect(stdout).to.contain("hostile-majority");
      expect(one.stderr + other.stderr).to.match(/Waiting for process \d+, which is building/);
      const before = await writtenAt();
      await Promise.all([list(), list()]);
      expect(await writtenAt()).to.equal(before);
    });
  });
}
