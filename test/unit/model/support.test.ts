import { expect } from "chai";

import { calcSupport, calcVotableSupply, readSupport, recordSupply } from "../../model/twin/support.js";
import { GovernanceState } from "../../../src/model/types.js";
import { WHOLE } from "../../../src/model/units.js";

const { Normal, VetoSignalling, VetoCooldown, RageQuit } = GovernanceState;

describe("model: support", () => {
  const cases: [string, bigint, bigint, bigint][] = [
    ["nothing, if nothing is locked", 0n, 0n, 0n],
    ["100 %, if shares are locked and there is no supply", 1n, 0n, WHOLE],
    ["100 %, if more is locked than there is", 9n, 3n, WHOLE],
    ["rounded down", 1n, 3n, 333_333_333_333_333_333n],
  ];
  for (const [name, locked, supply, support] of cases) {
    it(`is ${name}`, () => {
      expect(calcSupport(locked, supply)).to.equal(support);
    });
  }

  describe("the votable supply", () => {
    it("leaves out what is leaving, and never falls below the floor", () => {
      expect(calcVotableSupply({ supply: 100n, answers: true }, 40n, 0n)).to.equal(60n);
      expect(calcVotableSupply({ supply: 100n, answers: true }, 140n, 0n)).to.equal(0n);
      expect(calcVotableSupply({ supply: 100n, answers: true }, 95n, 7n)).to.equal(7n);
    });

    it("fits the record", () => {
      expect(calcVotableSupply({ supply: 1n << 200n, answers: true }, 0n, 0n)).to.equal((1n << 128n) - 1n);
    });

    it("is unknown if the vault does not answer, or nobody tells what is leaving", () => {
      expect(calcVotableSupply({ supply: 100n, answers: false }, 40n, 0n)).to.equal(undefined);
      expect(calcVotableSupply({ supply: 100n, answers: true }, undefined, 0n)).to.equal(undefined);
    });
  });

  describe("as read", () => {
    const record = { last: 80n, lowest: 50n };

    it("is measured in Normal against the present supply", () => {
      expect(readSupport(Normal, record, 10n, 100n)).to.include({ supply: 100n, lowestSupply: 100n });
      expect(readSupport(Normal, record, 10n, 100n).supportMax).to.equal(WHOLE / 10n);
    });

    it("asks nobody in Normal with nothing locked", () => {
      expect(readSupport(Normal, record, 0n, 100n)).to.include({ supply: 0n, supportNow: 0n, supportMax: 0n });
    });

    it("is measured elsewhere against the lowest supply too", () => {
      const reading = readSupport(VetoSignalling, record, 10n, 100n);
      expect(reading).to.include({ supply: 100n, lowestSupply: 50n });
      expect(reading.supportNow).to.equal(WHOLE / 10n);
      expect(reading.supportMax).to.equal(WHOLE / 5n);
      expect(readSupport(VetoSignalling, record, 10n, 40n).lowestSupply).to.equal(40n);
    });

    it("falls back on the last recorded supply", () => {
      expect(readSupport(VetoSignalling, record, 10n, undefined)).to.include({ supply: 80n, lowestSupply: 50n });
      expect(readSupport(Normal, record, 10n, undefined)).to.include({ supply: 80n, lowestSupply: 80n });
    });

    it("counts what an exit gave back in what was recorded without it", () => {
      expect(readSupport(RageQuit, record, 10n, 100n, 30n)).to.include({ supply: 100n, lowestSupply: 80n });
      expect(readSupport(RageQuit, record, 10n, 70n, 30n)).to.include({ supply: 70n, lowestSupply: 70n });
      expect(readSupport(RageQuit, record, 10n, undefined, 30n)).to.include({ supply: 110n, lowestSupply: 80n });
    });
  });

  describe("the record", () => {
    const record = { last: 80n, lowest: 50n };
    const normal = readSupport(Normal, record, 10n, 100n);
    const later = readSupport(VetoSignalling, record, 10n, 40n);

    it("is kept fresh in Normal by pokes for their own sake alone", () => {
      expect(recordSupply(Normal, Normal, record, normal, true)).to.deep.equal({ last: 100n, lowest: 100n });
      expect(recordSupply(Normal, Normal, record, normal, false)).to.equal(record);
      expect(recordSupply(Normal, Normal, record, readSupport(Normal, record, 0n, 100n), true)).to.equal(record);
    });

    it("starts anew on leaving Normal", () => {
      expect(recordSupply(Normal, VetoSignalling, record, normal, false)).to.deep.equal({ last: 100n, lowest: 100n });
    });

    it("remembers the lowest elsewhere", () => {
      expect(recordSupply(VetoSignalling, VetoSignalling, record, later, false)).to.deep.equal({
        last: 40n,
        lowest: 40n,
      });
    });

    it("is left alone on the way back to Normal", () => {
      expect(recordSupply(VetoCooldown, Normal, record, later, true)).to.equal(record);
    });

    it("restarts without the shares that a rage quit takes", () => {
      expect(recordSupply(VetoSignalling, RageQuit, record, later, false)).to.deep.equal({ last: 30n, lowest: 30n });
      const all = readSupport(VetoSignalling, record, 90n, 40n);
      expect(recordSupply(VetoSignalling, RageQuit, record, all, false)).to.deep.equal({ last: 0n, lowest: 0n });
      expect(recordSupply(VetoSignalling, RageQuit, record, all, false, 7n)).to.deep.equal({ last: 7n, lowest: 7n });
      expect(recordSupply(RageQuit, RageQuit, record, later, false)).to.deep.equal({ last: 40n, lowest: 40n });
    });
  });
});
