import { expect } from "chai";

import { paymentsOf, positionOf, withEscrowShares, type EscrowLedger } from "../../model/twin/escrowLedger.js";
import { assetsDue, moveShares, sharesDue, takeShares, withdraw } from "../../model/twin/escrowPayments.js";
import { beginExit, callOff, claim } from "../../model/twin/exitCalls.js";
import { changeVessel, freshVessel, vesselIn } from "../../model/twin/vessels.js";
import { ALICE, BOB, DAY, redeemFor, START } from "../../helpers/defaultModel.js";
import { EXTENSION, leaving, MIN_LOCK, refusalOf, valueOf, WITHDRAWAL_DELAY } from "../../helpers/ledgerModel.js";

const PAYER = freshVessel(1, 0);
const DUE = START + EXTENSION + WITHDRAWAL_DELAY;
const CALLED_OFF = START + 120n * DAY + 1n;

/** Everything redeemed at once. */
const redeemed = (assets: bigint): EscrowLedger =>
  valueOf(beginExit(leaving(), 1, undefined, START, redeemFor(assets))).ledger;
const calledOff = (): EscrowLedger => valueOf(callOff(leaving(), 1, CALLED_OFF));
const donate = (ledger: EscrowLedger, assets: bigint): EscrowLedger => ({
  ...ledger,
  holdings: changeVessel(ledger.holdings, PAYER, { assets: vesselIn(ledger.holdings, PAYER).assets + assets }),
});

describe("model: escrow payments", () => {
  describe("withdraw", () => {
    it("is refused through the last second of the delay, and before the extension", () => {
      expect(refusalOf(withdraw(redeemed(320n), 1, ALICE, DUE))).to.deep.equal({
        error: "NotYetWithdrawable",
        actual: DUE,
        limit: DUE,
      });
      expect(refusalOf(withdraw(leaving(), 1, ALICE, DUE))).to.include({ error: "UnexpectedPhase" });
    });

    it("pays each part, rounded down, so that less than a unit a staker stays", () => {
      const first = valueOf(withdraw(redeemed(1_000n), 1, ALICE, DUE + 1n));
      const second = valueOf(withdraw(first.ledger, 1, BOB, DUE + 2n));
      expect([first.amount, second.amount]).to.deep.equal([312n, 687n]);
      expect(vesselIn(second.ledger.holdings, PAYER).assets).to.equal(1n);
      expect(refusalOf(withdraw(second.ledger, 1, BOB, DUE + 2n))).to.include({ error: "NothingToWithdraw" });
    });

    it("pays again from what comes later, in whatever order", () => {
      const first = valueOf(withdraw(redeemed(320n), 1, ALICE, DUE + 1n));
      const more = donate(first.ledger, 32n);
      const second = valueOf(withdraw(more, 1, BOB, DUE + 1n));
      const third = valueOf(withdraw(second.ledger, 1, ALICE, DUE + 1n));
      expect([first.amount, second.amount, third.amount]).to.deep.equal([100n, 242n, 10n]);
      expect(paymentsOf(third.ledger, 1, ALICE)).to.deep.equal({ assets: 110n, shares: 0n });
    });

    it("pays no more than there is, and nothing where nothing was ever redeemed", () => {
      const poorer = donate(redeemed(320n), -300n);
      expect(assetsDue(poorer, 1, BOB)).to.equal(13n);
      const paid = valueOf(withdraw(redeemed(320n), 1, BOB, DUE + 1n)).ledger;
      expect(assetsDue(donate(paid, -90n), 1, ALICE)).to.equal(10n);
      const late = CALLED_OFF + 200n * DAY;
      expect(refusalOf(withdraw(calledOff(), 1, ALICE, late))).to.include({ error: "NothingToWithdraw" });
    });
  });

  describe("shares that came back", () => {
    it("are taken from the start of the extension on, once", () => {
      expect(refusalOf(takeShares(leaving(), 1, ALICE, CALLED_OFF))).to.include({ error: "UnexpectedPhase" });
      const taken = valueOf(takeShares(calledOff(), 1, ALICE, CALLED_OFF));
      expect([taken.amount, taken.shares]).to.deep.equal([100n, 100n]);
      expect(taken.ledger).to.deep.include({ idleShares: 220n, holdings: { escrow: 220n, vessels: {} } });
      expect(refusalOf(takeShares(taken.ledger, 1, ALICE, CALLED_OFF))).to.include({ error: "NothingToWithdraw" });
      expect(sharesDue(taken.ledger, 1, BOB)).to.equal(220n);
    });

    it("bear alike what an issuer took", () => {
      const short = withEscrowShares(calledOff(), -160n);
      const alice = valueOf(takeShares(short, 1, ALICE, CALLED_OFF));
      const bob = valueOf(takeShares(alice.ledger, 1, BOB, CALLED_OFF));
      expect([alice.amount, alice.shares, bob.amount, bob.shares]).to.deep.equal([100n, 50n, 220n, 110n]);
    });

    it("may come later, too", () => {
      const third = ({ shares }: { shares: bigint }) => ({
        taken: shares,
        redeemed: 0n,
        assets: 0n,
        burnt: 0n,
        worth: 320n,
      });
      const pending = valueOf(beginExit(leaving(), 1, undefined, START, third)).ledger;
      const over = valueOf(callOff(pending, 1, START + 365n * DAY + 1n));
      expect(sharesDue(over, 1, ALICE)).to.equal(0n);
      const cancelled = { redeemed: 0n, assets: 0n, cancelled: 160n, burnt: 0n };
      const back = valueOf(claim(over, 1, PAYER, START + 366n * DAY, cancelled));
      expect([sharesDue(back, 1, ALICE), sharesDue(back, 1, BOB)]).to.deep.equal([50n, 110n]);
    });

    it("move into the running epoch without a transfer, and count as a lock", () => {
      const moved = valueOf(moveShares(calledOff(), 1, ALICE, CALLED_OFF, MIN_LOCK));
      expect(moved.amount).to.equal(100n);
      expect(moved.ledger).to.deep.include({ lockedShares: 100n, idleShares: 220n });
      expect(moved.ledger.holdings.escrow).to.equal(320n);
      expect(positionOf(moved.ledger, 2, ALICE)).to.deep.equal({
        shares: 100n,
        unlockableAfter: CALLED_OFF + MIN_LOCK,
      });
      expect(paymentsOf(moved.ledger, 1, ALICE)).to.deep.equal({ assets: 0n, shares: 100n });
      expect(refusalOf(moveShares(leaving(), 1, ALICE, START, MIN_LOCK))).to.include({ error: "UnexpectedPhase" });
    });
  });
});
