import { expect } from "chai";

import standard from "../../../config/default.js";
import fast from "../../../config/fast.js";
import testnet from "../../../config/testnet.js";
import { checkLocality } from "../../../src/config/checks/chain.js";
import { checkDao, describeProblem, refuseErrors } from "../../../src/config/checks/checkDao.js";
import { ConfigError, parseDao } from "../../../src/config/parse.js";
import type { DaoDefinition } from "../../../src/config/schema.js";

type Signalling = DaoDefinition["dualGovernance"]["signalling"];
type Phases = DaoDefinition["dualGovernance"]["phases"];

const [, , holder] = standard.token.allocations.map(({ holder: account }) => account);
const other = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";

const withSignalling = (values: Partial<Signalling>): Partial<DaoDefinition> => ({
  dualGovernance: { ...standard.dualGovernance, signalling: { ...standard.dualGovernance.signalling, ...values } },
});
const withPhases = (values: Partial<Phases>): Partial<DaoDefinition> => ({
  dualGovernance: { ...standard.dualGovernance, phases: { ...standard.dualGovernance.phases, ...values } },
});
const withExit = (values: Partial<DaoDefinition["dualGovernance"]["exit"]>): Partial<DaoDefinition> => ({
  dualGovernance: { ...standard.dualGovernance, exit: { ...standard.dualGovernance.exit, ...values } },
});
const withSeed = (seed: string): Partial<DaoDefinition> => ({
  vault: { kind: "local-example", name: "Vault", symbol: "V", fee: "0 %", seed },
});
const withTimelock = (values: Partial<DaoDefinition["timelock"]>): Partial<DaoDefinition> => ({
  timelock: { ...standard.timelock, ...values },
});
const withGovernor = (values: Partial<DaoDefinition["governor"]>): Partial<DaoDefinition> => ({
  governor: { ...standard.governor, ...values },
});
const withAllocations = (...allocations: DaoDefinition["token"]["allocations"]): Partial<DaoDefinition> => ({
  token: { ...standard.token, allocations },
});

const check = (overrides: Partial<DaoDefinition>) => checkDao(parseDao({ ...standard, ...overrides }, "test"));
const tell = (severity: "error" | "warning", overrides: Partial<DaoDefinition>) =>
  check(overrides)
    .filter((problem) => problem.severity === severity)
    .map(describeProblem);

interface Case {
  readonly rule: string;
  readonly broken: Partial<DaoDefinition>;
  /** What the sentence must name: the value, and what would be right. */
  readonly names: readonly string[];
  /** The nearest value that is accepted. */
  readonly mended: Partial<DaoDefinition>;
}

const gate = "dualGovernance.signalling";
const phases = "dualGovernance.phases";
const exit = "dualGovernance.exit";
const supply = { holder: other, amount: "1,000,000,000,000" };

