import { expect } from "chai";

import { findPlace, foldersOf, journalsOf, type Place } from "../../../src/deployment/place.js";
import { UnreadableError } from "../../../src/protocol/errors.js";
import { FakeNode } from "../../helpers/fakeNode.js";
import { rejectionOf } from "../../helpers/rejection.js";

const FOLDERS = { records: "deployments", journals: "ignition" };
const PRUNED = { error: { code: 4444, message: "pruned history unavailable" } };

/** A node that has no first block: it says so, or has nothing to say. */
const withoutGenesis = (chain: number, reply: { error: typeof PRUNED.error } | { result: null }) =>
  new FakeNode((method) => (method === "eth_getBlockByNumber" ? reply : { result: chain }), chain);

describe("findPlace", () => {
  for (const reply of [PRUNED, { result: null }]) {
    const how = "error" in reply ? "forgotten" : "never had";
    it(`does without the first block of a public chain, which a pruned node has ${how}`, async () => {
      expect((await findPlace(withoutGenesis(1, reply), FOLDERS)).chain).to.deep.equal({ id: 1 });
    });
  }

  it("needs that of a local chain, which nothing else tells from an earlier one", async () => {
    const error = await rejectionOf(findPlace(withoutGenesis(31_337, { result: null }), FOLDERS));
    expect(error).to.be.instanceOf(UnreadableError);
    expect(error.message).to.equal("The network does not tell its first block.");
  });
});

describe("journalsOf", () => {
  for (const chain of [{ id: 560_048 }, { id: 31_337, genesis: `0x${"ab".repeat(32)}` }]) {
    it(`gives every DAO journals of its own on chain ${chain.id}, whatever it is called`, () => {
      const names = ["vesting", "safes"].flatMap((word) => [`${word}-harbour`, `harbour-${word}`, `harbour_${word}`]);
      const place = { chain, recordsFolder: "records", journalsFolder: "journals" } as unknown as Place;
      const folders = ["harbour", ...names].flatMap((name) => foldersOf(journalsOf(place, name)));
      expect(new Set(folders)).to.have.lengthOf(3 * (1 + names.length));
    });
  }
});
