import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { getActors } from "../../helpers/actors.js";
import { schedule, single } from "../../helpers/operations.js";
import { BOUNDS, DAY, DELAY, FALLBACK_DELAY, timelockFixture } from "./fixture.js";

const { ethers, deployTimelock } = timelockFixture(await network.create());

const LIMIT = 2n ** 32n - 1n;

describe("DualGovernanceTimelock: construction", () => {
  const deploy = async (bounds: Partial<typeof BOUNDS>, delay = DELAY) => {
    const { admin, dao } = await getActors(ethers, "admin", "dao");
    return deployTimelock(admin, dao, { ...BOUNDS, ...bounds }, delay);
  };
  const factory = () => ethers.getContractFactory("DualGovernanceTimelock");

  it("fixes the bounds, and begins without a gate", async () => {
    const timelock = await deploy({});
    expect(await timelock.DELAY_FLOOR()).to.equal(BOUNDS.delayFloor);
    expect(await timelock.DELAY_CEILING()).to.equal(BOUNDS.delayCeiling);
    expect(await timelock.GRACE()).to.equal(BOUNDS.grace);
    expect(await timelock.getMinDelay()).to.equal(DELAY);
    expect(await timelock.gate()).to.equal(ZeroAddress);
    expect(await timelock.lastSequence()).to.equal(0);
  });

  it("lets nothing be scheduled before there is a gate", async () => {
    const timelock = await deploy({});
    const { dao, stranger } = await getActors(ethers, "admin", "dao", "stranger");
    await expect(schedule(timelock, dao, single({ target: stranger.address }), DELAY))
      .to.be.revertedWithCustomError(timelock, "SchedulingClosed")
      .withArgs(ZeroAddress);
  });

  it("refuses to begin without an admin, because nobody else could ever set a gate", async () => {
    const fallbackGate = await ethers.deployContract("FallbackGate", [FALLBACK_DELAY]);
    await expect(ethers.deployContract("DualGovernanceTimelock", [BOUNDS, fallbackGate, DELAY, [], [], ZeroAddress]))
      .to.be.revertedWithCustomError(await factory(), "ZeroAdmin")
      .withArgs();
  });

  it("refuses a floor above the ceiling", async () => {
    await expect(deploy({ delayFloor: 5n * DAY + 1n }))
      .to.be.revertedWithCustomError(await factory(), "DelayBoundsInverted")
      .withArgs(5n * DAY + 1n, 5n * DAY);
  });

  it("refuses a ceiling or a grace beyond what any timelock needs", async () => {
    for (const bounds of [{ delayCeiling: LIMIT + 1n }, { grace: LIMIT + 1n }]) {
      await expect(deploy(bounds))
        .to.be.revertedWithCustomError(await factory(), "BoundTooLong")
        .withArgs(LIMIT + 1n, LIMIT);
    }
    await expect(deploy({ grace: 2n ** 256n - 1n }))
      .to.be.revertedWithCustomError(await factory(), "BoundTooLong")
      .withArgs(2n ** 256n - 1n, LIMIT);
  });

  it("refuses a first delay outside the bounds", async () => {
    for (const delay of [0n, BOUNDS.delayFloor - 1n, BOUNDS.delayCeiling + 1n, 2n ** 256n - 1n]) {
      await expect(deploy({}, delay))
        .to.be.revertedWithCustomError(await factory(), "DelayOutOfBounds")
        .withArgs(delay, BOUNDS.delayFloor, BOUNDS.delayCeiling);
    }
  });

  it("takes every limit itself", async () => {
    for (const delay of [BOUNDS.delayFloor, BOUNDS.delayCeiling]) await deploy({}, delay);
    await deploy({ delayFloor: DELAY, delayCeiling: DELAY });
    const widest = await deploy({ delayFloor: 0n, delayCeiling: LIMIT, grace: LIMIT }, LIMIT);
    expect(await widest.getMinDelay()).to.equal(LIMIT);
    await deploy({ delayFloor: 0n, delayCeiling: 0n, grace: 0n }, 0n);
  });
});
