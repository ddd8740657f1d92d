import { expect } from "chai";
import fc from "fast-check";
import hre from "hardhat";

import { End, at, beginExit, claimAll, enterRageQuit, passWithdrawalDelay } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { isDeep } from "../helpers/testProfile.js";
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
  type: fc.constantFrom("gain", "loss", "liquidity", "beginExit", "claim", "giveShares", "giveAssets"),
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
    case "claim":
      return await escrow.claim(1n, clone);
    case "beginExit":
      try {
        return await escrow.beginExit(1n, clone);
      } catch {
        return undefined; // nothing is liquid, or nothing is left
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
            // A part is liquid at first, so that there is something left to ask for.
            await all.vault.setLiquidity((await all.vault.totalAssets()) / 20n);
            const clone = await beginExit(all, 1n);
            for (const each of steps) await play(all, clone, each);
            await expectSolvent(all);

            // Whatever became of it: a liquid vault ends it, and one whose shares are worth nothing, the clock.
            await all.vault.setLiquidity(ethers.MaxUint256);
            await play(all, clone, { type: "beginExit", part: 0n });
            if ((await escrow.getEpoch(1n)).end === End.None) {
              await at(all, (await escrow.callOffAfter(1n)) + 1n);
              await escrow.callOff(1n);
            }
            await claimAll(all, 1n);
            await passWithdrawalDelay(all, 1n);
            const { totalShares, assetsReceived, sharesGiven } = await escrow.getEpoch(1n);
            const left = { assets: assetsReceived, shares: sharesGiven };
            for (const name of [...LEAVERS, "whale"] as const) {
              const { shares } = await escrow.positionOf(1n, all[name]);
              const due = (assetsReceived * shares) / totalShares;
              const before = await asset.balanceOf(all[name]);
              if (due > 0n) await escrow.connect(all[name]).withdraw(1n, all[name]);
              expect((await asset.balanceOf(all[name])) - before).to.equal(due);
              left.assets -= due;
              const back = (sharesGiven * shares) / totalShares;
              const held = await all.share.balanceOf(all[name]);
              if (back > 0n) await escrow.connect(all[name]).takeShares(1n, all[name]);
              expect((await all.share.balanceOf(all[name])) - held).to.equal(back);
              left.shares -= back;
            }
            expect(left.assets).to.be.within(0n, 3n);
            expect(left.shares).to.be.within(0n, 3n);
            expect(await asset.balanceOf(clone)).to.equal(left.assets);
            await expectSolvent(all);
          },
        ),
        { numRuns: isDeep ? 500 : 8, seed: 4626 },
      );
    });
  }

  it("fails by letting the vault pay in small parts: each costs the leavers less than a wei", async () => {
    const all = await networkHelpers.loadFixture(world6);
    const { escrow, asset, vault, alice, one, unit } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await asset.mint(vault, 333n * unit + 1n);
    await enterRageQuit(all);
    const due = await vault.previewRedeem(100n * one);
    const first = await escrow.vesselAt(1n, 0n);
    let parts = 0n;
    for (; (await escrow.getEpoch(1n)).end === End.None; ++parts) {
      await vault.setLiquidity(due / 50n);
      await escrow.beginExit(1n, first);
    }
    expect(parts).to.be.within(48n, 51n);
    const left = await vault.previewRedeem((await escrow.getEpoch(1n)).sharesGiven);
    expect(due - left - (await asset.balanceOf(first))).to.be.within(0n, parts + 1n);
  });
});
