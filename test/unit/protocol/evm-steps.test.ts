import { expect } from "chai";
import { concat, keccak256, toBeHex } from "ethers";

import { hashedBy, hashedWords, readMemory, type Step } from "../../../src/protocol/evmSteps.js";

const word = (value: bigint): string => toBeHex(value, 32);
/** @param stack The top first. */
const step = (op: string, stack: readonly bigint[] = [], memory?: readonly string[], depth = 1): Step => ({
  op,
  depth,
  stack: [...stack].reverse().map((value) => `0x${value.toString(16)}`),
  memory,
});

describe("steps of the virtual machine", () => {
  const memory = [`0x${"11".repeat(32)}`, "22".repeat(32)]; // with and without 0x, as nodes write it

  it("tell any part of memory, and zeros beyond it", () => {
    expect(readMemory({ memory }, 30, 4)).to.equal("0x11112222");
    expect(readMemory({ memory }, 32, 32)).to.equal(`0x${"22".repeat(32)}`);
    expect(readMemory({ memory }, 62, 4)).to.equal("0x22220000");
    expect(readMemory({ memory }, 100, 2)).to.equal("0x0000");
    expect(readMemory({ memory }, 0, 0)).to.equal("0x");
    expect(readMemory({}, 0, 1)).to.equal("0x00");
  });

  it("tell what a hash is of, unless it is too long", () => {
    expect(hashedBy(step("KECCAK256", [30n, 4n], memory), 4)).to.equal("0x11112222");
    expect(hashedBy(step("KECCAK256", [30n, 4n], memory), 3)).to.equal(undefined);
    expect(hashedBy(step("ADD", [30n, 4n], memory), 4)).to.equal(undefined);
  });

  describe("without memory", () => {
    const pair = concat([word(5n), word(7n)]);
    const hash = BigInt(keccak256(pair));
    const store = [step("MSTORE", [0n, 5n]), step("MSTORE", [32n, 7n])];
    const told = (...steps: readonly Step[]) => [...hashedWords(steps)];

    it("tell what was hashed of words that were stored", () => {
      expect(told(...store, step("KECCAK256", [0n, 64n]), step("SLOAD", [hash]))).to.deep.equal([pair]);
      const again = step("MSTORE", [32n, 8n]);
      const other = concat([word(5n), word(8n)]);
      const next = step("SLOAD", [BigInt(keccak256(other))]);
      expect(told(...store, again, step("KECCAK256", [0n, 64n]), next)).to.deep.equal([other]);
    });

    it("leave out what came into memory in another way, which the hash shows", () => {
      expect(told(...store, step("KECCAK256", [0n, 64n]), step("SLOAD", [hash + 1n]))).to.deep.equal([]);
      expect(told(...store, step("KECCAK256", [0n, 96n]), step("SLOAD", [hash]))).to.deep.equal([]);
      expect(told(...store, step("KECCAK256", [0n, 63n]), step("SLOAD", [hash]))).to.deep.equal([]);
      expect(told(...store, step("KECCAK256", [0n, 64n]))).to.deep.equal([]);
    });

    it("keep the memories of a call and of its caller apart", () => {
      const inner = step("MSTORE", [0n, 9n], undefined, 2);
      const steps = [...store, inner, step("KECCAK256", [0n, 64n]), step("SLOAD", [hash])];
      expect(told(...steps)).to.deep.equal([pair]);
    });
  });
});
