import { expect } from "chai";

import {
  createLedger,
  EscrowPhase,
  lock,
  phaseOf,
  positionOf,
  startRageQuit,
  unlock,
  withEscrowShares,
} from "../../model/twin/escrowLedger.js";
import { beginExit, callOff } from "../../model/twin/exitCalls.js";
import { ALICE, BOB, DAY, EXIT, redeemFor, START } from "../../helpers/defaultModel.js";
import {
  EXTENSION,
  leaving,
  locked,
  MIN_LOCK,
  refusalOf,
  valueOf,
  WITHDRAWAL_DELAY,
} from "../../helpers/ledgerModel.js";

describe("model: escrow ledger", () => {
  it("starts empty, with a thousandth of the supply as floor", () => {
    const ledger = createLedger(EXIT, 5_999n);
    expect(ledger).to.include({ runningEpoch: 1, lockedShares: 0n, idleShares: 0n, supplyFloor: 5n });
  });

  describe("lock", () => {
    it("adds to the position and to the total, and restarts the owner's lock", () => {
      const ledger = valueOf(lock(locked([ALICE, 100n], [BOB, 7n]), ALICE, 5n, START + 9n, MIN_LOCK));
      expect(ledger.lockedShares).to.equal(112n);
      expect(ledger.holdings.escrow).to.equal(112n);
      expect(positionOf(ledger, 1, ALICE)).to.deep.equal({ shares: 105n, unlockableAfter: START + 9n + MIN_LOCK });
      expect(positionOf(ledger, 1, BOB)).to.deep.equal({ shares: 7n, unlockableAfter: START + MIN_LOCK });
    });

    it("never shortens a lock", () => {
      const ledger = valueOf(lock(locked([ALICE, 100n]), ALICE, 5n, START + 9n, 1n));
      expect(positionOf(ledger, 1, ALICE).unlockableAfter).to.equal(START + MIN_LOCK);
    });

    it("refuses zero shares, and more than fits beside what lies idle", () => {
      expect(refusalOf(lock(locked(), ALICE, 0n, START, MIN_LOCK))).to.deep.equal({ error: "ZeroShares" });
      const limit = (1n << 127n) - 1n - 320n;
      expect(lock(leaving(), BOB, limit, START, MIN_LOCK).ok).to.equal(true);
      expect(refusalOf(lock(leaving(), BOB, limit + 1n, START, MIN_LOCK))).to.deep.equal({
        error: "SharesOutOfRange",
        actual: limit + 1n,
        limit,
      });
    });

    it("counts shares by the units they stand for once an issuer has taken some", () => {
      const half = withEscrowShares(locked([ALICE, 100n]), -50n);
      const ledger = valueOf(lock(half, BOB, 11n, START, MIN_LOCK));
      expect(positionOf(ledger, 1, BOB).shares).to.equal(22n);
      expect(ledger).to.deep.include({ lockedShares: 122n, holdings: { escrow: 61n, vessels: {} } });
      const none = withEscrowShares(locked([ALICE, 100n]), -100n);
      expect(refusalOf(lock(none, BOB, 11n, START, MIN_LOCK))).to.include({ error: "NoSharesLeft", limit: 100n });
    });
  });

  describe("unlock", () => {
    const later = START + MIN_LOCK + 1n;

    it("is refused through the last second of the lock", () => {
      const ledger = locked([ALICE, 100n]);
      expect(refusalOf(unlock(ledger, ALICE, 1n, START + MIN_LOCK))).to.deep.equal({
        error: "LockTooYoung",
        actual: START + MIN_LOCK,
        limit: START + MIN_LOCK,
      });
      expect(unlock(ledger, ALICE, 1n, later).ok).to.equal(true);
    });

    it("returns a part, or all", () => {
      const part = valueOf(unlock(locked([ALICE, 100n]), ALICE, 40n, later));
      expect(part.amount).to.equal(40n);
      expect(part.ledger).to.deep.include({ lockedShares: 60n, holdings: { escrow: 60n, vessels: {} } });
      expect(positionOf(part.ledger, 1, ALICE).shares).to.equal(60n);
      const none = valueOf(unlock(part.ledger, ALICE, 60n, later));
      expect(positionOf(none.ledger, 1, ALICE)).to.deep.equal({ shares: 0n, unlockableAfter: 0n });
    });

    it("refuses zero shares, and more than the position", () => {
      const ledger = locked([ALICE, 100n]);
      expect(refusalOf(unlock(ledger, ALICE, 0n, START))).to.deep.equal({ error: "ZeroShares" });
      expect(refusalOf(unlock(ledger, ALICE, 101n, START))).to.include({ error: "SharesExceedPosition" });
      expect(refusalOf(unlock(ledger, BOB, 1n, START))).to.include({ error: "SharesExceedPosition" });
    });

    it("bears its part of what an issuer took, rounded down", () => {
      const short = withEscrowShares(locked([ALICE, 100n], [BOB, 100n]), -1n);
      const { ledger, amount } = valueOf(unlock(short, ALICE, 100n, later));
      expect(amount).to.equal(99n);
      expect(ledger).to.deep.include({ lockedShares: 100n, holdings: { escrow: 100n, vessels: {} } });
    });
  });

  describe("a rage quit", () => {
    it("closes the epoch and opens the next, empty", () => {
      const ledger = startRageQuit(locked([ALICE, 100n]), EXTENSION, WITHDRAWAL_DELAY, START);
      expect(ledger).to.include({ runningEpoch: 2, lockedShares: 0n, idleShares: 100n, completeAfter: 0n });
      expect(positionOf(ledger, 1, ALICE).shares).to.equal(100n);
      expect(positionOf(ledger, 2, ALICE).shares).to.equal(0n);
    });

    it("walks through its phases", () => {
      const closed = leaving();
      expect(phaseOf(closed, 2, START)).to.equal(EscrowPhase.Signalling);
      expect(phaseOf(closed, 3, START)).to.equal(EscrowPhase.None);
      expect(phaseOf(closed, 0, START)).to.equal(EscrowPhase.None);
      expect(phaseOf(closed, 1, START)).to.equal(EscrowPhase.Closed);
      const half = ({ shares }: { shares: bigint }) => redeemFor(160n)({ shares: shares / 2n, least: 0n, total: 320n });
      const begun = valueOf(beginExit(closed, 1, undefined, START, half)).ledger;
      expect(phaseOf(begun, 1, START)).to.equal(EscrowPhase.Claiming);
      const ledger = valueOf(beginExit(begun, 1, undefined, START, redeemFor(160n))).ledger;
      expect(ledger.completeAfter).to.equal(START + EXTENSION);
      expect(phaseOf(ledger, 1, START + EXTENSION)).to.equal(EscrowPhase.Extension);
      expect(phaseOf(ledger, 1, START + EXTENSION + 1n)).to.equal(EscrowPhase.Complete);
      expect(phaseOf(ledger, 1, START + EXTENSION + WITHDRAWAL_DELAY)).to.equal(EscrowPhase.Complete);
      expect(phaseOf(ledger, 1, START + EXTENSION + WITHDRAWAL_DELAY + 1n)).to.equal(EscrowPhase.Withdrawing);
    });

    it("may end without anything having left", () => {
      const ledger = valueOf(callOff(leaving(), 1, START + 120n * DAY + 1n));
      expect(phaseOf(ledger, 1, START + 120n * DAY + 2n)).to.equal(EscrowPhase.Extension);
      expect(ledger.completeAfter).to.equal(START + 134n * DAY + 1n);
    });
  });
});
