import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../helpers/answer.js";
import { Phase, SIGNALLING, State, beginExit, enterRageQuit, passWithdrawalDelay } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const DAY = 86_400n;
/** What may be asked of a poke with a silent vault: the 200,000 that the vault may burn, and a poke's own. [gas] */
const BOUND = 420_000n;

/** Alice signals with 5 %, at a recorded supply of 1,000 units. */
async function signalling() {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]),
  });
  await all.escrow.connect(all.alice).lock(50n * all.one, 0n);
  await networkHelpers.time.increase(DAY);
  const { selector } = all.vault.interface.getFunction("totalSupply");
  const answer = (how: keyof typeof Answer) => all.vault.setAnswer(selector, Answer[how]);
  return { ...all, answer };
}

const SILENT = ["Revert", "RevertBomb", "BurnGas", "Short", "Empty"] as const;
const LYING = ["Zero", "One", "Two", "Max", "Bomb"] as const;

describe("[INV-8] attack: a vault that does not tell its supply", () => {
  for (const how of [...SILENT, ...LYING]) {
    it(`by ${how} does not make poke, lock, unlock, exit, claim or withdraw fail, nor cost without bound`, async () => {
      const all = await networkHelpers.loadFixture(signalling);
      const { escrow, gate, share, asset, alice, bob, carol, answer, unit, one } = all;
      await answer(how);
      const gasOf = async (sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>) =>
        (await (await sent).wait())?.gasUsed;
      expect(await gasOf(gate.poke())).to.be.lessThan(BOUND);
      expect(await gasOf(escrow.connect(bob).lock(60n * one, 0n))).to.be.lessThan(2n * BOUND);
      await expectSolvent(all);
      await networkHelpers.time.increase(DAY);
      expect(await gasOf(escrow.connect(bob).unlock(one, 0n))).to.be.lessThan(2n * BOUND);
      await expectSolvent(all);

      // The vault may be silent when the rage quit is due, too; a lie of little supply only brings it nearer.
      await answer("Honest");
      await gate.poke();
      await answer(how === "Max" ? "Honest" : how);
      await enterRageQuit(all);
      await escrow.connect(carol).lock(one, 2n);
      await expectSolvent(all);
      await beginExit(all, 1n);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
      await gate.poke();
      await passWithdrawalDelay(all, 1n);
      await escrow.connect(alice).withdraw(1n, alice);
      await escrow.connect(bob).withdraw(1n, bob);
      await escrow.connect(carol).unlock(one, 2n);
      await answer("Honest");
      expect(await asset.balanceOf(alice)).to.equal(50n * unit);
      expect(await asset.balanceOf(bob)).to.equal(59n * unit);
      expect(await share.balanceOf(carol)).to.equal(100n * one);
      await expectSolvent(all);
    });
  }

  for (const how of SILENT) {
    it(`[SUP-3] by ${how} leaves the last recorded supply in force`, async () => {
      const { gate, answer, one } = await networkHelpers.loadFixture(signalling);
      await answer(how);
      await gate.poke();
      const { supply, supportMax } = (await gate.effective()).reading;
      expect(supply).to.equal(1_000n * one);
      expect(supportMax).to.equal(5n * 10n ** 16n);
      expect((await gate.persisted())[1].last).to.equal(1_000n * one);
    });
  }
});

