import { expect } from "chai";

import standard from "../../../config/default.js";
import fast from "../../../config/fast.js";
import { ConfigError, parseDao } from "../../../src/config/parse.js";

const problemsOf = (definition: unknown): readonly string[] => {
  try {
    parseDao(definition, "config/my.ts");
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe("parseDao", () => {
  it("reads the default configuration in the chain's units", () => {
    const dao = parseDao(standard, "config/default.ts");
    expect(dao.timelock).to.deep.equal({
      delay: 345_600n,
      delayFloor: 259_200n,
      delayCeiling: 432_000n,
      grace: 15_552_000n,
      fallbackDelay: 5_184_000n,
      protectionLimit: 94_608_000n,
      emergencyLimit: 2_592_000n,
      tiebreakerFloor: 15_724_800n,
      tiebreakerCeiling: 63_072_000n,
    });
    expect(dao.dualGovernance).to.deep.equal({
      signalling: {
        signallingThreshold: 10n ** 16n,
        rageQuitThreshold: 10n ** 17n,
        minDuration: 432_000n,
        maxDuration: 3_888_000n,
        joinWindow: 86_400n,
        minActive: 18_000n,
        deactivation: 259_200n,
      },
      phases: {
        minLock: 18_000n,
        cooldown: 18_000n,
        rageQuitExtension: 604_800n,
        withdrawalMinDelay: 5_184_000n,
        withdrawalMaxDelay: 15_552_000n,
        withdrawalDelayGrowth: 1_296_000n,
      },
      exit: {
        wordDelay: 604_800n,
        callOffDelay: 10_368_000n,
        stallDelay: 10_368_000n,
        holdLimit: 31_536_000n,
        exitLimit: 63_072_000n,
        callOffExtension: 1_209_600n,
        freshVessels: true,
      },
    });
    expect(dao.governor.proposalThreshold).to.equal(10n ** 15n);
  });

  it("reads the fast preset, with minutes for days", () => {
    const [slow, quick] = [parseDao(standard, "a"), parseDao(fast, "b")];
    expect(quick.timelock.delay * 1440n).to.equal(slow.timelock.delay);
    expect(quick.dualGovernance.signalling.maxDuration * 1440n).to.equal(slow.dualGovernance.signalling.maxDuration);
    expect(quick.dualGovernance.phases.withdrawalMinDelay * 1440n).to.equal(
      slow.dualGovernance.phases.withdrawalMinDelay,
    );
    for (const [name, slowly] of Object.entries(slow.dualGovernance.exit)) {
      const quickly = quick.dualGovernance.exit[name as keyof typeof quick.dualGovernance.exit];
      if (typeof quickly === "bigint") expect(quickly * 1440n, name).to.equal(slowly);
      else expect(quickly, name).to.equal(slowly);
    }
  });

  it("checksums addresses", () => {
    const address = "0xfff9976782d46cc05630d1f6ebab18b2324d6b14";
    const { vault } = parseDao({ ...standard, vault: { kind: "erc4626", address } }, "config/my.ts");
    expect(vault).to.deep.equal({ kind: "erc4626", address: "0xfFf9976782d46CC05630D1f6eBAb18b2324d6B14" });
  });

  it("reads a vessel of the DAO's own, by address or by name", () => {
    const address = "0xfff9976782d46cc05630d1f6ebab18b2324d6b14";
    const vesselOf = (vessel: string) => parseDao({ ...standard, vault: { kind: "own", address, vessel } }, "a").vault;
    expect(vesselOf(address)).to.have.property("vessel", "0xfFf9976782d46CC05630D1f6eBAb18b2324d6B14");
    expect(vesselOf("CooldownVessel")).to.have.property("vessel", "CooldownVessel");
  });

  const { timelock, token, governor, dualGovernance } = standard;
  const own = { kind: "own", address: "0xfff9976782d46cc05630d1f6ebab18b2324d6b14" };
  const cases: [name: string, definition: unknown, problems: string[]][] = [
    ["something else than an object", "hello", ["the configuration: must be an object"]],
    ["an empty vault", { ...standard, vault: undefined }, ["vault: is missing"]],
    ["an unknown key", { ...standard, colour: "red" }, ["colour: is not known"]],
    [
      "an unknown key further down",
      { ...standard, timelock: { ...timelock, gracePeriod: "1 d" } },
      ["timelock.gracePeriod: is not known"],
    ],
    ["a missing section", { ...standard, governor: undefined }, ["governor: is missing"]],
    [
      "a missing value",
      { ...standard, timelock: { ...timelock, delay: undefined } },
      ['timelock.delay: is missing; it must be text, like "7 d 12 h"'],
    ],
    [
      "a number in the place of a duration",
      { ...standard, timelock: { ...timelock, delay: 345_600 } },
      ['timelock.delay: must be text, like "7 d 12 h"'],
    ],
    [
      "a duration without unit",
      { ...standard, timelock: { ...timelock, delay: "4" } },
      ['timelock.delay: "4" is not a duration; write days, hours, minutes or seconds, like "7 d 12 h"'],
    ],
    [
      "a duration beyond 32 bits",
      { ...standard, timelock: { ...timelock, grace: "50000 d" } },
      ["timelock.grace: is longer than the chain can keep, 49710 d"],
    ],
    [
      "a percentage without sign",
      { ...standard, governor: { ...governor, quorum: "4" } },
      ['governor.quorum: "4" is not a percentage; write it like "4 %" or "0.1 %"'],
    ],
    [
      "an address with a wrong checksum",
      { ...standard, vault: { kind: "erc4626", address: "0xFff9976782d46CC05630D1f6eBAb18b2324d6B14" } },
      ["is not an address"],
    ],
    ["an unknown kind of vault", { ...standard, vault: { kind: "erc20" } }, ['vault.kind: needs a kind: "local-exam']],
    [
      "a vault of its own without a vessel",
      { ...standard, vault: own },
      ["vault.vessel: is missing; it must be an addr"],
    ],
    [
      "a vessel that can be neither an address nor a contract's name",
      { ...standard, vault: { ...own, vessel: "0x12" } },
      ['vault.vessel: "0x12" is neither an address whose checksum fits nor the name of a contract'],
    ],
    [
      "a word in the place of yes or no",
      { ...standard, dualGovernance: { ...dualGovernance, exit: { ...dualGovernance.exit, freshVessels: "yes" } } },
      ["dualGovernance.exit.freshVessels: must be true or false"],
    ],
    ["no holder", { ...standard, token: { ...token, allocations: [] } }, ["token.allocations: must name at least one"]],
    [
      "a malformed allocation",
      { ...standard, token: { ...token, allocations: [{ holder: "me", amount: "1,5" }] } },
      ['token.allocations[0].holder: "me" is not an address', 'token.allocations[0].amount: "1,5" is not an amount'],
    ],
    [
      "a name too long for a domain",
      { ...standard, name: "A DAO whose name has more than 31 bytes" },
      ['name: "A DAO whose name has more than 31 bytes" has 39 bytes; at most 31 are allowed'],
    ],
    ["an empty name", { ...standard, name: "" }, ["name: must not be empty"]],
  ];
  for (const [name, definition, expected] of cases) {
    it(`refuses ${name}`, () => {
      const problems = problemsOf(definition);
      expect(problems).to.have.lengthOf(expected.length);
      for (const [index, text] of expected.entries()) expect(problems[index]).to.contain(text);
    });
  }

  it("tells every problem at once, under the name of the file", () => {
    const broken = { ...standard, name: 7, timelock: { ...timelock, delay: "soon" }, extra: true };
    expect(() => parseDao(broken, "config/my.ts"))
      .to.throw(ConfigError, "config/my.ts has 3 problems:")
      .with.property("problems")
      .that.has.lengthOf(3);
  });
});
