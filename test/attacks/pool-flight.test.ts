import { expect } from "chai";
import { parseEther } from "ethers";

import { GWEI_PER_ETH } from "../helpers/consensus/constants.js";
import { someSignature } from "../helpers/consensus/depositData.js";
import { initiateExit } from "../helpers/consensus/exits.js";
import type { Fork, ValidatorRecord } from "../helpers/consensus/state.js";
import { calcUncounted, deployVault, first, OF_AGE, share, type DeployedVault } from "../helpers/vaultWorld.js";

const FORKS = ["fulu", "gloas"] as const satisfies readonly Fork[];
const ETH = GWEI_PER_ETH;

/** A stranger's deposit for one of the vault's keys. [gwei] */
async function topUp({ world }: DeployedVault, pubkey: string, amount: bigint): Promise<void> {
  const { withdrawalCredentials } = world.validator(pubkey);
  await world.give({ pubkey, withdrawalCredentials, amount, signature: someSignature(1) });
  await world.block();
}

/** Checkpoints until everything has settled: nothing is ever counted that is not there. */
async function follow(deployed: DeployedVault, epochs = [3, 3, 6]): Promise<void> {
  const { world, vault } = deployed;
  for (const count of epochs) {
    await world.passEpochs(count);
    await world.check(vault);
    expect(await calcUncounted(deployed)).to.be.gte(0n);
  }
}

/** What the pool has for itself and in the vault. [wei] */
async function totalOf({ pool }: DeployedVault): Promise<bigint> {
  const { idle, reserved, value } = await pool.books();
  return idle + reserved + value;
}

for (const fork of FORKS) {
  describe(`attacks on what a key in flight counts (${fork})`, () => {
    /** One key that is ready, and the pool's deposit for it not made. */
    const loadReady = share(async () => {
      const deployed = await deployVault({ fork });
      return { ...deployed, key: first(await deployed.world.prepare(deployed.vault)) };
    });
    const loadOld = share(async () => {
      const deployed = await deployVault({ fork, keys: 1, age: OF_AGE });
      return { ...deployed, key: first(deployed.pubkeys) };
    });

    for (const amount of fork === "fulu" ? [15.5, 30, 31, 2016] : [31, 2016]) {
      it(`a top-up of ${amount} ETH ahead of the pool's deposit is not counted twice [CHK-6]`, async () => {
        const deployed = await loadReady();
        const { world, vault, chain, key, registry } = deployed;
        chain.isFinalising = false;
        await topUp(deployed, key, BigInt(amount * 10 ** 9));
        await world.activate(vault, [key]);
        await follow(deployed, [1]);
        chain.isFinalising = true;
        await follow(deployed);
        expect((await registry.getOperator(1)).staked).to.equal(world.validator(key).balance * ETH);
      });
    }

    it("a penalty before the first checkpoint is a loss, once", async () => {
      const deployed = await loadReady();
      const { world, vault, key, registry } = deployed;
      await world.activate(vault, [key]);
      await world.block();
      await world.block();
      await world.passEpochs(12);
      world.validator(key).balance -= 2n * ETH;
      await world.block();
      await follow(deployed);
      expect((await registry.getOperator(1)).staked).to.equal(parseEther("30"));
    });

    it("a validator that others have made active, and that exits before the pool's deposit is credited", async () => {
      const deployed = await loadReady();
      const { world, vault, chain, key } = deployed;
      await topUp(deployed, key, 31n * ETH);
      await world.passEpochs(10);
      chain.isFinalising = false;
      await world.activate(vault, [key]);
      const total = await totalOf(deployed);
      await world.block();
      await world.block();
      const validator = world.validator(key);
      initiateExit(chain.state, validator);
      chain.isFinalising = true;
      // Until it is withdrawable the deposit waits; then it is credited, and swept.
      await follow(deployed, [3, 100, 100, 60, 5, 5, 5]);
      expect(validator.balance).to.equal(0n);
      expect((await vault.keySets()).live).to.equal(0n);
      expect(await totalOf(deployed)).to.equal(total + parseEther("31"));
    });

    it("a deposit for a validator that is exiting is postponed, and reaches the pool when it is swept", async () => {
      const deployed = await loadOld();
      const { world, key } = deployed;
      const total = await totalOf(deployed);
      initiateExit(world.chain.state, world.validator(key));
      await topUp(deployed, key, 5n * ETH);
      await follow(deployed, [3, 100, 100, 60, 5, 5]);
      expect(await totalOf(deployed)).to.equal(total + parseEther("5"));
      expect(await calcUncounted(deployed)).to.equal(0n);
    });

    it("a consolidation of a stranger's into a key, in flight and after, is a gain alone [CHK-6]", async () => {
      const deployed = await loadReady();
      const { world, vault, key } = deployed;
      await topUp(deployed, key, 31n * ETH);
      await world.passEpochs(10);
      await world.activate(vault, [key]);
      const total = await totalOf(deployed);
      await world.block();
      await world.block();
      // What a consolidation does to its target.
      world.validator(key).balance += 32n * ETH;
      await world.block();
      await follow(deployed);
      world.validator(key).balance += 100n * ETH;
      await world.block();
      await follow(deployed);
      expect(await totalOf(deployed)).to.equal(total + parseEther("163"));
    });

    it("a consolidation into a key that is withdrawn is swept to the pool", async () => {
      const deployed = await loadOld();
      const { world, vault, key } = deployed;
      const total = await totalOf(deployed);
      initiateExit(world.chain.state, world.validator(key));
      await world.passEpochs(300);
      await world.check(vault);
      expect(await vault.keyCount()).to.equal(0n);
      world.validator(key).balance += 32n * ETH;
      await world.block();
      await follow(deployed, [1]);
      expect(await totalOf(deployed)).to.equal(total + parseEther("32"));
    });

    it("credit, exit and sweep between two checkpoints leave what was there", async () => {
      const deployed = await loadReady();
      const { world, vault, key, chain } = deployed;
      chain.isFinalising = false;
      await world.activate(vault, [key]);
      await world.check(vault);
      const total = await totalOf(deployed);
      chain.isFinalising = true;
      await world.block();
      await world.passEpochs(OF_AGE + 10);
      const validator: ValidatorRecord = world.validator(key);
      initiateExit(chain.state, validator);
      await world.passEpochs(300);
      expect(validator.balance).to.equal(0n);
      await world.check(vault);
      expect(await totalOf(deployed)).to.equal(total);
      expect(await calcUncounted(deployed)).to.equal(0n);
      const { live, inFlight } = await vault.keySets();
      expect([live, inFlight]).to.deep.equal([0n, 0n]);
    });
  });
}