const ERRORS: readonly Case[] = [
  {
    rule: "a signalling threshold of zero",
    broken: withSignalling({ signallingThreshold: "0 %" }),
    names: [`${gate}.signallingThreshold: is 0 %`, "right is more than 0 %", "SignallingThresholdZero"],
    mended: withSignalling({ signallingThreshold: "0.0001 %" }),
  },
  {
    rule: "a signalling threshold at the rage quit threshold",
    broken: withSignalling({ signallingThreshold: "10 %" }),
    names: [
      `${gate}.signallingThreshold: is 10 %`,
      "right is less than rageQuitThreshold, 10 %",
      "SignallingThresholdNotBelowRageQuit",
    ],
    mended: withSignalling({ signallingThreshold: "9.9999 %" }),
  },
  {
    rule: "a rage quit threshold above everything",
    broken: withSignalling({ rageQuitThreshold: "100.0001 %" }),
    names: [`${gate}.rageQuitThreshold: is 100.0001 %`, "right is at most 100 %", "RageQuitThresholdAboveFull"],
    mended: withSignalling({ rageQuitThreshold: "100 %" }),
  },
  {
    rule: "a shortest extension that is the longest",
    broken: withSignalling({ minDuration: "45 d" }),
    names: [`${gate}.minDuration: is 45 d`, "right is less than maxDuration, 45 d", "MinDurationNotBelowMax"],
    mended: withSignalling({ minDuration: "44 d 23 h 59 min 59 s" }),
  },
  {
    rule: "an extension shorter than the longest base delay",
    broken: withSignalling({ minDuration: "4 d 23 h" }),
    names: [`${gate}.minDuration: is 4 d 23 h`, "right is at least timelock.delayCeiling, 5 d"],
    mended: withSignalling({ minDuration: "5 d" }),
  },
  {
    rule: "a least withdrawal delay above the greatest",
    broken: withPhases({ withdrawalMinDelay: "181 d" }),
    names: [`${phases}.withdrawalMinDelay: is 181 d`, "right is at most withdrawalMaxDelay, 180 d"],
    mended: withPhases({ withdrawalMinDelay: "180 d" }),
  },
  {
    rule: "a lock that does not bind",
    broken: withPhases({ minLock: "0 s" }),
    names: [`${phases}.minLock: is 0 s`, "right is from 1 s to 48 d", "MinLockOutOfRange"],
    mended: withPhases({ minLock: "1 s" }),
  },
  {
    rule: "a lock that binds for too long",
    broken: withPhases({ minLock: "48 d 1 s" }),
    names: [`${phases}.minLock: is 48 d 1 s`, "right is from 1 s to 48 d"],
    mended: withPhases({ minLock: "48 d" }),
  },
  {
    rule: "signalling that need not last",
    broken: withSignalling({ minActive: "0 s" }),
    names: [`${gate}.minActive: is 0 s`, "right is at least 1 s", "MinActiveZero"],
    mended: withSignalling({ minActive: "1 s" }),
  },
  {
    rule: "no deactivation",
    broken: withSignalling({ deactivation: "0 s" }),
    names: [`${gate}.deactivation: is 0 s`, "right is at least 1 s", "DeactivationZero"],
    mended: withSignalling({ deactivation: "1 s" }),
  },
  {
    rule: "an extension of rage quits shorter than deactivation",
    broken: withPhases({ rageQuitExtension: "2 d 23 h" }),
    names: [`${phases}.rageQuitExtension: is 2 d 23 h`, "right is at least deactivation, 3 d"],
    mended: withPhases({ rageQuitExtension: "3 d" }),
  },
  {
    rule: "no cooldown",
    broken: withPhases({ cooldown: "0 s" }),
    names: [`${phases}.cooldown: is 0 s`, "right is from 1 s to a quarter of timelock.delayFloor, 18 h"],
    mended: withPhases({ cooldown: "1 s" }),
  },
  {
    rule: "a cooldown above a quarter of the least base delay",
    broken: withPhases({ cooldown: "18 h 1 s" }),
    names: [`${phases}.cooldown: is 18 h 1 s`, "right is from 1 s to a quarter of timelock.delayFloor, 18 h"],
    mended: withPhases({ cooldown: "18 h" }),
  },
  {
    rule: "a join window longer than the shortest extension",
    broken: withSignalling({ joinWindow: "5 d 1 s" }),
    names: [`${gate}.joinWindow: is 5 d 1 s`, "right is at most minDuration, 5 d"],
    mended: withSignalling({ joinWindow: "5 d" }),
  },
  {
    rule: "a grace that two rounds of signalling outlast",
    broken: withTimelock({ grace: "96 d 14 h", fallbackDelay: "48 d" }),
    names: ["timelock.grace: is 96 d 14 h", "right is at least 2 * (maxDuration", "96 d 15 h", "GraceTooShort"],
    mended: withTimelock({ grace: "96 d 15 h", fallbackDelay: "48 d" }),
  },
  {
    rule: "a fallback delay that leaves stakers less time than the longest signalling",
    broken: withTimelock({ fallbackDelay: "47 d 23 h" }),
    names: ["timelock.fallbackDelay: is 47 d 23 h", "right is at least maxDuration + deactivation, 48 d"],
    mended: withTimelock({ fallbackDelay: "48 d" }),
  },
  {
    rule: "a word of the vault's that counts at once",
    broken: withExit({ wordDelay: "0 s" }),
    names: [`${exit}.wordDelay: is 0 s`, "right is at least 1 s", "ExitTermOutOfOrder"],
    mended: withExit({ wordDelay: "1 s" }),
  },
  {
    rule: "a call-off sooner than the vault's word",
    broken: withExit({ callOffDelay: "6 d 23 h" }),
    names: [`${exit}.callOffDelay: is 6 d 23 h`, "right is at least wordDelay, 7 d", "ExitTermOutOfOrder"],
    mended: withExit({ callOffDelay: "7 d" }),
  },
  {
    rule: "a deadlock at once",
    broken: withExit({ stallDelay: "0 s" }),
    names: [`${exit}.stallDelay: is 0 s`, "right is at least 1 s", "ExitTermOutOfOrder"],
    mended: withExit({ stallDelay: "1 s" }),
  },
  {
    rule: "a limit for the vault sooner than a call-off",
    broken: withExit({ callOffDelay: "365 d 1 s" }),
    names: [`${exit}.holdLimit: is 365 d`, "right is at least callOffDelay and stallDelay, 365 d 1 s"],
    mended: withExit({ callOffDelay: "365 d" }),
  },
  {
    rule: "a limit for the vault sooner than a deadlock",
    broken: withExit({ stallDelay: "365 d 1 s" }),
    names: [`${exit}.holdLimit: is 365 d`, "right is at least callOffDelay and stallDelay, 365 d 1 s"],
    mended: withExit({ stallDelay: "365 d" }),
  },
  {
    rule: "an exit that is limited sooner than the vault",
    broken: withExit({ exitLimit: "364 d" }),
    names: [`${exit}.exitLimit: is 364 d`, "right is at least holdLimit, 365 d", "ExitTermOutOfOrder"],
    mended: withExit({ exitLimit: "365 d" }),
  },
  {
    rule: "a vault that may hold shares for less than an operation lives",
    broken: withExit({ holdLimit: "185 d" }),
    names: [
      `${exit}.holdLimit: is 185 d`,
      "more than timelock.grace + timelock.delayCeiling, 185 d",
      "ExitLimitTooShort",
    ],
    mended: withExit({ holdLimit: "185 d 1 s" }),
  },
  {
    rule: "an exit that may take less than an operation lives",
    broken: withExit({ holdLimit: "150 d", exitLimit: "185 d" }),
    names: [
      `${exit}.exitLimit: is 185 d`,
      "more than timelock.grace + timelock.delayCeiling, 185 d",
      "ExitLimitTooShort",
    ],
    mended: withExit({ exitLimit: "400 d" }),
  },
  {
    rule: "a seed of too few shares",
    broken: withSeed("0.000000000000999999"),
    names: ["vault.seed: is 0.000000000000999999", "right is at least 0.000000000001"],
    mended: withSeed("0.000000000001"),
  },
  {
    rule: "a base delay below its floor",
    broken: withTimelock({ delay: "2 d" }),
    names: ["timelock.delay: is 2 d", "right is from delayFloor to delayCeiling, the nearest being 3 d"],
    mended: withTimelock({ delay: "3 d" }),
  },
  {
    rule: "a base delay above its ceiling",
    broken: withTimelock({ delay: "6 d" }),
    names: ["timelock.delay: is 6 d", "the nearest being 5 d"],
    mended: withTimelock({ delay: "5 d" }),
  },
  {
    rule: "signalling that must last longer than the shortest extension",
    broken: withSignalling({ minActive: "5 d 1 s" }),
    names: [`${gate}.minActive: is 5 d 1 s`, "right is at most minDuration, 5 d"],
    mended: withSignalling({ minActive: "5 d" }),
  },
  {
    rule: "a vote of no length",
    broken: withGovernor({ votingPeriod: "0 s" }),
    names: ["governor.votingPeriod: is 0 s", "right is at least 1 s"],
    mended: withGovernor({ votingPeriod: "1 s" }),
  },
  {
    rule: "no quorum",
    broken: withGovernor({ quorum: "0 %" }),
    names: ["governor.quorum: is 0 %", "right is more than 0 %"],
    mended: withGovernor({ quorum: "0.01 %" }),
  },
  {
    rule: "a quorum nobody can reach",
    broken: withGovernor({ quorum: "101 %" }),
    names: ["governor.quorum: is 101 %", "right is at most 100 %"],
    mended: withGovernor({ quorum: "100 %" }),
  },
  {
    rule: "a quorum finer than the Governor counts",
    broken: withGovernor({ quorum: "4.005 %" }),
    names: ["governor.quorum: is 4.005 %", "right is a multiple of 0.01 %"],
    mended: withGovernor({ quorum: "4.01 %" }),
  },
  {
    rule: "a proposal threshold nobody can reach",
    broken: withGovernor({ proposalThreshold: "100.1 %" }),
    names: ["governor.proposalThreshold: is 100.1 %", "right is at most 100 %"],
    mended: withGovernor({ proposalThreshold: "100 %" }),
  },
  {
    rule: "tokens for nobody",
    broken: withAllocations({ holder: `0x${"0".repeat(40)}`, amount: "1" }),
    names: ["token.allocations[0].holder: is the zero address", "right is whoever shall hold the tokens"],
    mended: withAllocations({ holder: other, amount: "1" }),
  },
  {
    rule: "an allocation of nothing",
    broken: withAllocations({ holder: other, amount: "1" }, { holder: other, amount: "0" }),
    names: ["token.allocations[1].amount: is 0", "right is more than 0"],
    mended: withAllocations({ holder: other, amount: "0.000000000000000001" }),
  },
  {
    rule: "more tokens than the contract mints",
    broken: withAllocations(supply, { holder: other, amount: "0.000000000000000001" }),
    names: ["token.allocations: add up to 1,000,000,000,000", "right is at most 1,000,000,000,000"],
    mended: withAllocations(supply),
  },
  {
    rule: "a cliff after the end of vesting",
    broken: withAllocations({
      holder: other,
      amount: "1",
      vesting: { start: "2027-01-01", duration: "10 d", cliff: "11 d" },
    }),
    names: ["token.allocations[0].vesting.cliff: is 11 d", "right is at most duration, 10 d"],
    mended: withAllocations({
      holder: other,
      amount: "1",
      vesting: { start: "2027-01-01", duration: "10 d", cliff: "10 d" },
    }),
  },
  {
    rule: "a fee above what the vault takes",
    broken: { vault: { kind: "local-example", seed: "1", name: "Vault", symbol: "V", fee: "20.1 %" } },
    names: ["vault.fee: is 20.1 %", "right is at most 20 %"],
    mended: { vault: { kind: "local-example", seed: "1", name: "Vault", symbol: "V", fee: "20 %" } },
  },
];

