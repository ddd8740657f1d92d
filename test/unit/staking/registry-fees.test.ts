import { expect } from "chai";
import { parseEther } from "ethers";

import { GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { ETHER } from "../../helpers/poolWorld.js";
import { deployVault, first, share, windDown, type DeployedVault } from "../../helpers/vaultWorld.js";

/** A vault of four keys with a gain of 10 ETH that a checkpoint has found: fee 1 ETH, proven by two. */
const load = share(async () => {
  const deployed = await deployVault({ keys: 4 });
  await gain(deployed, 10n);
  return deployed;
});

/** A gain of whole ETH, and a checkpoint of which the prover proves three keys and bob one. */
async function gain({ world, vault, pubkeys, prover, bob }: DeployedVault, amount: bigint): Promise<void> {
  world.validator(first(pubkeys)).balance += amount * GWEI_PER_ETH;
  await world.block();
  const block = await world.start(vault);
  await world.open(vault, block);
  await world.prove(vault.connect(prover), block, [0, 1, 3]);
  await world.prove(vault.connect(bob), block);
}

/** Until all gain is let in: 0.075 % of about 1,000 ETH a day. */
async function letIn({ world, pool, vault }: DeployedVault, days = 16): Promise<void> {
  await world.passDays(days);
  await pool.settle();
  await world.check(vault);
}

describe("OperatorRegistry: fees", () => {
  it("are due when a gain is found, and paid in shares as it is let in [OPR-9]", async () => {
    const deployed = await load();
    const { pool, registry, timelock, prover } = deployed;
    expect((await pool.books()).due).to.be.closeTo(ETHER, ETHER / 10n);
    const { bond } = await registry.getOperator(1);
    expect(await registry.proverFees(prover)).to.equal(0n);
    await letIn(deployed);
    const paid = await pool.balanceOf(timelock);
    const perTenth = paid / 4n;
    // Half to the operator, a tenth to who proved, the rest to the treasury; worth 1 ETH together.
    const { bond: after } = await registry.getOperator(1);
    expect(after - bond).to.be.closeTo(perTenth * 5n, perTenth / 1000n);
    expect(await pool.convertToAssets(perTenth * 10n)).to.be.closeTo(ETHER, ETHER / 100n);
  });

  it("are the provers' by the keys they have proven, credited once, by anybody [OPR-9]", async () => {
    const deployed = await load();
    const { vault, registry, prover, bob, alice, pool, timelock } = deployed;
    const number = (await vault.checkpoint()).number;
    await letIn(deployed, 8);
    await vault.connect(alice).creditProver(prover, number);
    await letIn(deployed, 8);
    await vault.connect(alice).creditProver(bob, number);
    const tenth = (await pool.balanceOf(timelock)) / 4n;
    expect(await registry.proverFees(prover)).to.be.closeTo((tenth * 3n) / 4n, tenth / 1000n);
    expect(await registry.proverFees(bob)).to.be.closeTo(tenth / 4n, tenth / 1000n);
    await expect(vault.creditProver(prover, number))
      .to.be.revertedWithCustomError(vault, "NothingEarned")
      .withArgs(prover, number);
    const owed = await registry.proverFees(prover);
    await expect(registry.connect(alice).collectProverFees(prover))
      .to.emit(registry, "SharesCollected")
      .withArgs(prover, owed);
    expect(await pool.balanceOf(prover)).to.equal(owed);
    expect(await registry.proverFees(prover)).to.equal(0n);
  });

  it("reach a prover of two rounds of fees in full", async () => {
    const deployed = await load();
    const { vault, registry, prover, pool, timelock } = deployed;
    const numbers = [(await vault.checkpoint()).number];
    const round = await pool.feeRound();
    await vault.creditProver(prover, first(numbers));
    await letIn(deployed, 20);
    expect(await pool.feeRound()).to.equal(round + 1n);
    await gain(deployed, 5n);
    numbers.push((await vault.checkpoint()).number);
    await letIn(deployed, 10);
    expect(await pool.feeRound()).to.equal(round + 2n);
    await vault.creditProver(prover, numbers[1] ?? 0n);
    const tenth = (await pool.balanceOf(timelock)) / 4n;
    expect(await registry.proverFees(prover)).to.be.closeTo((tenth * 3n) / 4n, tenth / 1000n);
  });

  it("are nobody's who has proven nothing, and none where nothing was earned", async () => {
    const deployed = await load();
    const { vault, alice, prover, world } = deployed;
    const number = (await vault.checkpoint()).number;
    await expect(vault.creditProver(alice, number)).to.be.revertedWithCustomError(vault, "NothingEarned");
    await world.check(vault.connect(prover));
    await expect(vault.creditProver(prover, number + 1n))
      .to.be.revertedWithCustomError(vault, "NothingEarned")
      .withArgs(prover, number + 1n);
  });

  it("are taken out of the bond by the owner alone; the keys' part stays [OPR-9]", async () => {
    const deployed = await load();
    const { registry, operator, alice, pool } = deployed;
    await letIn(deployed);
    await expect(registry.connect(alice).releaseFees(1))
      .to.be.revertedWithCustomError(registry, "NotOwner")
      .withArgs(alice, operator);
    const { bond } = await registry.getOperator(1);
    const fees = await registry.connect(operator).releaseFees.staticCall(1);
    await expect(registry.connect(operator).releaseFees(1)).to.emit(registry, "FeesReleased").withArgs(1, fees);
    const after = await registry.getOperator(1);
    expect([after.released, after.bond]).to.deep.equal([fees, bond - fees]);
    // 4 ETH of the operator's, bought at the price of then.
    expect(await pool.convertToAssets(after.bond)).to.be.gt(4n * ETHER);
    await registry.connect(alice).collect(1);
    expect(await pool.balanceOf(operator)).to.equal(fees);
    await registry.connect(operator).releaseFees(1);
    expect((await registry.getOperator(1)).released).to.equal(0n);
  });

  it("bear losses until they are asked for: before the keys' part [OPR-9]", async () => {
    const deployed = await load();
    const { registry, operator, world, vault, pubkeys } = deployed;
    await letIn(deployed);
    const fees = await registry.connect(operator).releaseFees.staticCall(1);
    const { bond } = await registry.getOperator(1);
    world.validator(first(pubkeys)).balance -= GWEI_PER_ETH / 10n;
    await world.block();
    await world.check(vault);
    const { bond: left } = await registry.getOperator(1);
    expect(await registry.connect(operator).releaseFees.staticCall(1)).to.equal(fees - (bond - left));
    expect(left).to.be.lt(bond);
  });

  it("are not charged on what a loss takes back", async () => {
    const deployed = await load();
    const { pool, world, vault, pubkeys } = deployed;
    const { carry, due } = await pool.books();
    // More than the bond of 4 ETH: what is carried bears the rest.
    world.validator(first(pubkeys)).balance -= 9n * GWEI_PER_ETH;
    await world.block();
    await world.check(vault);
    const after = await pool.books();
    expect(after.carry).to.be.closeTo(carry - parseEther("5"), ETHER / 50n);
    expect(after.due).to.be.closeTo((due * after.carry) / carry, 10n ** 9n);
  });
});

describe("OperatorRegistry: bonds", () => {
  it("are shares that the registry holds, and nobody votes with", async () => {
    const { pool, registry, alice } = await load();
    const held = await pool.balanceOf(registry);
    const { bond, released } = await registry.getOperator(1);
    expect(bond + released).to.be.closeTo(held, 10n ** 6n);
    expect(await pool.votableSupply()).to.equal(await pool.balanceOf(alice));
  });

  it("are held until a wind-down has settled, then released whole, to whoever the owner is", async () => {
    const deployed = await deployVault({ keys: 2 });
    const { registry, world, connection, alice, pool, operator } = deployed;
    await expect(registry.releaseBond(1)).to.be.revertedWithCustomError(registry, "BondHeld");
    await windDown(deployed);
    await expect(registry.releaseBond(1)).to.be.revertedWithCustomError(registry, "BondHeld");
    await connection.networkHelpers.time.increase(61 * 86_400);
    const { bond } = await registry.getOperator(1);
    await expect(registry.connect(alice).releaseBond(1)).to.emit(registry, "BondReleased").withArgs(1, bond);
    await registry.connect(alice).collect(1);
    expect(await pool.balanceOf(operator)).to.equal(bond);
    await registry.releaseBond(1);
    expect((await registry.getOperator(1)).released).to.equal(0n);
    await expect(registry.releaseBond(2)).to.be.revertedWithCustomError(registry, "OperatorUnknown");
    expect(world.chain.blocks.length).to.be.gt(0);
  });
});
