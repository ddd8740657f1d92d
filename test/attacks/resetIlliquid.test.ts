import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";

import { State } from "../helpers/deployCore.js";
import { deployTribune, stake } from "../helpers/deployTribune.js";
import { impersonate } from "../helpers/impersonate.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const DAY = 86_400n;
const STAKE = 10n * 10n ** 18n;

/** Half of all shares are in a rage quit; the vault's market has been borrowed dry. */
async function deploy() {
  const tribune = await deployTribune(connection);
  const { vault, escrow, gate, market, stranger, timelock, governor, addresses } = tribune;
  const [leaving, staying] = tribune.stakers;
  const { emergency } = addresses.bodies;
  if (leaving === undefined || staying === undefined || emergency === undefined) throw new Error("nobody is there");
  await stake(tribune, leaving, STAKE);
  const shares = await vault.balanceOf(leaving);
  await stake(tribune, staying, STAKE);
  await vault.invest();
  await escrow.connect(leaving).lock(shares, 0n);
  await time.increase(46n * DAY);
  await gate.poke();
  expect(await gate.persistedState()).to.equal(State.RageQuit);
  await market.connect(stranger).borrow(await market.liquidity());
  // Nothing is liquid: the vault takes nothing, and the shares stay where they are.
  await expect(escrow.beginExit(1n, ZeroAddress)).to.revert(ethers);

  const reset = async () => {
    await timelock.connect(await impersonate(connection, emergency.activationCommittee)).activateEmergencyMode();
    await timelock.connect(await impersonate(connection, emergency.executionCommittee)).emergencyReset();
  };
  /** What would take everything: the DAO drops the strategy that holds it. */
  const decide = async () => {
    const operation = [await vault.getAddress(), 0n, vault.interface.encodeFunctionData("abandonStrategy")] as const;
    const dao = await impersonate(connection, governor);
    await timelock.connect(dao).schedule(...operation, ZeroHash, ZeroHash, await timelock.getMinDelay());
    return async () => timelock.connect(stranger).execute(...operation, ZeroHash, ZeroHash);
  };
  return { ...tribune, leaving, shares, reset, decide };
}

describe("a rage quit that the vault does not pay", () => {
  it("is safe from every decision while there is no reset", async () => {
    const { timelock, decide } = await networkHelpers.loadFixture(deploy);
    const execute = await decide();
    await time.increase(60n * DAY);
    await expect(execute()).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
  });

  it("has the fallback gate's delay after a reset: what was redeemed by then nobody can touch", async () => {
    const { escrow, market, asset, leaving, reset, decide, stranger } = await networkHelpers.loadFixture(deploy);
    await reset();
    const execute = await decide();
    await time.increase(60n * DAY - 1n);
    await asset.connect(stranger).approve(market, ethers.MaxUint256);
    await market.connect(stranger).repay(await asset.balanceOf(stranger));
    await escrow.beginExit(1n, ZeroAddress);
    await time.increase(DAY);
    await execute();
    await time.increase(200n * DAY);
    await expect(escrow.connect(leaving).withdraw(1n, leaving)).to.changeTokenBalance(ethers, asset, leaving, STAKE);
  });

  it("may be worth nothing after that delay: the limit that docs/gotchas.md states", async () => {
    const { escrow, vault, leaving, shares, reset, decide } = await networkHelpers.loadFixture(deploy);
    await reset();
    const execute = await decide();
    await time.increase(60n * DAY);
    await execute();
    // Worth nothing, the shares are not redeemed: they come back by the clock, and are as empty as all others.
    await expect(escrow.beginExit(1n, ZeroAddress)).to.revert(ethers);
    await time.increase(75n * DAY);
    await escrow.callOff(1n);
    await expect(escrow.connect(leaving).takeShares(1n, leaving)).to.changeTokenBalance(ethers, vault, leaving, shares);
    expect(await vault.previewRedeem(shares)).to.equal(0n);
  });
});
