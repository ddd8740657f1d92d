import { expect } from "chai";
import { id } from "ethers";

import { readingSinceMade, wasThere } from "../../../src/adoption/sinceMade.js";
import { UnreadableError } from "../../../src/protocol/errors.js";

const GRANTED = id("RoleGranted(bytes32,address,address)");
const TARGET = `0x${"12".repeat(20)}`;

/** A chain on which TARGET was made in block `made`, by a node that has state from block `kept` on. */
function chainOf(made: number, kept = 0) {
  const ranges: number[] = [];
  const looks: number[] = [];
  const readChain = (method: string, params: readonly unknown[]): Promise<unknown> => {
    if (method === "eth_getLogs") {
      ranges.push(Number((params[0] as { readonly fromBlock: string }).fromBlock));
      return Promise.resolve([]);
    }
    const block = Number(params[1]);
    looks.push(block);
    if (block < kept) throw new UnreadableError("The chain could not be read (eth_getCode): missing trie node.");
    return Promise.resolve(block < made ? "0x" : "0x00");
  };
  return { readChain, ranges, looks, block: 10_000 };
}

describe("logs that tell of roles", () => {
  it("are read from the block that made the contract, also where that is before the first block that is read", async () => {
    for (const [made, start] of [
      [0, 0],
      [1, 1],
      [4_321, 4_321],
      [4_999, 4_999],
      [5_000, 5_000],
      [7_000, 5_000],
    ] as const) {
      const chain = chainOf(made);
      const { readLogs, unsure } = readingSinceMade(chain, 5_000);
      await readLogs(TARGET, [GRANTED]);
      await readLogs(TARGET, [GRANTED]);
      expect(chain.ranges, `made in ${made}`).to.deep.equal([start]);
      expect(chain.looks.length).to.be.below(16);
      expect([...unsure]).to.deep.equal([]);
    }
  });

  it("are read from the first block, and the contract is told, where the node has no state to tell", async () => {
    for (const kept of [4_000, 6_000]) {
      const chain = chainOf(3_000, kept);
      const { readLogs, unsure } = readingSinceMade(chain, 5_000);
      await readLogs(TARGET, [GRANTED]);
      expect(chain.ranges).to.deep.equal([5_000]);
      expect([...unsure]).to.deep.equal([TARGET]);
    }
    expect(await wasThere(chainOf(3_000, 6_000).readChain, TARGET, 5_000)).to.equal(undefined);
  });

  it("are the only ones of which that is asked", async () => {
    const chain = chainOf(3_000);
    await readingSinceMade(chain, 5_000).readLogs(TARGET, [id("Transfer(address,address,uint256)")]);
    expect([chain.ranges, chain.looks]).to.deep.equal([[5_000], []]);
  });
});
