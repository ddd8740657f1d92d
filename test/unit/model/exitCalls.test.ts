import { expect } from "chai";

import { exitOf, withEscrowShares, withExit, type EscrowLedger } from "../../model/twin/escrowLedger.js";
import {
  beginExit,
  callOff,
  callOffAfterOf,
  claim,
  isExitStalled,
  leavingSharesOf,
  see,
  type Leaving,
  type Offer,
} from "../../model/twin/exitCalls.js";
import { ExitEnd, idleOf, outstandingOf } from "../../model/twin/exitLedger.js";
import { changeVessel, freshVessel, numberedVessel, use, vesselIn } from "../../model/twin/vessels.js";
import { DAY, redeemFor, START } from "../../helpers/defaultModel.js";
import { leaving, refusalOf, valueOf } from "../../helpers/ledgerModel.js";

const FIRST = numberedVessel(1, 0);
const SECOND = numberedVessel(1, 1);

/** A vault that takes `shares` of what it is offered, and pays for them at once. */
const redeems = (shares: bigint) => (): Leaving => ({
  taken: shares,
  redeemed: shares,
  assets: shares,
  burnt: shares,
  worth: 320n,
});
/** A vault that takes all, to pay later. */
const queues =
  (burnt: bigint) =>
  ({ shares }: Offer): Leaving => ({ taken: shares, redeemed: 0n, assets: 0n, burnt, worth: 320n });
const refuses = (): undefined => undefined;

const pending = (): EscrowLedger => valueOf(beginExit(leaving(), 1, FIRST, START, queues(0n))).ledger;
const give = (ledger: EscrowLedger, vessel: string, shares: bigint): EscrowLedger => ({
  ...ledger,
  holdings: changeVessel(ledger.holdings, vessel, { shares }),
});
const exitIn = (ledger: EscrowLedger) => {
  const exit = exitOf(ledger, 1);
  if (exit === undefined) throw new Error("epoch 1 is not closed");
  return exit;
};

