import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import { ETHER } from "../helpers/poolWorld.js";
import { beginWindDown, book, DAY, deployBench, request, stakeKeys, type Bench } from "../unit/staking/poolFixture.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** Histories after which the standards' promises are looked at. */
const HISTORIES: Record<string, (all: Bench) => Promise<void>> = {
  "deposits alone": async ({ pool, bob }) => {
    await pool.connect(bob).depositETH(bob, { value: 1n });
  },
  "a gain that is shown and partly let in": async (all) => {
    await stakeKeys(all, 3);
    await book(all, parseEther("3"), parseEther("0.3"));
    await networkHelpers.time.increase(5n * DAY);
  },
  "more than one fee, the first nearly spent": async (all) => {
    await stakeKeys(all, 3);
    await book(all, parseEther("0.1"), parseEther("0.01"));
    await networkHelpers.time.increase(76_000n);
    await book(all, parseEther("3"), parseEther("0.3"));
    await book(all, -parseEther("3.0"));
  },
  "a loss, and a slashed key": async (all) => {
    await stakeKeys(all, 3);
    await book(all, -parseEther("7"));
    await all.pool.connect(all.keeper).replaceHaircut(0n, parseEther("3"));
  },
  "requests that wait, and some that are finalised": async (all) => {
    await stakeKeys(all, 4);
    await request(all, all.alice, 30_000n * ETHER + 1n);
    await book(all, parseEther("1.000000000000000001"), 0n);
    await all.pool.finalise();
  },
};

describe("[POL-2] the staking pool keeps what ERC-4626, ERC-7540 and ERC-7575 promise", () => {
  for (const [name, lead] of Object.entries(HISTORIES)) {
    describe(`after ${name}`, () => {
      const fixture = async () => {
        const all = await deployBench(connection);
        const { weth, pool, carol } = all;
        await weth.connect(carol).deposit({ value: parseEther("100") });
        await weth.connect(carol).approve(pool, parseEther("100"));
        await lead(all);
        return all;
      };
      // One function for each history, so that each has its own snapshot.
      const load = async () => await networkHelpers.loadFixture(fixture);

      for (const amount of [1n, 999n, ETHER + 7n, parseEther("33.333333333333333333")]) {
        it(`previews a deposit of ${amount} wei, and the mint of as many shares, to the unit`, async () => {
          const { pool, weth, carol } = await load();
          const pending = { blockTag: "pending" } as const;
          await fixNextBlock();
          const promised = await pool.previewDeposit(amount, pending);
          await pool.connect(carol).deposit(amount, carol);
          expect(await pool.balanceOf(carol)).to.equal(promised);

          const shares = amount * 1000n;
          const before = await weth.balanceOf(carol);
          await fixNextBlock();
          const price = await pool.previewMint(shares, pending);
          await pool.connect(carol).mint(shares, carol);
          expect(before - (await weth.balanceOf(carol))).to.equal(price);
          expect(await pool.balanceOf(carol)).to.equal(promised + shares);
        });

        it(`makes nobody richer who goes in and out with ${amount} wei`, async () => {
          const { pool, carol } = await load();
          const shares = await pool.previewDeposit(amount);
          expect(await pool.previewMint(shares)).to.be.lte(amount);
          expect(await pool.previewMint(shares + 1n)).to.be.gte(amount);
          await pool.connect(carol).deposit(amount, carol);
          const held = await pool.balanceOf(carol);
          expect(await pool.convertToAssets(held)).to.be.lte(amount);
          expect(await pool.calcRedemption(held)).to.be.lte(amount);
          expect(await pool.convertToShares(await pool.convertToAssets(held))).to.be.lte(held);
        });
      }

      it("takes as much as maxDeposit and maxMint tell", async () => {
        const all = await load();
        const { pool, carol, governance } = all;
        const { idle, value } = await pool.books();
        await pool.connect(governance).setCap(idle + value + ETHER);
        const limit = await pool.maxMint(carol);
        expect(await pool.previewMint(limit)).to.be.lte(await pool.maxDeposit(carol));
        await pool.connect(carol).mint(limit / 2n, carol);
        await pool.connect(carol).deposit(await pool.maxDeposit(carol), carol);
        expect(await pool.maxDeposit(carol)).to.equal(0n);
      });

      it("answers every view, and reverts previews of what has no price yet", async () => {
        const { pool, weth, alice, carol } = await load();
        expect(await pool.asset()).to.equal(await weth.getAddress());
        expect(await pool.share()).to.equal(await pool.getAddress());
        expect(await pool.decimals()).to.equal(21n);
        const { idle, value, carry } = await pool.books();
        expect(await pool.totalAssets()).to.be.gte(idle + value - carry);
        for (const amount of [0n, 1n, 2n ** 128n]) {
          await pool.convertToAssets(amount);
          await pool.convertToShares(amount);
          await pool.previewDeposit(amount);
          await pool.previewMint(amount);
          await expect(pool.previewRedeem(amount)).to.be.revertedWithCustomError(pool, "NoPreview");
          await expect(pool.previewWithdraw(amount)).to.be.revertedWithCustomError(pool, "NoPreview");
        }
        for (const account of [alice, carol]) {
          for (const id of [0n, 1n, 2n ** 255n]) {
            await pool.pendingRedeemRequest(id, account);
            await pool.claimableRedeemRequest(id, account);
          }
        }
      });

      it("pays in one call what maxRedeem, and in one what maxWithdraw tells, and the same of each", async () => {
        const all = await load();
        const { pool, weth, alice, carol } = all;
        await request(all, alice, 20_000n * ETHER);
        await pool.finalise();
        const shares = await pool.maxRedeem(alice);
        const assets = await pool.maxWithdraw(alice);
        expect(shares).to.be.gt(0n);
        const snapshot = await networkHelpers.takeSnapshot();
        await pool.connect(alice).redeem(shares, carol, alice);
        const byShares = await weth.balanceOf(carol);
        await snapshot.restore();
        await pool.connect(alice).withdraw(assets, carol, alice);
        expect([await weth.balanceOf(carol), await pool.maxRedeem(alice)]).to.deep.equal([byShares, 0n]);
      });

      it("winds down, and then tells of no deposits and no price", async () => {
        const all = await load();
        const { pool, carol } = all;
        await beginWindDown(all);
        expect([await pool.maxDeposit(carol), await pool.maxMint(carol), await pool.totalAssets()]).to.deep.equal([
          0n,
          0n,
          0n,
        ]);
      });
    });
  }

  /** Views of the pending block and the block that is mined next have the same time. */
  async function fixNextBlock(): Promise<void> {
    await networkHelpers.time.setNextBlockTimestamp((await networkHelpers.time.latest()) + 3_600);
  }
});
