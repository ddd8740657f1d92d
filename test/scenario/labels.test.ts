import { expect } from "chai";
import fc from "fast-check";

import { placeLabels, type PlacedLabel } from "../../src/scenarios/render/svg/labels.js";

const RIGHT = 1_000;

const labels = fc.array(
  fc.record({ text: fc.string({ minLength: 1, maxLength: 20 }), x: fc.integer({ min: 0, max: RIGHT }) }),
  { maxLength: 30 },
);

const overlap = (a: PlacedLabel<{ text: string; x: number }>, b: typeof a) =>
  a.lane === b.lane && a.from < b.to && b.from < a.to;

describe("labels of a chart", () => {
  it("never lie on each other, nor leave the picture on the right", () => {
    fc.assert(
      fc.property(labels, (given) => {
        const placed = placeLabels(given, RIGHT);
        expect(placed).to.have.lengthOf(given.length);
        for (const [index, label] of placed.entries()) {
          expect(label.to).to.be.at.most(RIGHT);
          expect(placed.slice(index + 1).some((other) => overlap(label, other))).to.equal(false);
        }
      }),
      { seed: 7 },
    );
  });

  it("of one moment stand in the order of events, from top to bottom", () => {
    const placed = placeLabels(
      ["first", "second", "third"].map((text) => ({ text, x: 10 })),
      RIGHT,
    );
    const topDown = placed.toSorted((a, b) => b.lane - a.lane).map(({ label }) => label.text);
    expect(topDown).to.deep.equal(["first", "second", "third"]);
  });

  it("share a lane where there is room", () => {
    const placed = placeLabels(
      [
        { text: "left", x: 10 },
        { text: "right", x: 500 },
      ],
      RIGHT,
    );
    expect(placed.map(({ lane }) => lane)).to.deep.equal([0, 0]);
  });
});