describe("model: exit calls", () => {
  describe("beginExit", () => {
    it("offers all that the epoch has in the escrow, down to a 64th", () => {
      const offers: Offer[] = [];
      const vault = (offer: Offer): undefined => void offers.push(offer);
      expect(refusalOf(beginExit(leaving(), 1, FIRST, START, vault))).to.deep.equal({ error: "ExitRefused" });
      expect(offers).to.deep.equal([{ shares: 320n, least: 5n, total: 320n }]);
    });

    it("sends what is redeemed, and the extension starts at once", () => {
      const { ledger, vessel } = valueOf(beginExit(leaving(), 1, undefined, START, redeemFor(333n)));
      expect(vessel).to.equal(freshVessel(1, 0));
      expect(exitIn(ledger)).to.include({ end: ExitEnd.Redeemed, redeemedShares: 320n, worth: 0n });
      expect(ledger).to.include({ idleShares: 0n, completeAfter: START + 7n * DAY });
      expect(ledger.holdings.escrow).to.equal(0n);
      expect(vesselIn(ledger.holdings, vessel).assets).to.equal(333n);
    });

    it("may be repeated for shares never asked for; the first vessel has all assets", () => {
      const half = valueOf(beginExit(leaving(), 1, FIRST, START, redeems(100n))).ledger;
      expect(exitIn(half)).to.include({ end: ExitEnd.None, worth: 320n });
      const { ledger } = valueOf(beginExit(half, 1, SECOND, START, redeems(220n)));
      expect(exitIn(ledger).vessels).to.deep.equal([FIRST, SECOND]);
      expect(vesselIn(ledger.holdings, FIRST).assets).to.equal(320n);
      expect(refusalOf(beginExit(ledger, 1, FIRST, START, redeems(1n)))).to.include({ error: "UnexpectedPhase" });
    });

    it("asks again for what came back only while the vault has as good as nothing", () => {
      expect(refusalOf(beginExit(pending(), 1, FIRST, START, queues(0n)))).to.include({ error: "NothingToBegin" });
      const cancelled = { redeemed: 0n, assets: 0n, cancelled: 160n, burnt: 0n };
      const back = valueOf(claim(pending(), 1, FIRST, START, cancelled));
      expect(refusalOf(beginExit(back, 1, FIRST, START, queues(0n)))).to.deep.equal({
        error: "RequestPending",
        actual: 160n,
        limit: 5n,
      });
      const all = valueOf(claim(back, 1, FIRST, START, cancelled));
      expect(beginExit(all, 1, FIRST, START, queues(0n)).ok).to.equal(true);
    });

    it("knows which vessels it may use, and how many", () => {
      for (const vessel of [numberedVessel(2, 0), numberedVessel(1, 4), freshVessel(1, 0)]) {
        expect(refusalOf(beginExit(leaving(), 1, vessel, START, refuses))).to.deep.equal({ error: "NotAVessel" });
      }
      const strict = leaving({ allowsFreshVessels: false });
      expect(refusalOf(beginExit(strict, 1, undefined, START, refuses))).to.deep.equal({
        error: "FreshVesselsForbidden",
      });
      const full = Array.from({ length: 8 }, (_, index) => freshVessel(1, index)).reduce(
        (exit, vessel) => valueOf(use(exit, vessel)),
        exitIn(leaving()),
      );
      const ledger = withExit(leaving(), 1, full);
      expect(refusalOf(beginExit(ledger, 1, undefined, START, redeems(1n)))).to.include({ error: "TooManyVessels" });
      expect(beginExit(ledger, 1, freshVessel(1, 7), START, redeems(1n)).ok).to.equal(true);
    });

    it("counts as gone what an issuer took, and not more for being asked in parts", () => {
      const short = withEscrowShares(leaving(), -160n);
      const half = valueOf(beginExit(short, 1, FIRST, START, redeems(81n))).ledger;
      expect(exitIn(half)).to.include({ awayUnits: 162n, awayShares: 81n, redeemedShares: 81n });
      const { ledger } = valueOf(beginExit(half, 1, FIRST, START, redeems(79n)));
      expect(exitIn(ledger)).to.include({ awayUnits: 320n, awayShares: 160n, end: ExitEnd.Redeemed });
    });

    it("takes what lay in a vessel for a gift, which the epoch has and which is no progress", () => {
      const { ledger } = valueOf(beginExit(give(leaving(), FIRST, 9n), 1, FIRST, START, redeems(200n)));
      expect(exitIn(ledger)).to.include({ backUnits: 9n, redeemedShares: 200n, returnedAt: 0n });
      expect(idleOf(exitIn(ledger))).to.equal(129n);
      expect(ledger).to.deep.include({ idleShares: 129n });
      expect(ledger.holdings.escrow).to.equal(129n);
    });
  });

  describe("claim", () => {
    it("counts what is redeemed, and forwards assets to the first vessel", () => {
      const two = valueOf(beginExit(leaving(), 1, FIRST, START, redeems(100n))).ledger;
      const asked = valueOf(beginExit(two, 1, SECOND, START, queues(0n))).ledger;
      const ready = changeVessel(asked.holdings, SECOND, { pending: 0n, claimable: 220n });
      const claimed = { redeemed: 220n, assets: 230n, cancelled: 0n, burnt: 220n };
      const ledger = valueOf(claim({ ...asked, holdings: ready }, 1, SECOND, START + DAY, claimed));
      expect(vesselIn(ledger.holdings, FIRST).assets).to.equal(330n);
      expect(vesselIn(ledger.holdings, SECOND)).to.include({ assets: 0n, claimable: 0n });
      expect(exitIn(ledger).end).to.equal(ExitEnd.Redeemed);
    });

    it("is refused for a vessel that the epoch does not use", () => {
      expect(refusalOf(claim(leaving(), 1, FIRST, START))).to.deep.equal({ error: "NotAVessel" });
      expect(refusalOf(claim(leaving(), 7, FIRST, START))).to.deep.equal({ error: "NotAVessel" });
    });

    it("turns a gift to a vessel into shares of the epoch, be it more than was sent", () => {
      const part = valueOf(beginExit(leaving(), 1, FIRST, START, redeems(100n))).ledger;
      const ledger = valueOf(claim(give(part, FIRST, 130n), 1, FIRST, START + DAY));
      expect(idleOf(exitIn(ledger))).to.equal(350n);
      expect(ledger).to.deep.include({ idleShares: 350n });
      expect(ledger.holdings.escrow).to.equal(350n);
    });

    it("gives the epoch all that comes back where an issuer left none", () => {
      const robbed = withEscrowShares(valueOf(beginExit(leaving(), 1, FIRST, START, redeems(100n))).ledger, -220n);
      const ledger = valueOf(claim(give(robbed, FIRST, 10n), 1, FIRST, START));
      // Ten shares, at 220 units each: the others' 220 units are worth next to nothing.
      expect(ledger).to.include({ idleShares: 2_420n });
      expect(outstandingOf(exitIn(ledger))).to.equal(2_420n);
    });

    it("reads what the epoch is worth as soon as the vault tells", () => {
      const mute = valueOf(
        beginExit(leaving(), 1, FIRST, START, (offer) => ({ ...queues(0n)(offer), worth: 0n })),
      ).ledger;
      expect(exitIn(mute).worth).to.equal(0n);
      const told = valueOf(claim(mute, 1, FIRST, START, undefined, 300n));
      expect(exitIn(valueOf(claim(told, 1, FIRST, START, undefined, 500n))).worth).to.equal(300n);
    });
  });

  describe("callOff", () => {
    it("is refused through the last second of the clock", () => {
      const until = START + 120n * DAY;
      expect(refusalOf(callOff(leaving(), 1, until))).to.deep.equal({
        error: "ClockRunning",
        actual: until,
        limit: until,
      });
      expect(callOffAfterOf(leaving(), 1)).to.equal(until);
      const ledger = valueOf(callOff(leaving(), 1, until + 1n));
      expect(exitIn(ledger)).to.include({ end: ExitEnd.CalledOff, votableShares: 320n });
      expect(callOffAfterOf(ledger, 1)).to.equal(0n);
      expect(refusalOf(callOff(ledger, 1, until + 1n))).to.include({ error: "UnexpectedPhase" });
      expect(refusalOf(callOff(ledger, 2, until + 1n))).to.include({ error: "UnexpectedPhase" });
    });
  });

  it("is stalled when the vault has held the shares for too long without progress", () => {
    expect(isExitStalled(pending(), START + 120n * DAY)).to.equal(false);
    expect(isExitStalled(pending(), START + 120n * DAY + 1n)).to.equal(true);
    expect(isExitStalled(leaving(), START + 200n * DAY)).to.equal(false);
    const over = valueOf(callOff(pending(), 1, START + 365n * DAY + 1n));
    expect(isExitStalled(over, START + 400n * DAY)).to.equal(false);
  });

  it("sees nothing requested where a vessel does not tell", () => {
    const ledger = pending();
    expect(see(ledger, exitIn(ledger))).to.deep.equal({ idle: 0n, held: 0n, requested: 320n, received: 0n });
    const mute = { ...ledger, holdings: changeVessel(ledger.holdings, FIRST, { answered: false }) };
    expect(see(mute, exitIn(mute)).requested).to.equal(undefined);
  });

  it("leaves out of the supply what is idle or pending, at most what is outstanding", () => {
    expect(leavingSharesOf(leaving(), false)).to.equal(320n);
    expect(leavingSharesOf(pending(), false)).to.equal(320n);
    expect(leavingSharesOf(pending(), true)).to.equal(0n);
    const burnt = valueOf(beginExit(leaving(), 1, FIRST, START, queues(320n))).ledger;
    expect(leavingSharesOf(burnt, false)).to.equal(0n);
    expect(leavingSharesOf(give(burnt, FIRST, 400n), false)).to.equal(320n);
    expect(leavingSharesOf(withEscrowShares(leaving(), -100n), false)).to.equal(220n);
    expect(leavingSharesOf(valueOf(callOff(leaving(), 1, START + 121n * DAY)), false)).to.equal(0n);
  });
});