const WARNINGS: readonly Case[] = [
  {
    rule: "a lock shorter than deactivation",
    broken: withPhases({ minLock: "2 d 23 h" }),
    names: [`${phases}.minLock: is 2 d 23 h`, "at least deactivation, 3 d"],
    mended: withPhases({ minLock: "3 d" }),
  },
  {
    rule: "what was paid is kept back for longer than a year",
    broken: withPhases({ withdrawalMaxDelay: "365 d 1 s" }),
    names: [`${phases}.withdrawalMaxDelay: is 365 d 1 s`, "a year, 365 d"],
    mended: withPhases({ withdrawalMaxDelay: "365 d" }),
  },
  {
    rule: "a vote that takes longer than stakers at the signalling threshold can wait",
    broken: withGovernor({ votingPeriod: "7 d 1 s" }),
    names: ["governor.votingPeriod: is 7 d 1 s, 8 d 1 s with votingDelay", "at most minDuration + deactivation, 8 d"],
    mended: withGovernor({ votingPeriod: "6 d" }),
  },
  {
    rule: "a late quorum that prolongs a vote beyond that",
    broken: withGovernor({ votingPeriod: "7 d" }),
    names: ["governor.lateQuorumExtension: is 1 d", "a vote can take 9 d", "at most minDuration + deactivation, 8 d"],
    mended: withGovernor({ votingPeriod: "7 d", lateQuorumExtension: "0 s" }),
  },
  {
    rule: "an extension after a call-off that changes nothing",
    broken: withExit({ callOffExtension: "6 d 23 h" }),
    names: [`${exit}.callOffExtension: is 6 d 23 h`, "rageQuitExtension, 7 d, so it has no effect"],
    mended: withExit({ callOffExtension: "7 d" }),
  },
  {
    rule: "votes counted from the second of the proposal",
    broken: withGovernor({ votingDelay: "0 s" }),
    names: ["governor.votingDelay: is 0 s"],
    mended: withGovernor({ votingDelay: "1 s" }),
  },
  {
    rule: "one holder with a majority",
    broken: withAllocations({ holder: other, amount: "51" }, { holder: holder ?? "", amount: "49" }),
    names: [`token.allocations: give ${other} 51 % of the supply`],
    mended: withAllocations({ holder: other, amount: "50" }, { holder: holder ?? "", amount: "50" }),
  },
  {
    rule: "one holder with a majority in parts",
    broken: withAllocations(
      { holder: other, amount: "30" },
      { holder: holder ?? "", amount: "40" },
      { holder: other, amount: "30" },
    ),
    names: [`token.allocations: give ${other} 60 % of the supply`],
    mended: withAllocations(
      { holder: other, amount: "20" },
      { holder: holder ?? "", amount: "50" },
      { holder: other, amount: "30" },
    ),
  },
  {
    rule: "a holder named twice",
    broken: withAllocations(
      { holder: other, amount: "20" },
      { holder: holder ?? "", amount: "60" },
      { holder: other, amount: "20" },
    ),
    names: [
      `token.allocations: name ${other} 2 times (token.allocations[0], token.allocations[2]), who gets 40 tokens in all`,
    ],
    mended: withAllocations({ holder: other, amount: "40" }, { holder: holder ?? "", amount: "60" }),
  },
  {
    rule: "a quorum that tokens in vesting wallets would be needed for",
    broken: withAllocations(
      { holder: holder ?? "", amount: "3" },
      { holder: other, amount: "97", vesting: { start: "2027-01-01", duration: "10 d", cliff: "0 s" } },
    ),
    names: ["token.allocations: leave 3 % of the supply outside vesting wallets", "quorum of 4 %"],
    mended: withAllocations(
      { holder: holder ?? "", amount: "4" },
      { holder: other, amount: "96", vesting: { start: "2027-01-01", duration: "10 d", cliff: "0 s" } },
    ),
  },
  {
    rule: "a vault that can be entered and left in one transaction",
    broken: { vault: { kind: "erc4626", address: other } },
    names: ['vault.kind: is "erc4626"', "R * (1 - f)", "a rage quit early"],
    mended: { vault: { kind: "erc7540", address: other } },
  },
];

