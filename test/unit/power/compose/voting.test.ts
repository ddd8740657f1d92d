import { expect } from "chai";
import { id } from "ethers";

import { nameHolders } from "../../../../src/power/core/index.js";
import { isOpen } from "../../../../src/power/foreign/standards.js";
import { majorityOf } from "../../../../src/power/world/readAuditInput.js";
import { attackersAmong, type Ballots } from "../../../../src/power/compose/voting.js";
import { inventAccount } from "../../../../src/rehearsal/snapshot.js";

describe("[PWR-31] who carries, and objects to nothing", () => {
  const voters = Array.from({ length: 18 }, (_, index) => inventAccount(`voter ${index}`));

  it("is whoever has most shares, where so many votes differ that coalitions cannot be listed", () => {
    const lots = voters.map((holder, index) => ({
      holder,
      by: [holder],
      votes: BigInt(Math.floor(10_000 * 0.9 ** index)),
    }));
    const total = lots.reduce((sum, { votes }) => sum + votes, 0n);
    const ballots: Ballots = {
      ...{ votes: nameHolders({ total, quorum: 1n, lots }, new Map()), proposalThreshold: 0n, lots },
      identities: new Map(),
    };
    const stakers = [3, 7, 17].map((index) => ({ address: voters[index] ?? "", shares: 5n }));
    const { accounts, why } = attackersAmong(ballots, stakers);
    expect(why).to.match(/kinds of coalition are too many to list/);
    expect([...accounts]).to.include.members(stakers.map(({ address }) => address));
    expect(accounts.size).to.be.lessThan(10);
  });

  it("is not counted where shares are looked for: the largest with more than half of the tokens", () => {
    const held = (...amounts: bigint[]) => amounts.map((amount, index) => [String(index), amount] as const);
    expect([...majorityOf(held(6n, 4n))]).to.deep.equal(["0"]);
    expect([...majorityOf(held(5n, 3n, 2n))]).to.deep.equal(["0", "1"]);
    expect([...majorityOf([])]).to.deep.equal([]);
  });
});

describe("[PWR-9] functions that anybody may call by a standard", () => {
  it("are a Governor's in a Governor alone, and never what the executor alone may", () => {
    const selector = (signature: string) => id(signature).slice(0, 10);
    expect(isOpen(selector("execute(uint256)"), ["Governor"])).to.equal(true);
    expect(isOpen(selector("execute(uint256)"), ["Ownable"])).to.equal(false);
    expect(isOpen(selector("relay(address,uint256,bytes)"), ["Governor"])).to.equal(false);
    expect(isOpen(selector("transfer(address,uint256)"), [])).to.equal(true);
  });
});
