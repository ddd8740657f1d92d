import { expect } from "chai";

import { findPlace } from "../../../src/deployment/place.js";
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
