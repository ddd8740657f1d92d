import { expect } from "chai";
import type { Result } from "ethers";
import { network } from "hardhat";

import fast from "../../config/fast.js";
import { LARGEST_TRANSACTION, TRANSACTION_GAS_CAP } from "../../src/config/checks/capacity.js";
import { isInstrumented } from "../helpers/instrumented.js";
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

  it("puts the seed into the vault before the escrow is made, in the timelock's name", async () => {
    const { dao, vault, timelock, escrow, deployer } = await networkHelpers.loadFixture(standard);
    if (dao.vault.kind !== "local-example") throw new Error("the vault has no seed");
    expect(await vault.balanceOf(timelock)).to.equal(await vault.totalSupply());
    expect(await vault.maxWithdraw(timelock)).to.equal(dao.vault.seed);
    expect(await vault.balanceOf(deployer)).to.equal(0n);
    expect(await escrow.SUPPLY_FLOOR()).to.equal((await vault.totalSupply()) / 1000n);
  });

  it("makes the escrow with the file's terms of the exit", async () => {
    const { dao, escrow } = await networkHelpers.loadFixture(standard);
    const { freshVessels, ...durations } = dao.dualGovernance.exit;
    expect(((await escrow.exitTerms()) as unknown as Result).toObject()).to.deep.equal({
      ...durations,
      allowsFreshVessels: freshVessels,
    });
  });

  if (!isInstrumented) {
    it("fits every transaction into what a transaction may use, and hardly below what is asked of a block", async () => {
      await networkHelpers.loadFixture(standard);
      const { provider } = connection.ethers;
      // The in-process chain puts each into a block of its own.
      const blocks = Array.from({ length: await provider.getBlockNumber() }, (_, index) => index + 1);
      const used = await Promise.all(blocks.map(async (number) => (await provider.getBlock(number))?.gasUsed ?? 0n));
      expect(used.length).to.be.greaterThan(10);
      const largest = used.reduce((most, gas) => (gas > most ? gas : most));
      expect(largest <= LARGEST_TRANSACTION, `largest: ${largest}`).to.equal(true);
      expect(largest * 100n > LARGEST_TRANSACTION * 90n, `largest: ${largest}`).to.equal(true);
      expect(LARGEST_TRANSACTION <= TRANSACTION_GAS_CAP).to.equal(true);
    });
  }

  it("deploys another configuration", async () => {
    const { timelock, gate } = await deployTribune(connection, fast);
    expect(await timelock.getMinDelay()).to.equal(240n);
    expect((await gate.currentConfig()).phases.cooldown).to.equal(15n);
  });
});
