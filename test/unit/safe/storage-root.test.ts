import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import { calcStorageRoot, type StorageEntry } from "../../../src/safe/storageRoot.js";

const { ethers, networkHelpers } = await network.create();

const rootOf = async (account: string): Promise<unknown> => {
  const proof = (await ethers.provider.send("eth_getProof", [account, [], "latest"])) as { storageHash: unknown };
  return proof.storageHash;
};

let accounts = 0;
/** An account that holds exactly these entries. */
async function store(entries: readonly StorageEntry[]): Promise<string> {
  const account = ethers.toBeHex(0x10000 + ++accounts, 20);
  await networkHelpers.setCode(account, "0x00");
  for (const [slot, value] of entries) await networkHelpers.setStorageAt(account, slot, value);
  return account;
}

describe("calcStorageRoot", () => {
  it("tells the root that the chain has, whatever is stored", async () => {
    const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
    const entry = fc.tuple(
      fc.oneof(fc.bigInt({ min: 0n, max: 300n }), word),
      fc.oneof(fc.bigInt({ min: 1n, max: 300n }), word),
    );
    const entries = fc.uniqueArray(entry, { maxLength: 20, selector: ([slot]) => slot });
    await fc.assert(
      fc.asyncProperty(entries, async (stored) => {
        expect(calcStorageRoot(stored)).to.equal(await rootOf(await store(stored)));
      }),
      { numRuns: 20 },
    );
  });

  it("tells it for hundreds of entries", async () => {
    const stored = Array.from({ length: 300 }, (_, index): StorageEntry => [BigInt(index), BigInt(index + 1)]);
    expect(calcStorageRoot(stored)).to.equal(await rootOf(await store(stored)));
  });
});
