import { expect } from "chai";

import {
  clockOf,
  closeExit,
  ExitEnd,
  idleOf,
  isAskable,
  neverAsked,
  outstandingOf,
  recordExitBegun,
  recordRedeemed,
  recordReturn,
  watch,
  type Exit,
  type Sight,
} from "../../model/twin/exitLedger.js";
import { DAY, EXIT, START } from "../../helpers/defaultModel.js";

const TOTAL = 6_400n;
/** Of 6,400 shares, the least that counts. */
const PART = 100n;
const closed = closeExit(TOTAL, 7n * DAY, 60n * DAY, START);
const asked = (shares = TOTAL): Exit => recordExitBegun(closed, shares, shares);
const sight = (changes: Partial<Sight> = {}): Sight => ({
  idle: 0n,
  held: 0n,
  requested: TOTAL,
  received: 0n,
  ...changes,
});
const watchAt = (exit: Exit, seen: Sight, after: bigint): Exit => watch(exit, seen, EXIT, START + after);

describe("model: exit ledger", () => {
  describe("the extension", () => {
    it("starts when less than 1/64 is left", () => {
      const left = (shares: bigint): Exit => watchAt(recordRedeemed(asked(), TOTAL - shares), sight(), DAY);
      expect(left(PART)).to.include({ end: ExitEnd.None, extensionStartedAt: 0n });
      expect(left(PART - 1n)).to.include({ end: ExitEnd.Redeemed, extensionStartedAt: START + DAY });
    });

    it("starts by the vault's word if it has stood for a week and half of the worth has come", () => {
      const few = sight({ requested: PART - 1n, received: 50n });
      const seen = watchAt({ ...asked(), worth: 101n }, few, DAY);
      expect(seen.fewSince).to.equal(START + DAY);
      const endAt = (received: bigint, after: bigint, worth = 100n) =>
        watch({ ...seen, worth }, { ...few, received }, EXIT, START + DAY + after).end;
      expect(endAt(50n, 7n * DAY)).to.equal(ExitEnd.None);
      expect(endAt(50n, 7n * DAY + 1n)).to.equal(ExitEnd.VaultsWord);
      expect(endAt(50n, 7n * DAY + 1n, 101n)).to.equal(ExitEnd.None);
      expect(endAt(50n, 7n * DAY + 1n, 0n)).to.equal(ExitEnd.None);
      for (const change of [{ requested: undefined }, { idle: 1n }, { held: 1n }]) {
        const { end } = watch(seen, { ...few, received: 99n, ...change }, EXIT, START + 9n * DAY);
        expect(end).to.equal(ExitEnd.None);
      }
    });

    it("starts when the exit is called off, two weeks at least, and gives back what is idle", () => {
      const idle = sight({ idle: TOTAL, requested: 0n });
      expect(watchAt(closed, idle, 120n * DAY).end).to.equal(ExitEnd.None);
      expect(watchAt(closed, idle, 120n * DAY + 1n)).to.include({
        end: ExitEnd.CalledOff,
        extension: 14n * DAY,
        votableShares: TOTAL,
      });
      const longer = { ...closed, extension: 20n * DAY };
      expect(watchAt(longer, idle, 121n * DAY).extension).to.equal(20n * DAY);
    });

    it("starts after a year in the vault's hands without progress, after two whatever happened", () => {
      expect(watchAt(asked(), sight(), 365n * DAY).end).to.equal(ExitEnd.None);
      expect(watchAt(asked(), sight(), 365n * DAY + 1n)).to.include({
        end: ExitEnd.ClockRanOut,
        extension: 7n * DAY,
        votableShares: 0n,
      });
      const moving = { ...asked(), markedAt: START + 700n * DAY };
      expect(clockOf(moving, EXIT)).to.equal(START + 730n * DAY);
      expect(watchAt(moving, sight(), 730n * DAY + 1n).end).to.equal(ExitEnd.ClockRanOut);
      const back = { ...closed, returnedAt: START + 700n * DAY };
      expect(watchAt(back, sight({ idle: TOTAL }), 730n * DAY + 1n).end).to.equal(ExitEnd.CalledOff);
    });
  });

  it("marks each 64th that was redeemed, and nothing smaller", () => {
    const less = watchAt(recordRedeemed(asked(), PART - 1n), sight(), DAY);
    expect(less).to.include({ markedParts: 0n, markedAt: 0n });
    const more = watchAt(recordRedeemed(less, 1n), sight(), 2n * DAY);
    expect(more).to.include({ markedParts: 1n, markedAt: START + 2n * DAY });
    expect(watchAt(recordRedeemed(more, 1n), sight(), 3n * DAY).markedAt).to.equal(START + 2n * DAY);
  });

  describe("a return", () => {
    const later = START + DAY;

    it("turns the clock back with each 64th that had been asked for, in however many slices", () => {
      const some = recordReturn(asked(), PART - 1n, PART - 1n, later);
      expect(some.returnedAt).to.equal(0n);
      const part = recordReturn(some, 1n, 1n, later);
      expect(part.returnedAt).to.equal(later);
      expect([idleOf(part), neverAsked(part)]).to.deep.equal([PART, 0n]);
      expect(clockOf({ ...part, awayShares: 0n }, EXIT)).to.equal(later + 120n * DAY);
      expect(recordReturn(part, PART - 1n, PART - 1n, later + DAY).returnedAt).to.equal(later);
    });

    it("that is a gift adds shares and turns nothing back", () => {
      const gift = recordReturn(closed, 500n, 500n, later);
      expect(gift.returnedAt).to.equal(0n);
      expect([idleOf(gift), outstandingOf(gift), neverAsked(gift)]).to.deep.equal([TOTAL + 500n, TOTAL + 500n, TOTAL]);
      expect(recordReturn(asked(300n), 500n, 500n, later).returnedByVault).to.equal(300n);
    });

    it("undoes what was taken away, where a share counts as more units", () => {
      const short = recordExitBegun(closed, TOTAL, TOTAL / 2n);
      expect(outstandingOf(short)).to.equal(TOTAL / 2n);
      const back = recordReturn(short, 200n, 100n, later);
      expect(outstandingOf(back)).to.equal(TOTAL / 2n + 100n);
      // All that was away comes back, at two units a share: nothing is away, whatever the ledger counts.
      const all = recordReturn(short, TOTAL, TOTAL / 2n, later);
      expect([outstandingOf(all), idleOf(all)]).to.deep.equal([TOTAL, TOTAL]);
    });
  });

  it("lets what came back be asked for again while the vault has as good as nothing", () => {
    expect(isAskable(asked(), sight({ requested: PART - 1n }))).to.equal(true);
    expect(isAskable(asked(), sight({ requested: PART }))).to.equal(false);
    // While the vault tells nothing, what has not come back decides.
    expect(isAskable(asked(PART - 1n), sight({ requested: undefined }))).to.equal(true);
    expect(isAskable(asked(PART), sight({ requested: undefined }))).to.equal(false);
  });
});
