import { expect } from "chai";
import { network } from "hardhat";

import fast from "../../config/fast.js";
import { deployTribune, stake } from "../helpers/deployTribune.js";

const VETO_SIGNALLING = 1n;

const connection = await network.create();
const { networkHelpers } = connection;
const standard = () => deployTribune(connection);

describe("deployTribune", () => {
  it("deploys a system in which a staker's shares count", async () => {
    const tribune = await networkHelpers.loadFixture(standard);
    const staker = tribune.stranger;
    const shares = await stake(tribune, staker);
    await tribune.escrow.connect(staker).lock(shares, 0n);
    expect(await tribune.gate.effectiveState()).to.equal(VETO_SIGNALLING);
  });

  it("hands everything over", async () => {
    const { timelock, deployer, vault, token } = await networkHelpers.loadFixture(standard);
    expect(await timelock.hasRole(await timelock.DEFAULT_ADMIN_ROLE(), deployer)).to.equal(false);
    expect(await vault.owner()).to.equal(await timelock.getAddress());
    expect(await token.balanceOf(deployer)).to.equal(0n);
  });

  it("deploys another configuration", async () => {
    const { timelock, gate } = await deployTribune(connection, fast);
    expect(await timelock.getMinDelay()).to.equal(240n);
    expect((await gate.currentConfig()).phases.cooldown).to.equal(15n);
  });
});
