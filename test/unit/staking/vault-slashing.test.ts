import { expect } from "chai";
import { parseEther } from "ethers";

import { GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { indexOf } from "../../helpers/consensus/state.js";
import { deployVault, first, OF_AGE, placesOf, share, slashKey, type DeployedVault } from "../../helpers/vaultWorld.js";

const load = share(async () => await deployVault({ keys: 2, age: OF_AGE }));

/** Both keys are slashed, and a block has told it. */
async function slashBoth({ world, pubkeys }: DeployedVault): Promise<void> {
  for (const pubkey of pubkeys) slashKey(world, pubkey);
  await world.block();
  await world.block();
}

/** A tenth of what keys hold. [wei] */
const tenthOf = ({ world, pubkeys }: DeployedVault, ...places: readonly number[]): bigint =>
  places.reduce((sum, place) => sum + (world.validator(pubkeys[place] ?? "").balance * GWEI_PER_ETH) / 10n, 0n);

async function show({ vault, world, pubkeys, alice }: DeployedVault, ...places: readonly number[]) {
  const keys = places.map((place) => pubkeys[place] ?? "");
  return await vault.connect(alice).show(world.recent(keys, true), placesOf(...places));
}

describe("OperatorVault: slashed keys", () => {
  it("count at 90 % in redemptions from the moment somebody shows them [CHK-9]", async () => {
    const deployed = await load();
    const { vault, pool, alice, world, pubkeys } = deployed;
    await slashBoth(deployed);
    const shares = await pool.balanceOf(alice);
    const before = await pool.calcRedemption(shares);
    const [assets, price] = [await pool.totalAssets(), await pool.convertToAssets(shares)];
    const shown = show(deployed, 0);
    await expect(shown)
      .to.emit(vault, "SlashingShown")
      .withArgs(indexOf(world.chain.state, first(pubkeys)), 0);
    await expect(shown).to.emit(pool, "HaircutSet").withArgs(0, tenthOf(deployed, 0));
    expect((await pool.books()).haircut).to.equal(tenthOf(deployed, 0));
    expect(await pool.calcRedemption(shares)).to.be.lt(before);
    expect([await pool.totalAssets(), await pool.convertToAssets(shares)]).to.deep.equal([assets, price]);
    expect((await vault.keySets()).slashed).to.equal(1n);
  });

  it("are shown once", async () => {
    const deployed = await load();
    await slashBoth(deployed);
    await show(deployed, 0);
    const { haircut } = await deployed.pool.books();
    await expect(show(deployed, 0)).to.not.emit(deployed.vault, "SlashingShown");
    expect((await deployed.pool.books()).haircut).to.equal(haircut);
    await show(deployed, 0, 1);
    expect((await deployed.pool.books()).haircut).to.equal(tenthOf(deployed, 0, 1));
  });

  it("have the haircut of what a finished checkpoint has found", async () => {
    const deployed = await load();
    const { world, vault, pool, pubkeys } = deployed;
    await slashBoth(deployed);
    await show(deployed, 0, 1);
    world.validator(first(pubkeys)).balance -= 2n * GWEI_PER_ETH;
    await world.block();
    await world.check(vault);
    expect((await pool.books()).haircut).to.equal(tenthOf(deployed, 0, 1));
  });

  for (const [when, isProven] of [
    ["before its proof", false],
    ["after its proof", true],
  ] as const) {
    it(`count once if they are shown while a checkpoint runs, ${when} [CHK-9]`, async () => {
      const deployed = await load();
      const { world, vault, pool } = deployed;
      await slashBoth(deployed);
      const block = await world.start(vault);
      await world.open(vault, block);
      if (isProven) await world.prove(vault, block, [0]);
      await world.block();
      await show(deployed, 0);
      const haircut = tenthOf(deployed, 0);
      expect((await pool.books()).haircut).to.equal(haircut);
      await world.prove(vault, block);
      expect((await pool.books()).haircut).to.equal(haircut);
    });
  }

  it("count once however often a checkpoint is begun anew [CHK-9]", async () => {
    const deployed = await load();
    const { world, vault, pool } = deployed;
    await slashBoth(deployed);
    let block = await world.start(vault);
    await world.open(vault, block);
    await world.prove(vault, block, [0]);
    await world.block();
    await show(deployed, 0, 1);
    await world.passEpochs(260);
    block = await world.start(vault);
    await world.open(vault, block);
    await world.prove(vault, block, [1]);
    const haircut = tenthOf(deployed, 0, 1);
    expect((await pool.books()).haircut).to.equal(haircut);
    await world.prove(vault, block);
    expect((await pool.books()).haircut).to.equal(haircut);
  });

  it("count at 90 % until they are withdrawn, and no longer [CHK-9]", async () => {
    const deployed = await load();
    const { world, vault, pool } = deployed;
    await slashBoth(deployed);
    await show(deployed, 0, 1);
    // 8,192 epochs; what is withdrawable is swept.
    await world.passEpochs(8100);
    await world.check(vault);
    expect((await pool.books()).haircut).to.equal(tenthOf(deployed, 0, 1));
    await world.passEpochs(200);
    await world.check(vault);
    expect((await pool.books()).haircut).to.equal(0n);
    const { live, slashed } = await vault.keySets();
    expect([live, slashed]).to.deep.equal([0n, 0n]);
  });

  it("count in the bond and the profit at what they hold", async () => {
    const deployed = await load();
    const { world, vault, registry, pool } = deployed;
    await slashBoth(deployed);
    await show(deployed, 0, 1);
    await world.check(vault);
    const { staked } = await registry.getOperator(1);
    expect(staked).to.equal(tenthOf(deployed, 0, 1) * 10n);
    expect((await pool.books()).value).to.equal(staked);
  });

  it("are shown in flight, too: a validator may be active before the pool has seen it", async () => {
    const deployed = await deployVault({ keys: 1, age: OF_AGE, isChecked: false });
    const { vault, world, pool } = deployed;
    slashKey(world, first(deployed.pubkeys));
    await world.block();
    await world.block();
    await show(deployed, 0);
    const { inFlight, slashed } = await vault.keySets();
    expect([inFlight, slashed]).to.deep.equal([1n, 1n]);
    await world.check(vault);
    expect((await pool.books()).haircut).to.equal(tenthOf(deployed, 0));
    expect((await deployed.registry.getOperator(1)).staked).to.be.lt(parseEther("32"));
  });
});

describe("OperatorVault: show", () => {
  it("refuses nothing proven, too few places, empty places and other keys' places", async () => {
    const { vault, world, pubkeys } = await load();
    const recent = world.recent(pubkeys, true);
    await expect(vault.show(world.recent([], true), "0x")).to.be.revertedWithCustomError(vault, "NothingProven");
    await expect(vault.show(recent, placesOf(0)))
      .to.be.revertedWithCustomError(vault, "PlacesMismatch")
      .withArgs(1, 2);
    await expect(vault.show(recent, placesOf(0, 9)))
      .to.be.revertedWithCustomError(vault, "PlaceEmpty")
      .withArgs(9);
    await expect(vault.show(recent, placesOf(1, 0))).to.be.revertedWithCustomError(vault, "IndexMismatch");
  });

  it("wants fields and balances of the same validators", async () => {
    const { vault, world } = await load();
    const { timestamp, header } = world.recent([]);
    const fieldsOnly = world.proofOf(world.told, { fields: [0, 1], balances: [0] });
    await expect(vault.show({ timestamp, header, proof: fieldsOnly }, placesOf(0)))
      .to.be.revertedWithCustomError(vault, "BalanceMissing")
      .withArgs(1);
    const balancesOnly = world.proofOf(world.told, { fields: [0], balances: [0, 1] });
    await expect(vault.show({ timestamp, header, proof: balancesOnly }, placesOf(0, 1)))
      .to.be.revertedWithCustomError(vault, "FieldsMissing")
      .withArgs(1);
  });

  it("changes nothing for a key about which there is nothing to show", async () => {
    const { vault, world, pubkeys, registry, pool } = await load();
    const [before, sets, books] = [await registry.exitStanding(1), await vault.keySets(), await pool.books()];
    await vault.show(world.recent(pubkeys, true), placesOf(0, 1));
    expect([await registry.exitStanding(1), await vault.keySets(), await pool.books()]).to.deep.equal([
      before,
      sets,
      books,
    ]);
  });
});
