import { expect } from "chai";

import { chooseLocks } from "../../../src/rehearsal/findHolders.js";

const holding = (account: string, shares: bigint) => ({ account, shares });

describe("chooseLocks", () => {
  it("takes as much as is needed, from two if one could do it alone", () => {
    const locks = chooseLocks([holding("b", 40n), holding("a", 100n)], 50n);
    expect(locks).to.deep.equal([holding("a", 26n), holding("b", 24n)]);
  });

  it("takes more of the largest where the others have too little", () => {
    const locks = chooseLocks([holding("a", 100n), holding("b", 5n)], 50n);
    expect(locks).to.deep.equal([holding("a", 45n), holding("b", 5n)]);
  });

  it("takes everything where everybody has too little", () => {
    const locks = chooseLocks([holding("a", 3n), holding("b", 2n)], 50n);
    expect(locks).to.deep.equal([holding("a", 3n), holding("b", 2n)]);
  });

  it("chooses no locks where nobody holds shares", () => {
    expect(chooseLocks([], 50n)).to.deep.equal([]);
  });
});
