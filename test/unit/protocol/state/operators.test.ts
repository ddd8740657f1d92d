import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { readRegistered, type WhichOperators } from "../../../../src/protocol/state/operators.js";
import type { OperatorRegistry } from "../../../../types/index.js";
import { rejectionOf } from "../../../helpers/rejection.js";

/** A registry in which so many have registered, and what was asked of it. */
function registryOf(count: bigint, placed: readonly bigint[]) {
  let [asking, most] = [0, 0];
  const registry = {
    operatorCount: () => Promise.resolve(count),
    placedOperators: () => Promise.resolve(placed),
    getOperator: async (id: bigint) => {
      most = Math.max(most, ++asking);
      await new Promise(setImmediate);
      asking--;
      return { vault: id > count ? ZeroAddress : `0x${id.toString(16).padStart(40, "0")}` };
    },
  } as unknown as OperatorRegistry;
  return { registry, mostAtOnce: () => most };
}

const idsOf = async (registry: OperatorRegistry, which: WhichOperators): Promise<bigint[]> =>
  (await readRegistered(registry, which)).map(({ id }) => id);

describe("the operators of a pool", () => {
  it("are asked about 32 at once, however many have registered", async () => {
    const { registry, mostAtOnce } = registryOf(300n, []);
    expect(await idsOf(registry, "all")).to.have.lengthOf(300);
    expect(mostAtOnce()).to.equal(32);
  });

  it("are those with a place, in order of their ids, where only they are wanted", async () => {
    const { registry } = registryOf(300n, [250n, 7n]);
    expect(await idsOf(registry, "placed")).to.deep.equal([7n, 250n]);
  });

  it("are no more than the first 200 and those with a place, where nobody shall be able to make it long", async () => {
    const { registry } = registryOf(300n, [250n, 7n]);
    const ids = await idsOf(registry, "placed or early");
    expect(ids).to.have.lengthOf(201);
    expect(ids.slice(-2)).to.deep.equal([200n, 250n]);
  });

  it("are those that are named, in that order; one who never registered is refused", async () => {
    const { registry } = registryOf(3n, []);
    expect(await idsOf(registry, [3n, 1n])).to.deep.equal([3n, 1n]);
    expect((await rejectionOf(readRegistered(registry, [4n]))).message).to.equal("The pool has no operator 4.");
  });
});
