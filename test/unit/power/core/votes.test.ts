import { expect } from "chai";
import fc from "fast-check";

import {
  canDo,
  carries,
  carriesWith,
  controlOf,
  nameHolders,
  PowerError,
  smallestCarrier,
  solve,
  votesToCarry,
  type Contest,
  type VoteBody,
} from "../../../../src/power/core/index.js";
import { check } from "./arbitrarySystem.js";
import { subsetsOf } from "./bruteForce.js";

const CONTESTS: readonly Contest[] = ["unopposed", "opposed"];
const HOLDERS = ["a", "b", "c", "d", "e", "f"];

/** Any body of six holders at most, some of whom can recall what others cast; "f" is "a" by another key. */
const arbitraryBody: fc.Arbitrary<VoteBody> = fc
  .record({
    lots: fc.array(
      fc.record({
        votes: fc.bigInt({ min: 0n, max: 40n }),
        by: fc.uniqueArray(fc.constantFrom(...HOLDERS), { minLength: 1, maxLength: 2 }),
      }),
      { maxLength: 7 },
    ),
    unknown: fc.bigInt({ min: 0n, max: 60n }),
    quorum: fc.bigInt({ min: 0n, max: 120n }),
  })
  .map(({ lots, unknown, quorum }) => ({
    lots,
    quorum,
    total: lots.reduce((sum, { votes }) => sum + votes, unknown),
  }));

const IDENTITIES = new Map([["f", "a"]]);

describe("votes in the power core", () => {
  it("[PWR-5] carry with whom they carry by the definitions, whoever has the residual", () => {
    const seen = { surely: 0, possibly: 0, never: 0 };
    check(
      20_260_311,
      arbitraryBody,
      (body) => {
        const { total, quorum, lots } = body;
        const votes = nameHolders(body, IDENTITIES, 3);
        const named = votes.holders.map(({ entity }) => entity);
        const castBy = (entities: readonly string[]): bigint =>
          lots
            .filter(({ by }) => by.some((name) => entities.includes(IDENTITIES.get(name) ?? name)))
            .reduce((sum, lot) => sum + lot.votes, 0n);
        expect(votes.residual).to.equal(total - castBy(named));
        for (const { entity, votes: own, share } of votes.holders) {
          expect(own).to.equal(castBy([entity]));
          expect(share).to.equal((own * 10n ** 18n) / total);
        }

        const smallest = { unopposed: [Infinity, Infinity], opposed: [Infinity, Infinity] };
        for (const contest of CONTESTS) {
          const powers = new Map([
            ["alone", carries(votes, contest)],
            ["with the rest", carries(votes, contest, "rest")],
          ]);
          const solution = solve({ powers, identities: IDENTITIES });
          for (const coalition of subsetsOf(named)) {
            const wins = (cast: bigint): boolean =>
              cast > 0n && cast >= quorum && (contest === "unopposed" || cast > total - cast);
            const surely = wins(castBy(coalition));
            const possibly = wins(castBy(coalition) + votes.residual);
            expect(carriesWith(votes, contest, coalition)).to.deep.equal({ surely, possibly });
            expect(canDo(solution, "alone", coalition)).to.equal(surely);
            expect(canDo(solution, "with the rest", coalition)).to.equal(surely);
            expect(canDo(solution, "with the rest", [...coalition, "rest"])).to.equal(possibly);
            seen[surely ? "surely" : possibly ? "possibly" : "never"]++;
            const [most = 0, least = 0] = smallest[contest];
            smallest[contest] = [
              surely ? Math.min(most, coalition.length) : most,
              possibly ? Math.min(least, Math.max(1, coalition.length)) : least,
            ];
          }
          const [atMost = 0, atLeast = 0] = smallest[contest];
          const found = smallestCarrier(votes, contest);
          expect([found.atLeast ?? Infinity, found.atMost ?? Infinity]).to.deep.equal([atLeast, atMost]);
        }
      },
      0.4,
    );
    for (const times of Object.values(seen)) expect(times).to.be.greaterThan(100);
  }).timeout(600_000);

  it("name twenty holders, and count the rest as one that nobody is", () => {
    const lots = Array.from({ length: 30 }, (_, index) => ({ votes: 10n, by: [`holder ${index}`] }));
    const votes = nameHolders({ total: 1_000n, quorum: 40n, lots });
    expect(votes.holders).to.have.length(20);
    expect(votes.holders[0]?.share).to.equal(10n ** 16n);
    expect(votes.residual).to.equal(800n);
    expect(votesToCarry(votes, "unopposed")).to.equal(40n);
    expect(votesToCarry(votes, "opposed")).to.equal(501n);
    expect(smallestCarrier(votes, "unopposed")).to.deep.equal({ atLeast: 1, atMost: 4 });
    // All twenty have 200 votes: they need some of the rest, and whoever has it may need nobody.
    expect(smallestCarrier(votes, "opposed")).to.deep.equal({ atLeast: 1 });
    const control = controlOf(solve({ powers: new Map([["carry", carries(votes, "unopposed")]]) }), "carry");
    expect(control.coalitions.patterns?.map(({ choices, count }) => [choices[0]?.choose, count])).to.deep.equal([
      [4, 4_845n],
    ]);
  });

  it("are refused where lots hold more than all", () => {
    const lots = [
      { votes: 6n, by: ["a"] },
      { votes: 5n, by: ["b"] },
    ];
    expect(() => nameHolders({ total: 10n, quorum: 1n, lots })).to.throw(PowerError, /hold 11 votes.*all 10/);
    expect(() => nameHolders({ total: 10n, quorum: -1n, lots: [] })).to.throw(PowerError, /0 or more/);
  });
});
