import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { execute, schedule, single } from "../helpers/operations.js";
import type { TimelockWorld } from "./timelockWorld.js";
import { DAY, MIN_DELAY, ROLES } from "./timelockWorld.js";

/** Construction, interfaces, roles, delay, and what the timelock may be sent. */
export function describeAdministration(world: TimelockWorld): void {
  const { connection, ethers, deploy, loadFixture, time, deployAll, scheduled } = world;

  describe("construction", () => {
    it("sets roles, delay and self-administration, and says so", async () => {
      const { admin, proposer, executor, stranger } = await loadFixture(deployAll);
      const timelock = await deploy(
        connection,
        MIN_DELAY,
        [proposer.address, stranger.address],
        [executor.address],
        admin.address,
      );
      expect(await timelock.getMinDelay()).to.equal(MIN_DELAY);
      expect(await timelock.DEFAULT_ADMIN_ROLE()).to.equal(ROLES.admin);
      expect(await timelock.PROPOSER_ROLE()).to.equal(ROLES.proposer);
      expect(await timelock.EXECUTOR_ROLE()).to.equal(ROLES.executor);
      expect(await timelock.CANCELLER_ROLE()).to.equal(ROLES.canceller);
      for (const holder of [proposer, stranger]) {
        expect(await timelock.hasRole(ROLES.proposer, holder)).to.be.true;
        expect(await timelock.hasRole(ROLES.canceller, holder)).to.be.true;
        expect(await timelock.hasRole(ROLES.executor, holder)).to.be.false;
        expect(await timelock.hasRole(ROLES.admin, holder)).to.be.false;
      }
      expect(await timelock.hasRole(ROLES.executor, executor)).to.be.true;
      expect(await timelock.hasRole(ROLES.proposer, executor)).to.be.false;
      expect(await timelock.hasRole(ROLES.admin, admin)).to.be.true;
      expect(await timelock.hasRole(ROLES.admin, timelock)).to.be.true;
      const changes = await timelock.queryFilter(timelock.filters.MinDelayChange());
      expect(changes.map(({ args }) => [args.oldDuration, args.newDuration])).to.deep.equal([[0n, MIN_DELAY]]);
    });

    it("leaves no admin but the timelock where none is named", async () => {
      const { admin, timelock: other } = await loadFixture(deployAll);
      const timelock = await deploy(connection, MIN_DELAY, [], [], ZeroAddress);
      expect(await timelock.hasRole(ROLES.admin, timelock)).to.be.true;
      for (const account of [admin.address, ZeroAddress, await other.getAddress()]) {
        expect(await timelock.hasRole(ROLES.admin, account)).to.be.false;
      }
    });
  });

  describe("interfaces", () => {
    const supported = { IERC165: "0x01ffc9a7", IAccessControl: "0x7965db0b", IERC1155Receiver: "0x4e2312e0" };
    for (const [interfaceName, interfaceId] of Object.entries(supported)) {
      it(`supports ${interfaceName}`, async () => {
        const { timelock } = await loadFixture(deployAll);
        expect(await timelock.supportsInterface(interfaceId)).to.be.true;
      });
    }

    it("does not support what it does not know", async () => {
      const { timelock } = await loadFixture(deployAll);
      expect(await timelock.supportsInterface("0xffffffff")).to.be.false;
      expect(await timelock.supportsInterface("0x12345678")).to.be.false;
    });
  });

  describe("roles", () => {
    it("are given and taken by the admin alone", async () => {
      const { timelock, admin, stranger } = await loadFixture(deployAll);
      await expect(timelock.connect(stranger).grantRole(ROLES.proposer, stranger))
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(stranger, ROLES.admin);
      await expect(timelock.connect(admin).grantRole(ROLES.proposer, stranger))
        .to.emit(timelock, "RoleGranted")
        .withArgs(ROLES.proposer, stranger, admin);
      await expect(timelock.connect(admin).revokeRole(ROLES.proposer, stranger))
        .to.emit(timelock, "RoleRevoked")
        .withArgs(ROLES.proposer, stranger, admin);
      expect(await timelock.hasRole(ROLES.proposer, stranger)).to.be.false;
    });

    it("are given by an operation of the timelock, once the admin has left", async () => {
      const { timelock, admin, proposer, executor, stranger, ownCall } = await loadFixture(deployAll);
      await timelock.connect(admin).renounceRole(ROLES.admin, admin);
      await expect(timelock.connect(admin).grantRole(ROLES.proposer, admin)).to.be.revertedWithCustomError(
        timelock,
        "AccessControlUnauthorizedAccount",
      );
      const grant = await ownCall(
        timelock.interface.encodeFunctionData("grantRole", [ROLES.proposer, stranger.address]),
      );
      await schedule(timelock, proposer, grant, MIN_DELAY);
      await time.increase(MIN_DELAY);
      await execute(timelock, executor, grant);
      expect(await timelock.hasRole(ROLES.proposer, stranger)).to.be.true;
    });

    it("taken away leave alone what their holders have done", async () => {
      const { timelock, admin, proposer, executor, stranger, rule, one, two } = await loadFixture(scheduled);
      await timelock.connect(admin).grantRole(ROLES.proposer, stranger);
      await timelock.connect(admin).revokeRole(ROLES.proposer, proposer);
      await time.increase(MIN_DELAY);
      for (const operation of [one, two]) await execute(timelock, executor, operation);
      expect(await rule.rule()).to.equal(2);
    });
  });

  describe("updateDelay", () => {
    it("is for the timelock alone", async () => {
      const { timelock, admin, proposer, stranger } = await loadFixture(deployAll);
      for (const account of [admin, proposer, stranger]) {
        await expect(timelock.connect(account).updateDelay(1n))
          .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
          .withArgs(account);
      }
    });

    for (const newDelay of [0n, 3n * DAY]) {
      it(`to ${newDelay} s counts for what is scheduled afterwards, and for nothing before`, async () => {
        const { timelock, proposer, executor, one, ruleCall, ownCall } = await loadFixture(scheduled);
        const change = await ownCall(timelock.interface.encodeFunctionData("updateDelay", [newDelay]));
        await schedule(timelock, proposer, change, MIN_DELAY);
        const dueAt = await timelock.getTimestamp(one.id);
        await time.increase(MIN_DELAY);
        await expect(execute(timelock, executor, change))
          .to.emit(timelock, "MinDelayChange")
          .withArgs(MIN_DELAY, newDelay);
        expect(await timelock.getMinDelay()).to.equal(newDelay);
        expect(await timelock.getTimestamp(one.id)).to.equal(dueAt);
        const next = single(ruleCall(3n));
        if (newDelay > 0n) {
          await expect(schedule(timelock, proposer, next, newDelay - 1n))
            .to.be.revertedWithCustomError(timelock, "TimelockInsufficientDelay")
            .withArgs(newDelay - 1n, newDelay);
        }
        await schedule(timelock, proposer, next, newDelay);
        if (newDelay > 0n) await time.increase(newDelay);
        await execute(timelock, executor, next);
      });
    }
  });

  describe("tokens", () => {
    it("come in as ERC-721, by safe transfer", async () => {
      const { timelock, stranger } = await loadFixture(deployAll);
      const token = await ethers.deployContract("ERC721Mock");
      await token.mint(stranger, 1n);
      await token.connect(stranger)["safeTransferFrom(address,address,uint256)"](stranger, timelock, 1n);
      expect(await token.ownerOf(1n)).to.equal(timelock);
    });

    it("come in as ERC-1155, one kind or several at once", async () => {
      const { timelock, stranger } = await loadFixture(deployAll);
      const token = await ethers.deployContract("ERC1155Mock");
      for (const id of [1n, 2n]) await token.mint(stranger, id, 100n);
      const connected = token.connect(stranger);
      await connected.safeTransferFrom(stranger, timelock, 1n, 10n, "0x");
      await connected.safeBatchTransferFrom(stranger, timelock, [1n, 2n], [20n, 30n], "0x");
      expect(await token.balanceOf(timelock, 1n)).to.equal(30);
      expect(await token.balanceOf(timelock, 2n)).to.equal(30);
    });
  });
}
