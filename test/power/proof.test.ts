import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { keccak256 } from "ethers";

import type { Execution } from "../../src/power/execution/execution.js";
import { NORMAL } from "../../src/power/modes/modes.js";
import type { Part } from "../../src/power/manifest/parts.js";
import { seal, type BundledStep, type ProofBundle } from "../../src/power/proof/bundle.js";
import { toJson } from "../../src/terminal/output.js";
import { isDeep } from "../helpers/testProfile.js";
import { createAuditWorld } from "./auditWorld.js";

/** What `scripts/verify-bundle.mjs` says of a file, and its exit code. */
async function verify(text: string): Promise<{ readonly code: number; readonly said: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "bundle-"));
  const file = path.join(folder, "audit.json");
  try {
    await writeFile(file, text);
    return await new Promise((resolve) => {
      execFile("node", ["scripts/verify-bundle.mjs", file], (error, out, complaints) => {
        const code = typeof error?.code === "number" ? error.code : error === null ? 0 : NaN;
        resolve({ code, said: out + complaints });
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** With a hash that fits, as whoever forges a bundle would. */
const written = (proof: ProofBundle): string => toJson(seal({ proof }));

/** The bundle without calls of single accounts, and with one coalition alone: what is forged in it is found as fast. */
function only(name: string, { steps, ...rest }: ProofBundle): ProofBundle {
  const prune = (list: readonly BundledStep[]): BundledStep[] =>
    list.flatMap((step) => {
      if (step.kind === "claims") return [];
      if (step.kind !== "branch" || step.name.includes(name)) return [step];
      return step.name === "" ? [{ ...step, steps: prune(step.steps) }] : [];
    });
  return { ...rest, steps: prune(steps) };
}

interface Forgery {
  readonly what: string;
  /** Of JSON without white space, to something else. */
  readonly forge: (text: string, proof: ProofBundle) => string;
}

const FORGERIES: readonly Forgery[] = [
  {
    what: "an expected slot is another",
    forge: (text) =>
      text.replace(
        /(slot 0x[0-9a-f]+: 0x[0-9a-f]+ -> 0x)([0-9a-f])/,
        (_, before: string, digit: string) => before + (digit === "1" ? "2" : "1"),
      ),
  },
  {
    what: "a slot that changes is kept secret",
    forge: (text) => text.replace(/"effects":\["[^"]+",/, '"effects":['),
  },
  {
    what: "calldata is another",
    // The last argument of the first transaction that has any.
    forge: (text) =>
      text.replace(
        /("data":"0x[0-9a-f]{72,}?)([0-9a-f])"/,
        (_, before: string, digit: string) => `${before}${digit === "0" ? "1" : "0"}"`,
      ),
  },
  {
    what: "what works is said to revert",
    forge: (text) => text.replace(/("kind":"transaction"[^[]*),"effects":\[[^\]]*\]/, "$1"),
  },
  {
    what: "code is another, and its own hash fits as well",
    // One byte: STOP in the place of the first PUSH1.
    forge: (text, { genesis }) =>
      Object.values(genesis).reduce((forged, { code = "" }) => {
        const other = code.replace(/^0x60/, "0x00");
        return code === "" ? forged : forged.replaceAll(code, other).replaceAll(keccak256(code), keccak256(other));
      }, text),
  },
];

/** Enough for a coalition of each kind: a Safe's, and the DAO's. */
const isPart = ({ name }: Part): boolean => name === "breaker" || name === "timelock";

describe("what an audit executes", () => {
  let executions: readonly Execution[];
  let proof: ProofBundle;
  let part: ProofBundle;

  before(async function () {
    this.timeout(120_000);
    const world = await createAuditWorld();
    const found = await world.record(
      isDeep ? {} : { only: ({ name }) => name === NORMAL, functions: isPart, isQuick: true, isExecuted: true },
    );
    ({ proof } = found);
    ({ executions } = found.report);
    part = only("breaker.seal", proof);
  });

  it("[PWR-24] lets every smallest coalition change its rule, and none that lacks a member", () => {
    expect(executions.flatMap(({ gaps }) => gaps)).to.deep.equal([]);
    expect(executions.map(({ by }) => by)).to.include.members([
      "breaker.seal(address[])",
      "timelock.activateEmergencyMode()",
    ]);
    // By the votes of its members, against all others.
    expect(executions.some(({ took = 0 }) => took > 86_400)).to.equal(true);
    // Who is the activation committee is decided by the DAO; whoever is it, acts.
    expect(executions.map(({ office }) => office)).to.include(
      "be DualGovernanceTimelock.emergencyStatus.terms.activationCommittee",
    );
    for (const { coalition, inVainWithout, took, computed, notPlayed } of executions) {
      expect(notPlayed).to.equal(undefined);
      expect(inVainWithout).to.deep.equal(coalition);
      expect(took).to.be.at.least(computed);
    }
  });

  it("[PWR-25] is the same on another engine", async () => {
    const { code, said } = await verify(written(proof));
    expect(said).to.include("What was executed is as claimed.");
    expect(said).to.match(/[1-9]\d+ slots/);
    expect(code).to.equal(0);
  }).timeout(120_000);

  it("[PWR-25] is refused where a byte is flipped", async () => {
    const text = written(part);
    const forged = text.replace(
      /(-> 0x)(\d)/,
      (_, before: string, digit: string) => before + String(9 - Number(digit)),
    );
    expect(forged).not.to.equal(text);
    const { code, said } = await verify(forged);
    expect(said).to.include("REFUSED: the hash");
    expect(code).to.equal(1);
  });

  for (const { what, forge } of FORGERIES) {
    it(`[PWR-25] is refused where ${what}, and the hash fits`, async () => {
      const text = JSON.stringify(part);
      const forged = JSON.parse(forge(text, part)) as ProofBundle;
      expect(JSON.stringify(forged)).not.to.equal(text);
      const { code, said } = await verify(written(forged));
      expect(said).to.match(/REFUSED: [1-9]\d* differences/);
      expect(code).to.equal(1);
    }).timeout(60_000);
  }

  it("[PWR-25] is checked by at most 200 lines that share no code with the audit", async () => {
    const script = await readFile("scripts/verify-bundle.mjs", "utf8");
    expect(script.split("\n").length).to.be.at.most(201);
    const imports = [...script.matchAll(/from "(.+)"/g)].map(([, name]) => name);
    expect(imports.filter((name) => name !== "ethers" && name?.startsWith("node:") !== true)).to.deep.equal([]);
  });
});
