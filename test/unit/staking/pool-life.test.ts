import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import { concatKeys, deployPool, ETHER } from "../../helpers/poolWorld.js";

describe("StakingPool: the life of an ETH", () => {
  for (const fork of ["fulu", "gloas"] as const) {
    it(`goes from a staker to a validator and back (${fork})`, async () => {
      const connection = await hre.network.create();
      const { pool, registry, alice, operator, world, chain, weth } = await deployPool(connection, { fork });
      await pool.connect(alice).depositETH(alice, { value: parseEther("100") });
      expect(await pool.totalAssets()).to.equal(parseEther("100"));

      const vault = await world.register(operator);
      const [key] = await world.prepare(vault);
      if (key === undefined) throw new Error("no key");
      expect(world.validator(key).balance).to.equal(10n ** 9n);
      await world.activate(vault, [key]);
      expect((await pool.books()).idle).to.equal(parseEther("69"));
      expect(await pool.totalAssets()).to.equal(parseEther("101"));
      expect((await registry.getOperator(1)).bond).to.equal(await pool.balanceOf(registry));

      await world.block();
      await world.block();
      await world.passEpochs(12);
      expect(world.validator(key).balance).to.equal(32n * 10n ** 9n);
      await world.check(vault);
      expect((await vault.keySets()).inFlight).to.equal(0n);
      expect((await registry.getOperator(1)).staked).to.equal(parseEther("32"));

      await world.passEpochs(300);
      world.validator(key).balance += 10n ** 9n;
      await world.block();
      await world.check(vault);
      expect((await pool.books()).carry).to.equal(ETHER);

      const shares = await pool.balanceOf(alice);
      await pool.connect(alice).requestRedeem(shares, alice, alice);
      await world.check(vault);
      await pool.finalise();
      expect(await pool.claimableRedeemRequest(1, alice)).to.be.gt(0n);
      await pool.connect(alice).claim(1, alice, alice);
      expect(await weth.balanceOf(alice)).to.be.closeTo(parseEther("69"), 10n);

      await vault.connect(operator).requestExits(concatKeys([key]), { value: ETHER });
      await world.block();
      await world.block();
      await world.passEpochs(300);
      expect(world.validator(key).balance).to.equal(0n);
      await world.check(vault);
      expect(await vault.keyCount()).to.equal(0n);
      expect((await registry.getOperator(1)).staked).to.equal(0n);
      await pool.finalise();
      await pool.connect(alice).claim(1, alice, alice);
      expect(await pool.pendingRedeemRequest(1, alice)).to.equal(0n);
      expect(await connection.ethers.provider.getBalance(pool)).to.equal(
        (await pool.books()).idle + (await pool.books()).reserved,
      );
      expect(chain.blocks.length).to.be.gt(10);
    });
  }
});
