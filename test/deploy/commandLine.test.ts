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
  let help: Ending;
  let mistakes: Ending[];
  before(async () => {
    [help, ...mistakes] = await Promise.all([
      runHardhat("tribune", "deploy", "--help"),
      runHardhat("tribune", "status"),
      runHardhat("tribune", "status", "--network", "nowhere"),
    ]);
  });

  it("explains a verb and its options", () => {
    expect(help.code).to.equal(0);
    expect(help.stdout).to.contain("verifies it on the chain").and.to.contain("--dao").and.to.contain("--json");
  });

  for (const [index, what, sentence] of [
    [0, "a chain where nothing can be deployed", "nothing is deployed on it"],
    [1, "a network nobody configured", "nowhere"],
  ] as const) {
    it(`ends with 1 and without a trace for ${what}`, () => {
      const { code, stderr } = mistakes[index] ?? help;
      expect(stderr)
        .to.contain(sentence)
        .and.not.to.match(/^\s+at /m);
      expect(code).to.equal(1);
    });
  }
});
