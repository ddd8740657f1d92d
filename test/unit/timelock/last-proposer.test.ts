import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { impersonate } from "../../helpers/impersonate.js";
import type { Call } from "../../helpers/operations.js";
import { batch, execute, schedule, single } from "../../helpers/operations.js";
import { CANCELLER, DELAY, PROPOSER, governedFixture, timelockFixture } from "./timelockFixture.js";

const connection = await network.create();
const { ethers, deployAll, deployTimelock, loadFixture, passDelay } = timelockFixture(connection);
const governed = governedFixture(connection);

/** `dao` alone proposes; governance acts by operations, and the admin has left. */
async function alone() {
  const all = await deployAll();
  const { timelock, timelockAddress, admin, dao, scheduler, stranger } = all;
  await timelock.revokeRole(PROPOSER, scheduler);
  await timelock.renounceRole(await timelock.DEFAULT_ADMIN_ROLE(), admin);
  const { interface: abi } = timelock;
  const own = (data: string): Call => ({ target: timelockAddress, value: 0n, data });
  const grant = (account: string) => own(abi.encodeFunctionData("grantRole", [PROPOSER, account]));
  const revoke = (account: string, role = PROPOSER) => own(abi.encodeFunctionData("revokeRole", [role, account]));
  let salt = 0;
  /** By an operation of the timelock. */
  const decide = async (...calls: readonly Call[]) => {
    const operation = batch(calls, { salt: ethers.zeroPadValue(ethers.toBeArray(++salt), 32) });
    await schedule(timelock, dao, operation, DELAY);
    await passDelay();
    return execute(timelock, stranger, operation);
  };
  return { ...all, grant, revoke, decide };
}

