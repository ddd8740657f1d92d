import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { getActors } from "../../helpers/actors.js";
import { schedule, single } from "../../helpers/operations.js";
import { BOUNDS, DAY, DELAY, FALLBACK_DELAY, timelockFixture } from "./timelockFixture.js";

const { ethers, deployTimelock } = timelockFixture(await network.create());

const LIMIT = 2n ** 32n - 1n;

describe("DualGovernanceTimelock: construction", () => {
  const deploy = async (bounds: Partial<typeof BOUNDS>, delay = DELAY) => {
    const { admin, dao } = await getActors(ethers, "admin", "dao");
    return deployTimelock({ admin, proposers: [dao], rules: { ...bounds, delay } });
  };
  const factory = () => ethers.getContractFactory("DualGovernanceTimelock");

  it("fixes the bounds, and begins without a gate", async () => {
    const timelock = await deploy({});
    expect(await timelock.DELAY_FLOOR()).to.equal(BOUNDS.delayFloor);
    expect(await timelock.DELAY_CEILING()).to.equal(BOUNDS.delayCeiling);
    expect(await timelock.GRACE()).to.equal(BOUNDS.grace);
    expect(await timelock.getMinDelay()).to.equal(DELAY);
    const createdAt = BigInt((await timelock.deploymentTransaction()?.getBlock())?.timestamp ?? 0);
    expect(await timelock.PROTECTION_HARD_END()).to.equal(createdAt + BOUNDS.protectionLimit);
    expect(await timelock.EMERGENCY_LIMIT()).to.equal(BOUNDS.emergencyLimit);
    expect(await timelock.TIEBREAKER_FLOOR()).to.equal(BOUNDS.tiebreakerFloor);
    expect(await timelock.TIEBREAKER_CEILING()).to.equal(BOUNDS.tiebreakerCeiling);
    expect(await timelock.gate()).to.equal(ZeroAddress);
    expect(await timelock.tiebreaker()).to.equal(ZeroAddress);
    expect(await timelock.tiebreakerTimeout()).to.equal(BOUNDS.tiebreakerCeiling);
    expect(await timelock.gateSilentSince()).to.equal(0);
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

  it("refuses a tiebreaker's floor above its ceiling", async () => {
    await expect(deploy({ tiebreakerFloor: 730n * DAY + 1n }))
      .to.be.revertedWithCustomError(await factory(), "TiebreakerBoundsInverted")
      .withArgs(730n * DAY + 1n, 730n * DAY);
  });

  it("refuses limits of zero for the emergency's term and mode and for the tiebreaker's timeout", async () => {
    for (const limit of ["protectionLimit", "emergencyLimit", "tiebreakerFloor"]) {
      await expect(deploy({ [limit]: 0n }))
        .to.be.revertedWithCustomError(await factory(), "BoundZero")
        .withArgs();
    }
  });

  it("refuses a fallback gate without code, and a grace in which nothing could land under it", async () => {
    const { admin, dao, stranger } = await getActors(ethers, "admin", "dao", "stranger");
    await expect(
      ethers.deployContract("DualGovernanceTimelock", [BOUNDS, stranger.address, DELAY, [], [], admin.address]),
    )
      .to.be.revertedWithCustomError(await factory(), "NoCode")
      .withArgs(stranger);
    const short = deployTimelock({ admin, proposers: [dao], rules: { grace: 2n * FALLBACK_DELAY - 1n } });
    await expect(short)
      .to.be.revertedWithCustomError(await factory(), "GraceBelowFallback")
      .withArgs(2n * FALLBACK_DELAY - 1n, 2n * FALLBACK_DELAY);
    await deployTimelock({ admin, proposers: [dao], rules: { grace: 2n * FALLBACK_DELAY } });
  });

  it("refuses limits beyond what any timelock needs", async () => {
    for (const limit of ["delayCeiling", "grace", "emergencyLimit", "tiebreakerCeiling"]) {
      const bounds = { [limit]: LIMIT + 1n };
      await expect(deploy(bounds))
        .to.be.revertedWithCustomError(await factory(), "BoundTooLong")
        .withArgs(LIMIT + 1n, LIMIT);
    }
    await expect(deploy({ grace: 2n ** 256n - 1n }))
      .to.be.revertedWithCustomError(await factory(), "BoundTooLong")
      .withArgs(2n ** 256n - 1n, LIMIT);
  });

  it("refuses a hard end of emergency protection more than four years ahead, and takes four years", async () => {
    const longest = 4n * 365n * DAY;
    for (const protectionLimit of [longest + 1n, LIMIT, 2n ** 256n - 1n]) {
      await expect(deploy({ protectionLimit }))
        .to.be.revertedWithCustomError(await factory(), "ProtectionTooLong")
        .withArgs(protectionLimit, longest);
    }
    const timelock = await deploy({ protectionLimit: longest });
    const createdAt = BigInt((await timelock.deploymentTransaction()?.getBlock())?.timestamp ?? 0);
    expect(await timelock.PROTECTION_HARD_END()).to.equal(createdAt + longest);
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
    await deploy({ delayFloor: 0n, delayCeiling: 0n }, 0n);
    await deploy({ protectionLimit: 1n, emergencyLimit: 1n, tiebreakerFloor: 1n, tiebreakerCeiling: 1n });
    const long = { emergencyLimit: LIMIT, tiebreakerFloor: LIMIT, tiebreakerCeiling: LIMIT };
    expect(await (await deploy(long)).tiebreakerTimeout()).to.equal(LIMIT);
  });
});
