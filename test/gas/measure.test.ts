import { expect } from "chai";
import hre from "hardhat";

import { measureRows, type Measurement } from "../../src/gas/measure.js";
import { createProfiler, type Profile } from "../../src/gas/gasProfile.js";
import { measureQueue } from "../../src/gas/queueCosts.js";
import { gasLines, isMissed, summarise } from "../../src/gas/gasReport.js";
import { ROW_KEYS, ROWS, type RowKey } from "../../src/gas/rows.js";
import { openAmsterdam, openChain } from "../../tasks/openChain.js";

describe("the gas report", () => {
  const profiles = new Map<RowKey, Profile>();
  let measurement: Measurement;

  before(async () => {
    const profiler = await createProfiler(hre.artifacts);
    measurement = await measureRows(openChain(hre), async (key, receipt, world) => {
      profiles.set(key, await profiler(world, receipt));
    });
  });

  it("has a figure for every row and every floor", () => {
    for (const key of ROW_KEYS) expect(measurement.figures[key], ROWS[key].operation).to.be.greaterThan(21_000);
    for (const [name, floor] of Object.entries(measurement.floors)) expect(floor, name).to.be.greaterThan(21_000);
  });

  it("is the same to the last unit in every run", async () => {
    expect(await measureRows(openChain(hre))).to.deep.equal(measurement);
  });

  it("tells every row apart by its operation's name", () => {
    const names = ROW_KEYS.map((key) => ROWS[key].operation);
    expect(new Set(names).size).to.equal(names.length);
  });

  it("puts no operation below its floor", () => {
    for (const { operation, gas, floor } of gasLines(measurement)) {
      if (floor !== null) expect(gas, operation).to.be.at.least(floor);
    }
  });

  it("finds new state dearer under Amsterdam's rules, and what writes none as dear as before", async () => {
    const amsterdam = await measureQueue(await openAmsterdam(hre)());
    const { deposit = NaN, requestRedeem = NaN } = measurement.figures;
    expect(amsterdam.deposit).to.be.within(deposit * 0.99, deposit * 1.01);
    expect(amsterdam.requestRedeem).to.be.greaterThan(2 * requestRedeem);
    const line = gasLines(measurement, amsterdam).find(({ gas }) => gas === requestRedeem);
    expect(line?.amsterdam).to.equal(amsterdam.requestRedeem);
  });

  it("names what misses its goal", () => {
    const line = { operation: "an operation", lido: null, floor: null, amsterdam: null };
    expect(isMissed({ ...line, gas: 101, goal: 100 })).to.equal(true);
    expect(isMissed({ ...line, gas: 100, goal: 100 })).to.equal(false);
    expect(isMissed({ ...line, gas: null, goal: 100 })).to.equal(true);
    expect(isMissed({ ...line, gas: 101, goal: null })).to.equal(false);
    expect(summarise([{ ...line, gas: 101, goal: 100 }])).to.equal("0 of 1 goals are reached; not: an operation.");
    expect(summarise([{ ...line, gas: 100, goal: 100 }])).to.equal("1 of 1 goals are reached.");
  });

  describe("a profile", () => {
    it("accounts for the gas of every transaction", () => {
      for (const [key, { intrinsic, work, refund, total }] of profiles) {
        const spent = work.reduce((sum, [, kinds]) => sum + Object.values(kinds).reduce((a, b) => a + b), intrinsic);
        expect(spent - refund, ROWS[key].operation).to.equal(total);
        expect(total, ROWS[key].operation).to.equal(measurement.figures[key]);
        // EIP-3529: at most a fifth is given back.
        expect(refund, ROWS[key].operation).to.be.within(0, spent / 5);
      }
    });

    it("finds nothing to give back where nothing is cleared", () => {
      for (const key of ["pokeNormal", "pokeSignalling", "lockFirst", "lockRepeated", "schedule"] as const) {
        expect(profiles.get(key)?.refund, ROWS[key].operation).to.equal(0);
      }
    });

    it("names contracts, accounts and variables", () => {
      const whats = profiles.get("lockRepeated")?.charges.map(({ by, what }) => `${by} for ${what}`);
      expect(whats).to.include.members([
        "escrow for gate",
        "gate for gate: _machine",
        "escrow for escrow: _ledger.positions[…][…].shares, unlockableAfter",
        "share for share: _balances[…]",
        "share for share: _allowances[…][…]",
      ]);
    });

    it("charges every slot and account as cold once", () => {
      for (const [key, { charges }] of profiles) {
        const accounts = charges.filter(({ kind }) => kind === "cold accounts").map(({ what }) => what);
        expect(new Set(accounts).size, ROWS[key].operation).to.equal(accounts.length);
        expect(accounts, ROWS[key].operation).to.not.include(charges[0]?.by);
      }
    });
  });
});