describe("attack: send so little gas that an honest vault seems silent", () => {
  /**
   * Five percent were recorded; then the whale redeemed, and alice holds an eighth, which is above R2. Whoever could
   * hide that would end her signalling: enough time for 5 % has passed.
   */
  async function hidden() {
    const all = await deployEscrowWorld(connection, {
      makeVault: (asset) => ethers.deployContract("CostlySupplyVaultMock", [asset]),
    });
    const { escrow, vault, alice, whale, one } = all;
    await escrow.connect(alice).lock(50n * one, 0n);
    await vault.connect(whale).redeem(600n * one, whale, whale);
    await networkHelpers.time.increase(30n * DAY);
    expect(SIGNALLING.minDuration).to.be.lessThan(30n * DAY);
    await vault.setSupplyCost(190_000n);
    return all;
  }

  /** Amounts of gas around the least with which `attempt` succeeds, and many more. [gas] */
  async function gasLimits(attempt: (gasLimit: bigint) => Promise<unknown>): Promise<bigint[]> {
    let fails = 21_000n;
    let succeeds = 3_000_000n;
    while (succeeds - fails > 1n) {
      const middle = (fails + succeeds) / 2n;
      try {
        await attempt(middle);
        succeeds = middle;
      } catch {
        fails = middle;
      }
    }
    const around = Array.from({ length: 40 }, (_, index) => succeeds - 20n + BigInt(index));
    const apart = Array.from({ length: 120 }, (_, index) => 30_000n + 4_000n * BigInt(index));
    return [...around, ...apart];
  }

  it("would work on a vault that really is silent", async () => {
    const { gate, vault } = await networkHelpers.loadFixture(hidden);
    await vault.setSupplyCost(10_000_000n);
    expect(await gate.poke.staticCall()).to.equal(State.VetoSignallingDeactivation);
  });

  it("does not work on a poke: it reverts or sees the truth, whatever the gas", async () => {
    const { gate } = await networkHelpers.loadFixture(hidden);
    const attempt = (gasLimit: bigint) => gate.poke.staticCall({ gasLimit });
    let seen = 0;
    for (const gasLimit of await gasLimits(attempt)) {
      const state = await attempt(gasLimit).catch(() => undefined);
      if (state === undefined) continue;
      expect(state, `with ${gasLimit} gas`).to.equal(State.VetoSignalling);
      ++seen;
    }
    expect(seen).to.be.within(20, 140);
  });

  it("does not work on what is asked: it reverts or tells the truth, whatever the gas", async () => {
    const { gate, escrow, one } = await networkHelpers.loadFixture(hidden);
    for (const gasLimit of await gasLimits((limit) => gate.effectiveState({ gasLimit: limit }))) {
      const state = await gate.effectiveState({ gasLimit }).catch(() => State.VetoSignalling);
      expect(state, `with ${gasLimit} gas`).to.equal(State.VetoSignalling);
    }
    for (const gasLimit of await gasLimits((limit) => escrow.votableSupply({ gasLimit: limit }))) {
      const supply = await escrow.votableSupply({ gasLimit }).catch(() => undefined);
      if (supply !== undefined) expect(supply, `with ${gasLimit} gas`).to.deep.equal([true, 400n * one]);
    }
  });

  for (const verb of ["lock", "unlock", "poke", "pokeForMinLock", "schedule"] as const) {
    it(`does not work through ${verb}: nothing is recorded but the truth`, async () => {
      const all = await networkHelpers.loadFixture(hidden);
      const { escrow, gate, timelock, alice, deployer, one } = all;
      const calls = {
        lock: (gasLimit: bigint) => escrow.connect(alice).lock(1n, 0n, { gasLimit }),
        unlock: (gasLimit: bigint) => escrow.connect(alice).unlock(1n, 0n, { gasLimit }),
        poke: (gasLimit: bigint) => gate.poke({ gasLimit }),
        pokeForMinLock: (gasLimit: bigint) => gate.pokeForMinLock({ gasLimit }),
        schedule: (gasLimit: bigint) =>
          timelock
            .connect(deployer)
            .schedule(alice, 0n, "0x", ethers.ZeroHash, ethers.ZeroHash, 4n * DAY, { gasLimit }),
      };
      const snapshot = await networkHelpers.takeSnapshot();
      let succeeded = 0;
      for (let gasLimit = 150_000n; gasLimit <= 800_000n; gasLimit += 10_000n) {
        const sent = await calls[verb](gasLimit).catch(() => undefined);
        if (sent === undefined) continue;
        ++succeeded;
        expect(await gate.persistedState(), `with ${gasLimit} gas`).to.equal(State.VetoSignalling);
        expect((await gate.persisted())[1].lowest, `with ${gasLimit} gas`).to.equal(400n * one);
        await expectSolvent(all);
        await snapshot.restore();
      }
      expect(succeeded).to.be.at.least(20);
    });
  }

  it("does not work on an exit: what the request burns is counted, or the request waits", async () => {
    const mode = {
      ...{ hasSeparateShare: false, hasRequestIds: false, isFulfilledAtOnce: false },
      hasVotableSupply: false,
    };
    const all = await deployEscrowWorld(connection, {
      makeVault: (asset) =>
        ethers.deployContract("CostlySupplyRequestVaultMock", [asset, { ...mode, burnAt: 0n, priceAt: 0n }]),
    });
    const { escrow, vault, alice, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    await vault.setSupplyCost(190_000n);
    const snapshot = await networkHelpers.takeSnapshot();
    let [succeeded, failed] = [0, 0];
    for (let gasLimit = 1_000_000n; gasLimit <= 6_000_000n; gasLimit += 50_000n) {
      const begun = await escrow.beginExit(1n, ethers.ZeroAddress, { gasLimit }).catch(() => undefined);
      if (begun === undefined) {
        ++failed;
        continue;
      }
      ++succeeded;
      // In whatever way it left, nothing of it is counted as leaving, because the request has burnt it.
      const [vessel] = await escrow.vesselsOf(1n);
      expect(await vault.pendingRedeemRequest(0n, vessel ?? ""), `with ${gasLimit} gas`).to.equal(100n * one);
      expect(await escrow.leavingShares(false), `with ${gasLimit} gas`).to.equal(0n);
      expect(await escrow.votableSupply({ gasLimit: 1_000_000n })).to.deep.equal([true, 900n * one]);
      await snapshot.restore();
    }
    expect(succeeded).to.be.at.least(20);
    expect(failed).to.be.at.least(10);
  });
});