describe("checkDao", () => {
  const itTells = (severity: "error" | "warning", cases: readonly Case[]) => {
    for (const { rule, broken, names, mended } of cases) {
      it(`gives ${severity === "error" ? "an error" : "a warning"} for ${rule}`, () => {
        const path = names[0]?.split(":")[0] ?? "";
        const about = (text: string) => text.startsWith(`${path}:`) && names.every((part) => text.includes(part));
        const sentences = tell(severity, broken);
        expect(sentences.filter(about), sentences.join("\n")).to.have.lengthOf(1);
        expect(tell(severity, mended).filter(about)).to.deep.equal([]);
        if (severity === "error") expect(tell(severity, mended)).to.deep.equal([]);
      });
    }
  };
  context("given what the chain refuses, or nobody could want", () => {
    itTells("error", ERRORS);
  });
  context("given what a person must weigh", () => {
    itTells("warning", WARNINGS);
  });

  it("tells every error at once", () => {
    const sentences = tell("error", {
      ...withTimelock({ delay: "2 d", grace: "119 d" }),
      ...withSignalling({ signallingThreshold: "0 %", minActive: "0 s" }),
      ...withGovernor({ quorum: "0 %" }),
    });
    expect(sentences).to.have.lengthOf(5);
  });

  it("finds floor and ceiling in the wrong order", () => {
    expect(tell("error", withTimelock({ delayFloor: "5 d", delayCeiling: "4 d" })).join("\n")).to.contain(
      "timelock.delayFloor: is 5 d: the least base delay must not exceed the greatest; right is at most delayCeiling, 4 d",
    );
  });

  for (const [name, definition] of Object.entries({ default: standard, fast, testnet: testnet({ deployer: other }) })) {
    it(`has no error for config/${name}.ts`, () => {
      expect(tell("error", definition)).to.deep.equal([]);
    });
  }
});

