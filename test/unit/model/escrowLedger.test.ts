import { expect } from "chai";

import {
  beginExit,
  claim,
  donate,
  EMPTY_LEDGER,
  EscrowPhase,
  isRageQuitComplete,
  lock,
  phaseOf,
  positionOf,
  startRageQuit,
  unlock,
  withdraw,
  type EscrowLedger,
} from "../../../src/model/escrowLedger.js";
import type { Outcome } from "../../../src/model/types.js";
import { ALICE, BOB, DAY, HOUR, START } from "../../helpers/defaultModel.js";

const MIN_LOCK = 5n * HOUR;
const EXTENSION = 7n * DAY;
const DELAY = 60n * DAY;

const valueOf = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(outcome.refusal.error);
  return outcome.value;
};
const refusalOf = <T>(outcome: Outcome<T>): unknown => (outcome.ok ? undefined : outcome.refusal);

const locked = (...stakes: readonly [string, bigint][]): EscrowLedger =>
  stakes.reduce((ledger, [staker, shares]) => valueOf(lock(ledger, staker, shares, START, MIN_LOCK)), EMPTY_LEDGER);

/** A ledger whose first epoch, 100 + 200 shares, is with a vessel. */
const claiming = (): EscrowLedger =>
  valueOf(beginExit(startRageQuit(locked([ALICE, 100n], [BOB, 200n]), EXTENSION, DELAY), 1, START));

/** The same with everything claimed. */
const claimed = (assets: bigint): EscrowLedger => valueOf(claim(claiming(), 1, { shares: 300n, assets }, START));

