import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import hre from "hardhat";

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** By these Hardhat knows that nobody sits at the terminal. */
const CI_MARKS = [
  "BUILD_NUMBER",
  "CI",
  "CODEBUILD_BUILD_NUMBER",
  "CONTINUOUS_INTEGRATION",
  "DEPLOYMENT_ID",
  "GITHUB_ACTIONS",
  "NOW",
  "RUN_ID",
];

/** Runs `npx hardhat …` as a person would: without CI, where Hardhat always adds a trace to errors. */
function runHardhat(...args: string[]): Promise<Ending> {
  const cli = path.join(path.dirname(fileURLToPath(import.meta.resolve("hardhat"))), "cli.js");
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !CI_MARKS.includes(name)));
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { cwd: hre.config.paths.root, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

describe("the command line", () => {
  it("names the verbs, and their options", async () => {
    const [verbs, deploy, status] = await Promise.all([
      runHardhat("tribune", "--help"),
      runHardhat("tribune", "deploy", "--help"),
      runHardhat("tribune", "status", "--help"),
    ]);
    expect(verbs.stdout).to.contain("tribune deploy").and.to.contain("tribune status");
    for (const { code, stdout } of [deploy, status]) {
      expect(code).to.equal(0);
      expect(stdout).to.contain("--dao").and.to.contain("--json");
    }
  });

  const mistakes: [what: string, args: string[], sentence: string][] = [
    ["a chain where nothing can be deployed", ["status"], "nothing is deployed on it"],
    ["a network nobody configured", ["status", "--network", "nowhere"], "nowhere"],
  ];
  for (const [what, args, sentence] of mistakes) {
    it(`ends with 1 and without a trace for ${what}`, async () => {
      const { code, stderr } = await runHardhat("tribune", ...args);
      expect(stderr).to.contain(sentence);
      expect(stderr).not.to.match(/^\s+at /m);
      expect(code).to.equal(1);
    });
  }
});
