import { expect } from "chai";
import fc from "fast-check";
import hre from "hardhat";

import { Phase, beginExit, claimAll, enterRageQuit, passWithdrawalDelay } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { isDeep } from "../helpers/profile.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const world6 = () =>
  deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("VaultMock", [asset]),
    decimals: 6,
  });
const world18 = () =>
  deployEscrowWorld(connection, { makeVault: (asset) => ethers.deployContract("VaultMock", [asset]) });
type World = Awaited<ReturnType<typeof world6>>;

const LEAVERS = ["alice", "bob", "carol"] as const;

/** Up to 100 units, or a few wei. [1e18 = 1 unit] */
const position = fc.oneof(fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 1n, max: 100n * 10n ** 18n }));
/** Something that happens to the vault, to the vessel, or by somebody's claim, with a part of whatever it concerns. */
const step = fc.record({
  type: fc.constantFrom("gain", "loss", "liquidity", "claim", "giveShares", "giveAssets"),
  part: fc.bigInt({ min: 0n, max: 1_000n }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Plays a step as a stranger could: what is refused is refused. */
async function play({ vault, asset, share, escrow, mallory, unit }: World, clone: string, { type, part }: Step) {
  const of = (amount: bigint) => (amount * part) / 1_000n;
  switch (type) {
    case "gain":
      return await asset.mint(vault, of(2_000n * unit));
    case "loss":
      return await vault.slash(of(await vault.totalAssets()));
    case "liquidity":
      return await vault.setLiquidity(of(of(await vault.totalAssets())));
    case "giveShares":
      return await share.connect(mallory).transfer(clone, of(of(await share.balanceOf(mallory))));
    case "giveAssets":
      return await asset.mint(clone, part);
    case "claim": {
      const { totalShares } = await escrow.getEpoch(1n);
      const bound = (totalShares + 63n) / 64n + of(totalShares);
      try {
        return await escrow.claim(1n, bound);
      } catch {
        return undefined; // nothing is liquid
      }
    }
  }
}

describe("[INV-5] attack: gain, or make others lose, by rounding", () => {
  for (const [decimals, fixture] of [
    [6, world6],
    [18, world18],
  ] as const) {
    it(`fails with ${decimals} decimals, whatever happens to vault and vessel between request and payment`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.tuple(position, position, position),
          fc.array(step, { maxLength: 12 }),
          async (sizes, steps) => {
            const all = await networkHelpers.loadFixture(fixture);
            const { escrow, asset, whale, one } = all;
            const scaled = sizes.map((size) => (size < 10n ? size : (size * one) / 10n ** 18n || 1n));
            for (const [index, name] of LEAVERS.entries()) {
              await escrow.connect(all[name]).lock(scaled[index] ?? 1n, 0n);
            }
            await escrow.connect(whale).lock(100n * one, 0n);
            await enterRageQuit(all);
            const clone = await beginExit(all, 1n);
            for (const each of steps) await play(all, clone, each);
            await expectSolvent(all);

            // Whatever became of it: once the vault is liquid, one claim ends it.
            await all.vault.setLiquidity(ethers.MaxUint256);
            if ((await escrow.getEpoch(1n)).phase === Phase.Claiming) await claimAll(all, 1n);
            await passWithdrawalDelay(all, 1n);
            const { totalShares, assets } = await escrow.getEpoch(1n);
            let paid = 0n;
            for (const name of [...LEAVERS, "whale"] as const) {
              const { shares } = await escrow.positionOf(1n, all[name]);
              const due = (assets * shares) / totalShares;
              const before = await asset.balanceOf(all[name]);
              await escrow.connect(all[name]).withdraw(1n, all[name]);
              expect((await asset.balanceOf(all[name])) - before).to.equal(due);
              paid += due;
            }
            expect(assets - paid).to.be.within(0n, 3n);
            expect(await asset.balanceOf(clone)).to.equal(assets - paid);
            await expectSolvent(all);
          },
        ),
        { numRuns: isDeep ? 500 : 12, seed: 4626 },
      );
    });
  }

  it("fails by claiming in 64 parts: each costs the leavers less than a wei", async () => {
    const all = await networkHelpers.loadFixture(world6);
    const { escrow, asset, vault, alice, one, unit } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await asset.mint(vault, 333n * unit + 1n);
    await enterRageQuit(all);
    const clone = await beginExit(all, 1n);
    const due = await vault.previewRedeem(100n * one);
    const { totalShares } = await escrow.getEpoch(1n);
    for (let part = 0; part < 64; ++part) await escrow.claim(1n, (totalShares + 63n) / 64n);
    expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
    expect(due - (await asset.balanceOf(clone))).to.be.within(0n, 64n);
  });
});