describe("model: escrow ledger", () => {
  describe("lock", () => {
    it("adds to the position and to the total, and restarts the owner's lock", () => {
      const ledger = valueOf(lock(locked([ALICE, 100n], [BOB, 7n]), ALICE, 5n, START + 9n, MIN_LOCK));
      expect(ledger.lockedShares).to.equal(112n);
      expect(positionOf(ledger, 1, ALICE)).to.deep.equal({ shares: 105n, unlockableAfter: START + 9n + MIN_LOCK });
      expect(positionOf(ledger, 1, BOB)).to.deep.equal({ shares: 7n, unlockableAfter: START + MIN_LOCK });
    });

    it("never shortens a lock", () => {
      const ledger = valueOf(lock(locked([ALICE, 100n]), ALICE, 5n, START + 9n, 1n));
      expect(positionOf(ledger, 1, ALICE).unlockableAfter).to.equal(START + MIN_LOCK);
    });

    it("refuses nothing, and more than fits beside what is leaving", () => {
      expect(refusalOf(lock(EMPTY_LEDGER, ALICE, 0n, START, MIN_LOCK))).to.deep.equal({ error: "ZeroShares" });
      const limit = (1n << 128n) - 1n - 300n;
      const ledger = startRageQuit(locked([ALICE, 300n]), EXTENSION, DELAY);
      expect(lock(ledger, BOB, limit, START, MIN_LOCK).ok).to.equal(true);
      expect(refusalOf(lock(ledger, BOB, limit + 1n, START, MIN_LOCK))).to.deep.equal({
        error: "SharesOutOfRange",
        actual: limit + 1n,
        limit,
      });
    });
  });

  describe("unlock", () => {
    it("is refused through the last second of the lock", () => {
      const ledger = locked([ALICE, 100n]);
      expect(refusalOf(unlock(ledger, ALICE, 1n, START + MIN_LOCK))).to.deep.equal({
        error: "LockTooYoung",
        actual: START + MIN_LOCK,
        limit: START + MIN_LOCK,
      });
      expect(unlock(ledger, ALICE, 1n, START + MIN_LOCK + 1n).ok).to.equal(true);
    });

    it("returns a part, or all", () => {
      const later = START + MIN_LOCK + 1n;
      const part = valueOf(unlock(locked([ALICE, 100n]), ALICE, 40n, later));
      expect(part.lockedShares).to.equal(60n);
      expect(positionOf(part, 1, ALICE).shares).to.equal(60n);
      const none = valueOf(unlock(part, ALICE, 60n, later));
      expect(positionOf(none, 1, ALICE)).to.deep.equal({ shares: 0n, unlockableAfter: 0n });
    });

    it("refuses nothing, and more than the position", () => {
      const ledger = locked([ALICE, 100n]);
      expect(refusalOf(unlock(ledger, ALICE, 0n, START))).to.deep.equal({ error: "ZeroShares" });
      expect(refusalOf(unlock(ledger, ALICE, 101n, START))).to.include({ error: "SharesExceedPosition" });
      expect(refusalOf(unlock(ledger, BOB, 1n, START))).to.include({ error: "SharesExceedPosition" });
    });
  });

  describe("a rage quit", () => {
    it("closes the epoch and opens the next, empty", () => {
      const ledger = startRageQuit(locked([ALICE, 100n]), EXTENSION, DELAY);
      expect(ledger).to.include({ runningEpoch: 2, lockedShares: 0n, leavingShares: 100n, completeAfter: 0n });
      expect(positionOf(ledger, 1, ALICE).shares).to.equal(100n);
      expect(positionOf(ledger, 2, ALICE).shares).to.equal(0n);
    });

    it("walks through its phases", () => {
      let ledger = startRageQuit(locked([ALICE, 300n]), EXTENSION, DELAY);
      expect(phaseOf(ledger, 2, START)).to.equal(EscrowPhase.Signalling);
      expect(phaseOf(ledger, 3, START)).to.equal(EscrowPhase.None);
      expect(phaseOf(ledger, 0, START)).to.equal(EscrowPhase.None);
      expect(phaseOf(ledger, 1, START)).to.equal(EscrowPhase.Closed);
      ledger = valueOf(beginExit(ledger, 1, START));
      expect(phaseOf(ledger, 1, START)).to.equal(EscrowPhase.Claiming);
      ledger = valueOf(claim(ledger, 1, { shares: 300n, assets: 300n }, START));
      expect(phaseOf(ledger, 1, START + EXTENSION)).to.equal(EscrowPhase.Extension);
      expect(isRageQuitComplete(ledger, START + EXTENSION)).to.equal(false);
      expect(phaseOf(ledger, 1, START + EXTENSION + 1n)).to.equal(EscrowPhase.Complete);
      expect(isRageQuitComplete(ledger, START + EXTENSION + 1n)).to.equal(true);
      expect(phaseOf(ledger, 1, START + EXTENSION + DELAY)).to.equal(EscrowPhase.Complete);
      expect(phaseOf(ledger, 1, START + EXTENSION + DELAY + 1n)).to.equal(EscrowPhase.Withdrawing);
    });

    it("begins its exit once", () => {
      expect(refusalOf(beginExit(claiming(), 1, START))).to.deep.equal({
        error: "UnexpectedPhase",
        actual: BigInt(EscrowPhase.Claiming),
        limit: BigInt(EscrowPhase.Closed),
      });
      expect(refusalOf(beginExit(EMPTY_LEDGER, 1, START))).to.include({ actual: BigInt(EscrowPhase.Signalling) });
    });

    it("counts what a token's fee took as gone, and what the request burnt as left", () => {
      const closed = startRageQuit(locked([ALICE, 300n]), EXTENSION, DELAY);
      const taxed = valueOf(beginExit(closed, 1, START, 290n));
      expect(taxed.leavingShares).to.equal(290n);
      const last = valueOf(claim(taxed, 1, { shares: 290n, assets: 1n }, START));
      expect(last.leavingShares).to.equal(0n);
      expect(phaseOf(last, 1, START)).to.equal(EscrowPhase.Extension);

      const burnt = valueOf(beginExit(closed, 1, START, 300n, 300n));
      expect(burnt.leavingShares).to.equal(0n);
      expect(valueOf(claim(burnt, 1, { shares: 100n, assets: 1n }, START)).leavingShares).to.equal(0n);
    });
  });

  describe("claim", () => {
    it("takes what the vault gives, and starts the extension with the last of it", () => {
      const half = valueOf(claim(claiming(), 1, { shares: 150n, assets: 160n }, START));
      expect(half.leavingShares).to.equal(150n);
      expect(half.completeAfter).to.equal(0n);
      const all = valueOf(claim(half, 1, { shares: 150n, assets: 170n }, START + 5n));
      expect(all).to.include({ leavingShares: 0n, completeAfter: START + 5n + EXTENSION });
      expect(all.closed[0]?.held).to.equal(330n);
    });

    it("counts a worthless remainder as nothing", () => {
      const most = { shares: 299n, assets: 299n, isRestWorthless: true };
      expect(valueOf(claim(claiming(), 1, most, START)).completeAfter).to.equal(START + EXTENSION);
      const none = { shares: 0n, assets: 0n, isRestWorthless: true };
      const ledger = valueOf(claim(claiming(), 1, none, START));
      expect(ledger).to.include({ leavingShares: 0n, completeAfter: START + EXTENSION });
    });

    it("starts the extension once, whatever comes later", () => {
      const late = valueOf(claim(claimed(300n), 1, { shares: 9n, assets: 9n }, START + DAY));
      expect(late.completeAfter).to.equal(START + EXTENSION);
      expect(late.closed[0]?.held).to.equal(309n);
      expect(late.leavingShares).to.equal(0n);
    });

    it("refuses to have claimed nothing, bounds too small, and the wrong phase", () => {
      const nothing = { shares: 0n, assets: 0n };
      expect(refusalOf(claim(claiming(), 1, nothing, START))).to.include({ error: "NothingToClaim" });
      expect(refusalOf(claim(claimed(300n), 1, nothing, START))).to.include({ error: "NothingToClaim" });
      expect(refusalOf(claim(claiming(), 1, { shares: 4n, assets: 4n }, START, 4n))).to.deep.equal({
        error: "BoundTooSmall",
        actual: 4n,
        limit: 5n,
      });
      const closed = startRageQuit(locked([ALICE, 300n]), EXTENSION, DELAY);
      expect(refusalOf(claim(closed, 1, { shares: 1n, assets: 1n }, START))).to.include({ error: "UnexpectedPhase" });
    });
  });

  describe("withdraw", () => {
    const DUE = START + EXTENSION + DELAY;

    it("is refused through the last second of the delay", () => {
      expect(refusalOf(withdraw(claimed(300n), 1, ALICE, DUE))).to.deep.equal({
        error: "NotYetWithdrawable",
        actual: DUE,
        limit: DUE,
      });
      expect(refusalOf(withdraw(claiming(), 1, ALICE, DUE))).to.include({ error: "UnexpectedPhase" });
    });

    it("pays each part once, rounded down, so that less than a unit a staker stays", () => {
      const first = valueOf(withdraw(claimed(1_000n), 1, ALICE, DUE + 1n));
      const second = valueOf(withdraw(first.ledger, 1, BOB, DUE + 2n));
      expect([first.assets, second.assets]).to.deep.equal([333n, 666n]);
      expect(second.ledger.closed[0]?.held).to.equal(1n);
      expect(refusalOf(withdraw(second.ledger, 1, BOB, DUE + 2n))).to.include({ error: "NothingToWithdraw" });
    });

    it("shares a donation that came before the first withdrawal, and ignores later ones", () => {
      const first = valueOf(withdraw(donate(claimed(300n), 1, 30n), 1, ALICE, DUE + 1n));
      expect(first.assets).to.equal(110n);
      const second = valueOf(withdraw(donate(first.ledger, 1, 900n), 1, BOB, DUE + 1n));
      expect(second.assets).to.equal(220n);
    });

    it("closes the epoch for claims", () => {
      const { ledger } = valueOf(withdraw(claimed(300n), 1, ALICE, DUE + 1n));
      expect(refusalOf(claim(ledger, 1, { shares: 1n, assets: 1n }, DUE + 1n))).to.include({
        error: "UnexpectedPhase",
        actual: BigInt(EscrowPhase.Withdrawing),
      });
    });
  });

  it("knows no donation to an epoch that is not closed", () => {
    expect(donate(EMPTY_LEDGER, 1, 5n)).to.equal(EMPTY_LEDGER);
  });
});
