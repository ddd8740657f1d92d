import { expect } from "chai";
import { id, ZeroHash } from "ethers";

import { findSalt, saltsOf } from "../../../src/adoption/estate/salts.js";
import { batchOperation, governorSalt, singleOperation } from "../../../src/protocol/operations/operation.js";
import { proposalOf } from "../../../src/protocol/proposals.js";

const GOVERNOR = `0x${"12".repeat(20)}`;
const CALL = { target: `0x${"34".repeat(20)}`, value: 1n, data: "0x1234" };
const PREDECESSOR = id("predecessor");

describe("the salt of an operation that no log tells", () => {
  const proposal = proposalOf("A decision", [CALL]);
  const salts = saltsOf(GOVERNOR, [proposalOf("Another", [CALL]), proposal]);

  it("is none, or one of the Governor's, as of today or before OpenZeppelin mixed its address in", () => {
    for (const salt of [ZeroHash, governorSalt(GOVERNOR, proposal.descriptionHash), proposal.descriptionHash]) {
      for (const predecessor of [ZeroHash, PREDECESSOR]) {
        for (const one of [
          batchOperation([CALL], { salt, predecessor }),
          singleOperation(CALL, { salt, predecessor }),
          batchOperation([CALL, CALL], { salt, predecessor }),
        ]) {
          expect(findSalt(one, salts)).to.equal(salt);
        }
      }
    }
  });

  it("is not known where somebody else has chosen it", () => {
    expect(findSalt(batchOperation([CALL], { salt: id("else") }), salts)).to.equal(undefined);
  });
});
