import { expect } from "chai";

import { describeOldHead } from "../../../src/protocol/head.js";
import { LOCAL_CHAIN_ID } from "../../../src/protocol/localChain.js";

describe("describeOldHead", () => {
  const block = { number: 7, timestamp: 1_000_000n };

  it("says nothing of a block that is new, nor of one from a clock that goes ahead", () => {
    expect(describeOldHead(block, 1n, block.timestamp + 600n)).to.equal(undefined);
    expect(describeOldHead(block, 1n, block.timestamp - 600n)).to.equal(undefined);
  });

  it("says how old a block is that should have been followed by others", () => {
    expect(describeOldHead(block, 1n, block.timestamp + 601n)).to.contain(
      "The newest block that the node knows, 7, is 10 min 1 s old",
    );
  });

  it("leaves local chains alone, where time passes as somebody wants", () => {
    expect(describeOldHead(block, LOCAL_CHAIN_ID, block.timestamp + 86_400n)).to.equal(undefined);
  });
});
