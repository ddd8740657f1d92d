import { expect } from "chai";
import { id as hash, ZeroHash, type Provider } from "ethers";
import { network } from "hardhat";

import { call } from "../../../../src/protocol/calls.js";
import { describeGap, findOperation, readHistory } from "../../../../src/protocol/operations/history.js";
import { batchOperation, encodeScheduling } from "../../../../src/protocol/operations/operation.js";
import { deployCommittees } from "../../../helpers/committeeWorld.js";
import { batch, execute, schedule, single } from "../../../helpers/operations.js";
import { laggingLogs } from "../../../helpers/laggingLogs.js";
import { rejectionOf } from "../../../helpers/rejection.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const SOMEBODY = "0x00000000000000000000000000000000DeaDBeef";

const deploy = () => deployCommittees(connection);
const fixture = () => networkHelpers.loadFixture(deploy);
type World = Awaited<ReturnType<typeof deploy>>;

/** Nine operations, each in a block of its own. */
async function scheduleNine({ timelock, deployer, delay }: World): Promise<string[]> {
  const operations = Array.from({ length: 9 }, (_, index) => single({ target: SOMEBODY, value: BigInt(index) }));
  for (const operation of operations) await schedule(timelock, deployer, operation, delay);
  return operations.map(({ id }) => id);
}

const read = async ({ place }: World, provider: Provider = ethers.provider) =>
  readHistory({ ...place, provider }, await ethers.provider.getBlockNumber());

describe("the history of operations", () => {
  it("tells every operation, as it was scheduled", async () => {
    const world = await fixture();
    const { timelock, deployer, delay } = world;
    const one = single({ target: SOMEBODY, value: 7n }, { salt: hash("salt") });
    const several = batch([{ target: SOMEBODY }, { target: SOMEBODY, data: "0x1234" }], { predecessor: one.id });
    for (const operation of [one, several]) await schedule(timelock, deployer, operation, delay);
    const history = await read(world);
    expect(history.operations).to.deep.equal(
      [one, several].map(({ id, calls, predecessor, salt }) => ({ id, calls, predecessor, salt })),
    );
    expect(history).to.include({ told: 2n, counted: 2n });
    for (const operation of [one, several]) {
      expect(await findOperation(operation.id, world.place)).to.deep.equal(operation);
    }
  });

  it("counts one twice that was cancelled and scheduled again, and one that replaced the gate", async () => {
    const world = await fixture();
    const { timelock, timelockAddress, deployer, delay, gate } = world;
    const again = batch([{ target: SOMEBODY }], { salt: hash("again") });
    await schedule(timelock, deployer, again, delay);
    await timelock.cancel(again.id);
    await schedule(timelock, deployer, again, delay);
    const newGate = batch([await call(timelock, "setGate", [await gate.getAddress()])]);
    await schedule(timelock, deployer, newGate, delay);
    await networkHelpers.time.increase(delay);
    await execute(timelock, deployer, newGate);
    // The old deployer's own gate took no place: the timelock was being set up.
    expect(newGate.calls[0]?.target).to.equal(timelockAddress);
    const history = await read(world);
    expect(history).to.include({ told: 4n, counted: 4n });
    expect(describeGap(history)).to.equal(undefined);
  });

  it("counts a batch of no calls by its salt", async () => {
    const world = await fixture();
    const empty = batchOperation([], { salt: hash("empty") });
    await world.deployer.sendTransaction({ to: world.timelock, data: encodeScheduling(empty, world.delay) });
    expect(await read(world)).to.include({ told: 1n, counted: 1n });
  });

  it("says what is missing where a node lags behind, and says nothing where it does not", async () => {
    const world = await fixture();
    const ids = await scheduleNine(world);
    expect(describeGap(await read(world))).to.equal(undefined);
    const lagging = await read(world, laggingLogs(ethers.provider, 6));
    expect(lagging.operations.map(({ id }) => id)).to.deep.equal(ids.slice(0, 3));
    expect(describeGap(lagging)).to.contain(
      "The node's logs tell of 3 of the 9 operations that the timelock has counted",
    );
    expect(describeGap(await read(world, laggingLogs(ethers.provider, 400)))).to.contain("tell of 0 of the 9");
  });

  it("takes an operation for unknown only if the chain does not know it either", async () => {
    const world = await fixture();
    const [id = ""] = await scheduleNine(world);
    const lagging = { ...world.place, provider: laggingLogs(ethers.provider, 400) };
    const { message } = await rejectionOf(findOperation(id, lagging));
    expect(message).to.contain(`has an operation ${id}, and the node's logs do not tell of it`);
    const unknown = await rejectionOf(findOperation(ZeroHash, world.place));
    expect(unknown.message).to.contain(`never scheduled an operation ${ZeroHash}, as far as the node's logs tell`);
  });
});