describe("refuseErrors", () => {
  it("throws the errors under the file's name, and returns the warnings otherwise", () => {
    expect(() => refuseErrors(check(withTimelock({ delay: "2 d" })), "my.ts")).to.throw(
      ConfigError,
      "my.ts has a problem:\n  - timelock.delay: is 2 d",
    );
    const warnings = refuseErrors(check({}), "my.ts");
    expect(warnings.length).to.be.greaterThan(0);
    expect(warnings.every(({ severity }) => severity === "warning")).to.equal(true);
  });
});

describe("checkLocality", () => {
  const dao = parseDao(standard, "test");

  it("lets stand-ins and known keys pass on a local chain", () => {
    expect(checkLocality(dao, 31337n)).to.deep.equal([]);
  });

  it("refuses both elsewhere", () => {
    const sentences = checkLocality(dao, 1n).map(describeProblem);
    expect(sentences).to.have.lengthOf(20);
    expect(sentences[0]).to.contain("token.allocations[0].holder: is 0x7099").and.to.contain("whose key everybody has");
    expect(sentences.at(-1)).to.contain('vault.kind: is "local-example"').and.to.contain('right is "example"');
  });

  it("lets an asset that is worth nothing pass where ether is, and nowhere else", () => {
    const test = parseDao(testnet({ deployer: "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045" }), "test");
    for (const chain of [31_337n, 560_048n, 11_155_111n]) expect(checkLocality(test, chain)).to.deep.equal([]);
    for (const chain of [1n, 8453n]) {
      const [sentence, ...others] = checkLocality(test, chain).map(describeProblem);
      expect(sentence)
        .to.contain('vault.kind: is "test-example", whose asset is worth nothing')
        .and.to.contain("Hoodi");
      expect(others).to.deep.equal([]);
    }
  });
});
