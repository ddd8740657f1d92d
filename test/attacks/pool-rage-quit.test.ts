import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import { claimAll, End, passWithdrawalDelay, State } from "../helpers/deployCore.js";
import { slash } from "../helpers/consensus/exits.js";
import { concatKeys, ETHER } from "../helpers/poolWorld.js";
import { deployRageQuit, forceNext, leaveWithAlice } from "./poolRageQuitWorld.js";

const DAY = 86_400n;

describe("a rage quit over the staking pool", () => {
  it("[WND-4] completes although every operator refuses, proofs rest for a week and a validator is slashed", async () => {
    const all = await deployRageQuit(await hre.network.create());
    const { pool, escrow, registry, gate, governance, world, vaults, keys, alice, bob, weth, chain } = all;
    const before = await pool.votableSupply();
    const vessel = await leaveWithAlice(all);
    expect(await gate.effectiveState()).to.equal(State.RageQuit);
    const shares = 120_000n * ETHER;
    expect(await pool.pendingRedeemRequest(1n, vessel)).to.equal(shares);

    // What is queued votes no more; nothing of governance's works.
    expect(await pool.votableSupply()).to.equal(before - shares);
    for (const call of [
      () => pool.connect(governance).setFee(0n),
      () => pool.connect(governance).setCap(0n),
      () => pool.connect(governance).stopDeposits(),
      () => pool.connect(governance).resumeDeposits(),
      () => registry.connect(governance).retire(1n),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(pool, "RageQuitRunning");
    }

    // No operator lets anybody go; a stranger makes as many keys exit as are needed, and not one more.
    while ((await registry.exitDemand()) !== 0n) await forceNext(all);
    await expect(forceNext(all)).to.be.revertedWithCustomError(registry, "NoDemand");
    await world.block();
    await world.block();

    // Nobody proves for a week, and one of those that stay is slashed meanwhile.
    const staying = [...keys.values()].flat().find((key) => world.validator(key).exitEpoch > 10n ** 12n);
    if (staying === undefined) throw new Error("every key is leaving");
    expect(slash(chain.state, world.validator(staying))).to.equal(true);
    await world.passDays(7);
    await expect(pool.finalise()).to.be.revertedWithCustomError(pool, "ProofsTooOld");

    await world.check(...vaults);
    await pool.finalise();
    await claimAll(all, 1n);
    const { end, redeemedShares } = await escrow.getEpoch(1n);
    expect([end, redeemedShares]).to.deep.equal([End.Redeemed, shares]);
    await passWithdrawalDelay(all, 1n);
    const paid = await escrow.connect(alice).withdraw.staticCall(1n, alice);
    expect(paid).to.be.gt(parseEther("119"));
    await expect(escrow.connect(alice).withdraw(1n, alice)).to.changeTokenBalance(all.ethers, weth, alice, paid);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.VetoCooldown);

    // Who stayed is not robbed, nor better off than by what was slashed.
    const rest = await pool.convertToAssets(await pool.balanceOf(bob));
    expect(rest).to.be.closeTo((paid * 60n) / 120n, parseEther("0.1"));
  }).timeout(120_000);

  it("[WND-4] completes after a fork that no layout knows, and what comes late reaches the staker through the escrow", async () => {
    const all = await deployRageQuit(await hre.network.create());
    const { connection, pool, escrow, registry, world, vaults, keys, alice, bob, weth, prover, ethers } = all;
    const { time } = connection.networkHelpers;
    const vessel = await leaveWithAlice(all);
    // The watermark is older than 14 days as soon as the rage quit begins: here nobody can prove any more.
    await pool.connect(prover).armWindDown();
    await time.increase(7n * DAY);
    await pool.connect(prover).beginWindDown();
    const [, , , supply] = await pool.windDown();
    expect(supply).to.equal(await pool.totalSupply());

    // Exits need no proof now, and nobody's leave.
    for (const vault of vaults) {
      await vault.connect(prover).forceExitsUnproven(concatKeys(keys.get(vault) ?? []), { value: ETHER });
    }
    await world.block();
    await world.block();
    await world.passEpochs(300);
    await world.block();
    for (const vault of vaults.slice(0, 2)) await vault.connect(prover).sweep();
    await claimAll(all, 1n);
    expect(await pool.pendingRedeemRequest(1n, vessel)).to.equal(120_000n * ETHER);

    await time.increase(60n * DAY + 1n);
    expect(await pool.claimableRedeemRequest(1n, vessel)).to.equal(120_000n * ETHER);
    await claimAll(all, 1n);
    expect((await escrow.getEpoch(1n)).end).to.equal(End.Redeemed);
    const received = (await pool.windDown())[4];
    expect(await weth.balanceOf(vessel)).to.equal((received * 120_000n * ETHER) / supply);
    await passWithdrawalDelay(all, 1n);
    await escrow.connect(alice).withdraw(1n, alice);

    // The third vault was forgotten until now: whoever likes passes its ETH on.
    await vaults[2]?.connect(prover).sweep();
    const late = (await pool.windDown())[4] - received;
    expect(late).to.be.closeTo(parseEther("64"), parseEther("0.5"));
    await pool.connect(prover).collectWindDown(vessel);
    const due = (late * 120_000n * ETHER) / supply;
    const rest = await escrow.connect(alice).withdraw.staticCall(1n, alice);
    expect(rest).to.be.closeTo(due, 2n);
    await expect(escrow.connect(alice).withdraw(1n, alice)).to.changeTokenBalance(ethers, weth, alice, rest);

    // Everybody else leaves without the escrow.
    const held = await pool.balanceOf(bob);
    await pool.connect(bob).surrender(held);
    await pool.collectWindDown(bob);
    expect(await weth.balanceOf(bob)).to.equal(((received + late) * held) / supply);
    expect(await registry.watermark()).to.be.lt((await time.latest()) - Number(67n * DAY));
  }).timeout(120_000);

  it("[QUE-3] is not held up by strangers who fill the vessel's line with requests", async () => {
    const all = await deployRageQuit(await hre.network.create());
    const { pool, escrow, bob, carol } = all;
    const foreseen = await escrow.vesselAt(1n, 0n);
    // Dust costs nothing only to who asks in his own name.
    await pool.connect(bob).transfer(carol, 1n);
    await expect(pool.connect(bob).requestRedeem(1n, foreseen, bob)).to.be.revertedWithCustomError(
      pool,
      "RequestTooSmall",
    );
    for (let i = 0; i < 70; i++) await pool.connect(bob).requestRedeem(11n * ETHER, foreseen, bob);
    await all.world.check(...all.vaults);
    await pool.finalise();
    expect((await pool.openRequests(foreseen)).length).to.equal(16);
    // Anybody takes 16 a call out of the way, whether the vessel is in use or not; what they bring is the stakers'.
    expect(await leaveWithAlice(all, foreseen)).to.equal(foreseen);
    for (let i = 0; i < 5; i++) await escrow.claim(1n, foreseen);
    expect(await pool.maxRedeem(foreseen)).to.equal(0n);
    expect(await pool.openRequests(foreseen)).to.deep.equal([71n]);
    await all.world.check(...all.vaults);
    await pool.finalise();
    await escrow.claim(1n, foreseen);
    expect((await escrow.getEpoch(1n)).redeemedShares).to.be.gt(13_000n * ETHER);
  }).timeout(120_000);

  for (const [part, kept] of [
    ["a tenth", 20_000n * ETHER],
    ["all", 199_000n * ETHER],
  ] as const) {
    it(`[WND-3] [WND-4] a vessel with ${part} of the shares, whose line strangers fill with dust, is paid its part of a wind-down`, async () => {
      const all = await deployRageQuit(await hre.network.create());
      const { connection, pool, escrow, vaults, keys, alice, bob, carol, prover, weth, world } = all;
      const { time } = connection.networkHelpers;
      const had = await pool.balanceOf(alice);
      if (had > kept) await pool.connect(alice).transfer(bob, had - kept);
      else {
        await pool.connect(carol).transfer(alice, await pool.balanceOf(carol));
        await pool.connect(bob).transfer(alice, kept - (await pool.balanceOf(alice)));
      }
      const foreseen = await escrow.vesselAt(1n, 0n);
      const dust = 11n * ETHER;
      const fill = async () => {
        for (let i = 0; i < 20; i++) await pool.connect(bob).requestRedeem(dust, foreseen, bob);
      };
      await fill();
      await leaveWithAlice(all, foreseen);
      await fill();
      await pool.connect(prover).armWindDown();
      await time.increase(7n * DAY);
      await pool.connect(prover).beginWindDown();
      for (const vault of vaults) {
        await vault.connect(prover).forceExitsUnproven(concatKeys(keys.get(vault) ?? []), { value: ETHER });
      }
      await world.block();
      await world.block();
      await world.passEpochs(300);
      await world.block();
      for (const vault of vaults) await vault.connect(prover).sweep();
      await time.increase(60n * DAY + 1n);

      // 41 requests, of which a call takes 16; the stakers' own is the 21st.
      for (let i = 0; i < 3; i++) await escrow.claim(1n, foreseen);
      const { end, redeemedShares } = await escrow.getEpoch(1n);
      expect([end, redeemedShares >= kept]).to.deep.equal([End.Redeemed, true]);
      const [, , , supply, received] = await pool.windDown();
      const due = (received * (kept + 40n * dust)) / supply;
      expect(await weth.balanceOf(foreseen)).to.be.closeTo(due, 100n);
      await passWithdrawalDelay(all, 1n);
      expect(await escrow.connect(alice).withdraw.staticCall(1n, alice)).to.be.gte((received * kept) / supply);
    }).timeout(120_000);
  }

  it("[POL-6] [QUE-1] a hostile DAO that has used every power it has keeps nobody from leaving, nor pays anybody less", async () => {
    const all = await deployRageQuit(await hre.network.create());
    const { pool, registry, governance, world, vaults, alice, bob, weth } = all;
    const worth = await pool.convertToAssets(await pool.balanceOf(alice));
    await pool.connect(governance).setFee(ETHER / 10n);
    await pool.connect(governance).setCap(0n);
    await pool.connect(governance).stopDeposits();
    await registry.connect(governance).vet(1n, 0n, 0n);
    await registry.connect(governance).vet(2n, 1n, 0n);
    await registry.connect(governance).setOperatorCap(2n, 0n);
    await registry.connect(governance).setEntityCap(1n, 0n);
    await registry.connect(governance).setUnvettedOperatorCap(0n);
    for (const id of [1n, 2n, 3n]) await registry.connect(governance).retire(id);
    // As long a way to the end of everybody's entity as can be had.
    let last = 1n;
    for (let merges = 0; merges < 8; ++merges) {
      await registry.connect(bob).register();
      await registry.connect(governance).vet(await registry.operatorCount(), 0n, 32n * ETHER);
      await registry.connect(governance).mergeEntities(last, await registry.entityCount());
      last = await registry.entityCount();
    }
    await registry.connect(governance).setEntityCap(last, 2n ** 96n - 1n);

    // Its own treasury's request stands first, and is not passed over, nor does it hold anybody up.
    await pool.connect(bob).transfer(governance, 10_000n * ETHER);
    await pool.connect(governance).requestRedeem(10_000n * ETHER, governance, governance);
    const held = await pool.balanceOf(alice);
    await pool.connect(alice).requestRedeem(held, alice, alice);
    await world.passDays(6);
    await expect(forceNext(all)).to.be.revertedWithCustomError(registry, "NobodyWaits");
    await world.passDays(2);
    while ((await registry.exitDemand()) !== 0n) await forceNext(all);
    await world.block();
    await world.block();
    await world.passEpochs(300);
    await world.check(...vaults);
    await pool.finalise();
    expect(await pool.maxRedeem(alice)).to.equal(held);
    const assets = await pool.maxWithdraw(alice);
    expect(assets).to.be.gte(worth - 10n);
    await expect(pool.connect(alice).redeem(held, alice, alice)).to.changeTokenBalance(all.ethers, weth, alice, assets);
  }).timeout(120_000);
});
