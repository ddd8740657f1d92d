import { expect } from "chai";
import hre from "hardhat";

import { getActors } from "../../helpers/actors.js";

const { ethers, networkHelpers } = await hre.network.create();

const DAY = 86_400;

describe("vesting", () => {
  async function deploy() {
    const { beneficiary, stranger } = await getActors(ethers, "beneficiary", "stranger");
    const start = (await networkHelpers.time.latest()) + DAY;
    const plain = await ethers.deployContract("VestingWallet", [beneficiary, start, 100 * DAY]);
    const cliff = await ethers.deployContract("CliffVestingWallet", [beneficiary, start, 100 * DAY, 30 * DAY]);
    const token = await ethers.deployContract("GovernanceToken", [
      "Tribune",
      "TRIB",
      [
        { holder: plain, amount: 1_000n },
        { holder: cliff, amount: 1_000n },
      ],
    ]);
    return { plain, cliff, token, start, beneficiary, stranger };
  }

  it("releases evenly, to the beneficiary, whoever asks", async () => {
    const { plain, token, start, beneficiary, stranger } = await networkHelpers.loadFixture(deploy);
    await networkHelpers.time.setNextBlockTimestamp(start + 25 * DAY);
    await plain.connect(stranger)["release(address)"](token);
    expect(await token.balanceOf(beneficiary)).to.equal(250n);
  });

  it("releases nothing before the cliff, everything due at it", async () => {
    const { cliff, token, start, beneficiary } = await networkHelpers.loadFixture(deploy);
    expect(await cliff.cliff()).to.equal(start + 30 * DAY);
    await networkHelpers.time.setNextBlockTimestamp(start + 30 * DAY - 1);
    await cliff["release(address)"](token);
    expect(await token.balanceOf(beneficiary)).to.equal(0n);
    await networkHelpers.time.setNextBlockTimestamp(start + 30 * DAY);
    await cliff["release(address)"](token);
    expect(await token.balanceOf(beneficiary)).to.equal(300n);
  });

  it("refuses a cliff after the end", async () => {
    const { cliff, start, beneficiary } = await networkHelpers.loadFixture(deploy);
    await expect(ethers.deployContract("CliffVestingWallet", [beneficiary, start, 10n, 11n]))
      .to.be.revertedWithCustomError(cliff, "InvalidCliffDuration")
      .withArgs(11n, 10n);
  });
});