describe("[LAST-1] DualGovernanceTimelock: the last proposer", () => {
  it("cannot be removed by an operation", async () => {
    const { timelock, dao, stranger, revoke, decide, setRule } = await loadFixture(alone);
    await expect(decide(revoke(dao.address)))
      .to.be.revertedWithCustomError(timelock, "LastProposer")
      .withArgs(dao);
    expect(await timelock.hasRole(PROPOSER, dao)).to.be.true;
    await schedule(timelock, dao, single(setRule(1n)), DELAY);
    await passDelay();
    await execute(timelock, stranger, single(setRule(1n)));
  });

  it("cannot leave", async () => {
    const { timelock, dao } = await loadFixture(alone);
    await expect(timelock.connect(dao).renounceRole(PROPOSER, dao))
      .to.be.revertedWithCustomError(timelock, "LastProposer")
      .withArgs(dao);
  });

  it("cannot leave by a Governor's relay either", async () => {
    const { governor, timelock, voter, proposer, stranger } = await governed.deployAll();
    await timelock.connect(proposer).renounceRole(PROPOSER, proposer);
    const renounce = timelock.interface.encodeFunctionData("renounceRole", [PROPOSER, await governor.getAddress()]);
    const relay = governor.interface.encodeFunctionData("relay", [await timelock.getAddress(), 0n, renounce]);
    const proposal = await governed.propose(governor, voter, [{ target: await governor.getAddress(), data: relay }]);
    await governed.carry(governor, voter, proposal);
    await governed.queue(governor, stranger, proposal);
    await governed.time.increaseTo(await governor.proposalEta(proposal.id));
    await expect(governed.run(governor, stranger, proposal))
      .to.be.revertedWithCustomError(timelock, "LastProposer")
      .withArgs(governor);
  });

  it("cannot be removed by an admin, before there is a gate or after", async () => {
    const { admin, dao, gate } = await loadFixture(deployAll);
    const timelock = await deployTimelock({ admin, proposers: [dao] });
    for (const install of [async () => Promise.resolve(), async () => timelock.setGate(gate)]) {
      await install();
      await expect(timelock.revokeRole(PROPOSER, dao))
        .to.be.revertedWithCustomError(timelock, "LastProposer")
        .withArgs(dao);
    }
  });

  it("is replaced in one batch, the new one first", async () => {
    const { timelock, dao, stranger, scheduler, grant, revoke, decide, setRule } = await loadFixture(alone);
    await decide(grant(scheduler.address), revoke(dao.address));
    expect([await timelock.hasRole(PROPOSER, dao), await timelock.hasRole(PROPOSER, scheduler)]).to.deep.equal([
      false,
      true,
    ]);
    await expect(schedule(timelock, dao, single(setRule(1n)), DELAY)).to.be.revertedWithCustomError(
      timelock,
      "AccessControlUnauthorizedAccount",
    );
    await schedule(timelock, scheduler, single(setRule(1n)), DELAY);
    await expect(timelock.connect(scheduler).renounceRole(PROPOSER, scheduler))
      .to.be.revertedWithCustomError(timelock, "LastProposer")
      .withArgs(scheduler);
    await passDelay();
    await execute(timelock, stranger, single(setRule(1n)));
  });

  it("is not replaced the old one first: nothing of the batch happens", async () => {
    const { timelock, dao, scheduler, grant, revoke, decide } = await loadFixture(alone);
    await expect(decide(revoke(dao.address), grant(scheduler.address)))
      .to.be.revertedWithCustomError(timelock, "LastProposer")
      .withArgs(dao);
    expect([await timelock.hasRole(PROPOSER, dao), await timelock.hasRole(PROPOSER, scheduler)]).to.deep.equal([
      true,
      false,
    ]);
  });

  describe("is not outvoted by a holder who can propose nothing:", () => {
    for (const [name, holderOf] of Object.entries({
      "the zero address": () => ZeroAddress,
      "the timelock itself": ({ timelockAddress }: { timelockAddress: string }) => timelockAddress,
    })) {
      it(name, async () => {
        const all = await loadFixture(alone);
        const { timelock, dao, grant, revoke, decide } = all;
        const holder = holderOf(all);
        await decide(grant(holder));
        expect(await timelock.hasRole(PROPOSER, holder)).to.be.true;
        for (const calls of [[revoke(dao.address)], [revoke(holder), revoke(dao.address)]]) {
          await expect(decide(...calls))
            .to.be.revertedWithCustomError(timelock, "LastProposer")
            .withArgs(dao);
        }
        await decide(revoke(holder));
        expect(await timelock.hasRole(PROPOSER, holder)).to.be.false;
      });
    }

    it("one who was granted the role twice counts once", async () => {
      const { timelock, dao, scheduler, grant, revoke, decide } = await loadFixture(alone);
      await decide(grant(scheduler.address), grant(scheduler.address), grant(dao.address));
      await decide(revoke(scheduler.address), revoke(scheduler.address));
      await expect(decide(revoke(dao.address)))
        .to.be.revertedWithCustomError(timelock, "LastProposer")
        .withArgs(dao);
    });

    it("one who never had the role, and is removed nevertheless", async () => {
      const { timelock, dao, stranger, scheduler, grant, revoke, decide } = await loadFixture(alone);
      await decide(revoke(stranger.address), revoke(stranger.address));
      await decide(grant(scheduler.address));
      await decide(revoke(stranger.address), revoke(scheduler.address));
      await expect(decide(revoke(dao.address))).to.be.revertedWithCustomError(timelock, "LastProposer");
    });
  });

  for (const [leaving, staying] of [
    ["dao", "scheduler"],
    ["scheduler", "dao"],
  ] as const) {
    it(`may go as long as another one stays: ${leaving}, and then not ${staying}`, async () => {
      const all = await loadFixture(deployAll);
      const { timelock } = all;
      await timelock.revokeRole(PROPOSER, all[leaving]);
      await expect(timelock.revokeRole(PROPOSER, all[staying]))
        .to.be.revertedWithCustomError(timelock, "LastProposer")
        .withArgs(all[staying]);
    });
  }

  it("is the only holder that must stay: the last canceller may go", async () => {
    const { timelock, dao, canceller, timelockAddress, revoke, decide } = await loadFixture(alone);
    const holders = [dao.address, canceller.address, timelockAddress];
    await decide(...holders.map((holder) => revoke(holder, CANCELLER)));
    for (const holder of holders) expect(await timelock.hasRole(CANCELLER, holder)).to.be.false;
  });

  it("does not keep a timelock without any from getting its first", async () => {
    const { admin, dao, stranger, gate, setRule } = await loadFixture(deployAll);
    const timelock = await deployTimelock({ admin, proposers: [] });
    await timelock.setGate(gate);
    // Nobody has the role, so nobody loses it.
    await timelock.revokeRole(PROPOSER, dao);
    await timelock.grantRole(PROPOSER, dao);
    await schedule(timelock, dao, single(setRule(1n)), DELAY);
    await expect(timelock.revokeRole(PROPOSER, dao)).to.be.revertedWithCustomError(timelock, "LastProposer");
    await timelock.grantRole(PROPOSER, stranger);
    await timelock.revokeRole(PROPOSER, dao);
  });

  it("counts each of those named to the constructor, and none of them twice", async () => {
    const { admin, dao, scheduler } = await loadFixture(deployAll);
    const timelock = await deployTimelock({ admin, proposers: [dao, ZeroAddress, scheduler, dao], executors: [] });
    await timelock.revokeRole(PROPOSER, dao);
    await expect(timelock.revokeRole(PROPOSER, scheduler))
      .to.be.revertedWithCustomError(timelock, "LastProposer")
      .withArgs(scheduler);
    await timelock.revokeRole(PROPOSER, ZeroAddress);
  });

  it("stays also when the timelock itself is asked by its own hand", async () => {
    const { timelock, dao } = await loadFixture(alone);
    const governance = await impersonate(connection, timelock);
    await expect(timelock.connect(governance).revokeRole(PROPOSER, dao))
      .to.be.revertedWithCustomError(timelock, "LastProposer")
      .withArgs(dao);
  });
});
