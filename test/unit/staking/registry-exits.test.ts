import { expect } from "chai";
import { parseEther } from "ethers";

import { Answer } from "../../helpers/answer.js";
import { GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { impersonate } from "../../helpers/impersonate.js";
import { ETHER } from "../../helpers/poolWorld.js";
import {
  deployVault,
  force,
  GovernanceState,
  OF_AGE,
  placesOf,
  share,
  type DeployedVault,
} from "../../helpers/vaultWorld.js";

const DAY = 86_400;
const KEY = parseEther("32");

/** Operators with 3, 2 and 1 keys that may exit; everybody is asked for in RageQuit's place by time. */
const load = share(async () => {
  const deployed = await deployVault({ keys: 3, age: 0, isChecked: false, deposit: parseEther("200") });
  const { world, bob, carol } = deployed;
  const [second, third] = [await world.register(bob), await world.register(carol)];
  await world.enlist(second, 2, 0);
  await world.enlist(third, 1, OF_AGE + 10);
  await world.check(deployed.vault, second, third);
  return { ...deployed, second, third };
});

/** `assets` more than what is idle are asked for. */
async function ask({ pool, alice }: DeployedVault, assets: bigint): Promise<void> {
  const { idle } = await pool.books();
  await pool.connect(alice).requestRedeem(await pool.convertToShares(idle + assets), alice, alice);
}

describe("OperatorRegistry: when keys may be made to exit", () => {
  it("is not while nobody waits, in RageQuit either [OPR-5]", async () => {
    const deployed = await load();
    const { registry, gate } = deployed;
    await expect(force(deployed, [0]))
      .to.be.revertedWithCustomError(registry, "NobodyWaits")
      .withArgs(0, 28 * DAY);
    await gate.setState(GovernanceState.RageQuit);
    await expect(force(deployed, [0]))
      .to.be.revertedWithCustomError(registry, "NoDemand")
      .withArgs(0, 0);
  });

  it("is in RageQuit as soon as somebody asks for more than is idle [OPR-5]", async () => {
    const deployed = await load();
    await ask(deployed, ETHER);
    for (const state of [
      GovernanceState.Normal,
      GovernanceState.VetoSignalling,
      GovernanceState.VetoSignallingDeactivation,
      GovernanceState.VetoCooldown,
    ]) {
      await deployed.gate.setState(state);
      await expect(force(deployed, [0])).to.be.revertedWithCustomError(deployed.registry, "NobodyWaits");
    }
    await deployed.gate.setState(GovernanceState.RageQuit);
    await force(deployed, [0]);
  });

  it("is as well when the gate does not answer, or is the fallback gate [OPR-5]", async () => {
    const deployed = await load();
    const { gate, timelock, fallbackGate } = deployed;
    await ask(deployed, ETHER);
    const restore = await deployed.world.save();
    for (const answer of [Answer.Revert, Answer.Empty, Answer.Max, Answer.BurnGas]) {
      await gate.setAnswer(answer);
      await force(deployed, [0]);
      await restore();
    }
    await timelock.connect(deployed.governance).setGate(fallbackGate);
    await force(deployed, [0]);
  });

  it("is in any state once the oldest request is 7 days old, 28 days where less than 16 ETH are asked [OPR-5]", async () => {
    const deployed = await load();
    const { registry, world } = deployed;
    const restore = await world.save();
    for (const [assets, days] of [
      [16n * ETHER + ETHER, 7],
      [15n * ETHER, 28],
    ] as const) {
      await ask(deployed, assets);
      await world.passDays(days - 1);
      await expect(force(deployed, [0])).to.be.revertedWithCustomError(registry, "NobodyWaits");
      await world.passDays(1.1);
      await force(deployed, [0]);
      await restore();
    }
  });

  it("is for no more than the demand, of which what is idle and what leaves is no part [OPR-5]", async () => {
    const deployed = await load();
    const { registry, pool, gate } = deployed;
    await gate.setState(GovernanceState.RageQuit);
    expect(await registry.exitDemand()).to.equal(0n);
    await ask(deployed, 2n * KEY);
    const [, assets] = await pool.waiting();
    expect(await registry.exitDemand()).to.equal(assets - (await pool.books()).idle);
    await force(deployed, [0]);
    expect(await registry.exitDemand()).to.be.closeTo(KEY, 100n);
  });
});

describe("OperatorRegistry: in which order operators' keys leave", () => {
  async function loadWaiting() {
    const deployed = await load();
    await ask(deployed, 5n * KEY);
    await deployed.gate.setState(GovernanceState.RageQuit);
    return { ...deployed, of: (vault: typeof deployed.vault) => ({ ...deployed, vault }) };
  }

  it("is the largest first, by what is not leaving already [OPR-4]", async () => {
    const { registry, vault, second, third, of } = await loadWaiting();
    expect(await registry.nextToExit()).to.equal(1n);
    await expect(force(of(second), [0]))
      .to.be.revertedWithCustomError(registry, "NotFirstToExit")
      .withArgs(2, 1);
    await force(of(vault), [0]);
    // Two keys each: no order among equals.
    await force(of(second), [0]);
    expect(await registry.nextToExit()).to.equal(1n);
    await force(of(vault), [1]);
    await force(of(third), [0]);
  });

  it("holds for the last key of a call: nobody gives more at once than its lead over the next [OPR-4]", async () => {
    const { registry, vault, second, of } = await loadWaiting();
    // Of three keys one is the lead, the next is among equals, the last is the other one's to give.
    await expect(force(of(vault), [0, 1, 2]))
      .to.be.revertedWithCustomError(registry, "NotFirstToExit")
      .withArgs(1, 2);
    await force(of(vault), [0, 1]);
    await expect(force(of(vault), [2])).to.be.revertedWithCustomError(registry, "NotFirstToExit");
    await force(of(second), [0]);
    await force(of(vault), [2]);
  });

  it("puts who is retired before all others [OPR-4]", async () => {
    const { registry, governance, third, vault, of, gate } = await loadWaiting();
    await gate.setState(GovernanceState.Normal);
    await registry.connect(governance).retire(3);
    await gate.setState(GovernanceState.RageQuit);
    expect(await registry.nextToExit()).to.equal(3n);
    await expect(force(of(vault), [0]))
      .to.be.revertedWithCustomError(registry, "NotFirstToExit")
      .withArgs(1, 3);
    await force(of(third), [0]);
    expect(await registry.nextToExit()).to.equal(1n);
  });

  it("puts who is above its cap, or its entity's, before all others [OPR-4]", async () => {
    const { registry, governance, gate, second, third, of } = await loadWaiting();
    await gate.setState(GovernanceState.Normal);
    const byGovernance = registry.connect(governance);
    await byGovernance.vet(2, 0, 2n * KEY);
    expect(await registry.nextToExit()).to.equal(1n);
    await byGovernance.setOperatorCap(2, 2n * KEY - 1n);
    expect(await registry.nextToExit()).to.equal(2n);
    await byGovernance.setOperatorCap(2, 2n * KEY);
    await byGovernance.vet(3, 0, KEY);
    await byGovernance.setEntityCap(2, KEY - 1n);
    expect(await registry.nextToExit()).to.equal(3n);
    await gate.setState(GovernanceState.RageQuit);
    await expect(force(of(second), [0]))
      .to.be.revertedWithCustomError(registry, "NotFirstToExit")
      .withArgs(2, 3);
    await force(of(third), [0]);
  });

  it("puts nobody before others any more once so much leaves that it is back at its cap [OPR-4]", async () => {
    const { registry, governance, gate, vault, second, of } = await loadWaiting();
    await gate.setState(GovernanceState.Normal);
    await registry.connect(governance).vet(2, 0, 2n * KEY - 1n);
    await gate.setState(GovernanceState.RageQuit);
    // The first of two keys brings it back: the second is not before those of the largest.
    await expect(force(of(second), [0, 1]))
      .to.be.revertedWithCustomError(registry, "NotFirstToExit")
      .withArgs(2, 1);
    await force(of(second), [0]);
    expect(await registry.nextToExit()).to.equal(1n);
    await expect(force(of(second), [1])).to.be.revertedWithCustomError(registry, "NotFirstToExit");
    await force(of(vault), [0]);
  });

  /** The second operator and the third are one entity, which is above its cap. */
  async function loadEntity(cap: bigint) {
    const deployed = await loadWaiting();
    const { registry, governance, gate } = deployed;
    const byGovernance = registry.connect(governance);
    await gate.setState(GovernanceState.Normal);
    await byGovernance.vet(2, 0, 2n * KEY);
    await byGovernance.vet(3, 1, KEY);
    await byGovernance.setEntityCap(1, cap);
    await gate.setState(GovernanceState.RageQuit);
    expect(await registry.nextToExit()).to.equal(2n);
    return deployed;
  }

  it("counts what leaves of any operator of an entity [OPR-4]", async () => {
    const { registry, vault, second, third, of } = await loadEntity(3n * KEY - 1n);
    await force(of(second), [0]);
    expect(await registry.nextToExit()).to.equal(1n);
    await expect(force(of(third), [0]))
      .to.be.revertedWithCustomError(registry, "NotFirstToExit")
      .withArgs(3, 1);
    await force(of(vault), [0]);
  });

  it("counts what a call asks of one operator for others of its entity as well [OPR-4]", async () => {
    const { registry, second, of } = await loadEntity(3n * KEY - 1n);
    // Not the third, which is before all only until the first key is asked.
    await expect(force(of(second), [0, 1]))
      .to.be.revertedWithCustomError(registry, "NotFirstToExit")
      .withArgs(2, 1);
  });

  it("counts no more as leaving of an operator than it has [OPR-4]", async () => {
    const { registry, connection, third } = await loadEntity(2n * KEY - 1n);
    const vault = await impersonate(connection, third);
    const none = { requested: 0, requestedUntil: 0, ready: 1, asked: 0, young: 0, youngUntil: 0 };
    await registry.connect(vault).setExitStanding({ ...none, exiting: 3n * 32n * GWEI_PER_ETH });
    expect(await registry.nextToExit()).to.equal(2n);
  });

  it("skips who has no key that could exit [OPR-4]", async () => {
    const { registry, vault, world, second, of, pubkeys } = await loadWaiting();
    // All that the largest has is exiting, but nobody has shown it.
    for (const pubkey of pubkeys) world.validator(pubkey).exitEpoch = 10 ** 6;
    await world.block();
    await world.block();
    await expect(force(of(second), [0])).to.be.revertedWithCustomError(registry, "NotFirstToExit");
    await vault.show(world.recent(pubkeys, true), placesOf(0, 1, 2));
    expect(await registry.nextToExit()).to.equal(2n);
    await force(of(second), [0]);
  });

  it("skips a key that the running checkpoint has shown withdrawn", async () => {
    const { registry, vault, world, second, of, pubkeys } = await loadWaiting();
    for (const pubkey of pubkeys) {
      const validator = world.validator(pubkey);
      [validator.exitEpoch, validator.withdrawableEpoch] = [10, 20];
    }
    await world.block();
    await world.block();
    const block = await world.start(vault);
    await world.open(vault, block);
    await world.prove(vault, block, [0, 1]);
    await vault.show(world.recent(pubkeys, true), placesOf(0, 1, 2));
    expect((await registry.exitStanding(1)).ready).to.equal(0n);
    expect(await registry.nextToExit()).to.equal(2n);
    await force(of(second), [0]);
  });
});
