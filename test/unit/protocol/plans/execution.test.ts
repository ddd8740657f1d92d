import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";

import type { Call } from "../../../../src/protocol/calls.js";
import { batchOperation } from "../../../../src/protocol/operations/operation.js";
import { planExecute } from "../../../../src/protocol/plans/execution.js";
import { readParticipant } from "../../../../src/protocol/plans/participant.js";
import { operationOf, proposalArguments, proposalOf, proposeArguments } from "../../../../src/protocol/proposals.js";
import { renderStatus } from "../../../../src/status/renderStatus.js";
import { readStatus } from "../../../../src/status/readStatus.js";
import { checkPayment } from "../../../../tasks/participate/checkPayment.js";
import { deployTribune, type Tribune } from "../../../helpers/deployTribune.js";
import { impersonate } from "../../../helpers/impersonate.js";
import { rejectionOf } from "../../../helpers/rejection.js";
import standard from "../../../../config/default.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const DAY = 86_400n;
const ETHER = 10n ** 18n;

const deploy = () => deployTribune(connection);
const fixture = () => networkHelpers.loadFixture(deploy);

const plan = async ({ addresses, firstBlock, stranger }: Tribune, id: string) =>
  planExecute(await readParticipant({ addresses, firstBlock }, ethers.provider, stranger.address), id);
const refusal = async (world: Tribune, id: string): Promise<string> => (await rejectionOf(plan(world, id))).message;

/** Schedules what the Governor decides, without the vote. @returns The operation's identifier. */
async function schedule({ timelock, governor }: Tribune, calls: readonly Call[]): Promise<string> {
  const operation = batchOperation(calls);
  const lists = [calls.map(({ target }) => target), calls.map(({ value }) => value), calls.map(({ data }) => data)];
  const [targets, values, data] = lists as [string[], bigint[], string[]];
  const asGovernor = timelock.connect(await impersonate(connection, governor));
  await asGovernor.scheduleBatch(targets, values, data, ZeroHash, ZeroHash, 4n * DAY);
  await networkHelpers.time.increase(4n * DAY);
  return operation.id;
}

describe("executing a decision", () => {
  context("given the timelock has too little ETH for its calls", () => {
    it("is planned with what is lacking, and refused until the payment is agreed", async () => {
      const world = await fixture();
      const id = await schedule(world, [{ target: world.minority.address, value: 50n * ETHER, data: "0x" }]);
      await networkHelpers.setBalance(world.addresses.timelock, 2n * ETHER);
      const planned = await plan(world, id);
      expect(planned.calls[0]?.call.value).to.equal(48n * ETHER);
      expect(planned.means.join()).to.contain("It lacks 48.0 ETH");
      expect(() => {
        checkPayment(planned, 0n);
      }).to.throw("Nothing was sent: it takes 48.0 ETH of the account that executes it");
      expect(() => {
        checkPayment(planned, 48n * ETHER - 1n);
      }).to.throw("at most 47.999999999999999999 ETH were to be paid. To pay it all the same: --pay 48.0");
      checkPayment(planned, 48n * ETHER);
    });

    it("is told with its cost by status, beside the command", async () => {
      const world = await fixture();
      await schedule(world, [{ target: world.minority.address, value: 50n * ETHER, data: "0x" }]);
      const { addresses, firstBlock, deployer } = world;
      const deployment = {
        ...{ format: 1 as const, dao: "test", chain: { id: 31337 }, configuration: standard },
        ...{ deployer: deployer.address, firstBlock, addresses },
      };
      const shown = renderStatus(await readStatus(deployment, ethers.provider));
      expect(shown.match(/it pays 50\.0 ETH more than the timelock has/g)).to.have.lengthOf(2);
    });

    it("asks for nothing where the calls themselves bring it", async () => {
      const world = await fixture();
      const { asset, addresses, minority, stranger } = world;
      await asset.connect(stranger).deposit({ value: ETHER });
      await asset.connect(stranger).transfer(addresses.timelock, ETHER);
      const withdrawal = asset.interface.encodeFunctionData("withdraw", [ETHER]);
      const id = await schedule(world, [
        { target: await asset.getAddress(), value: 0n, data: withdrawal },
        { target: minority.address, value: ETHER, data: "0x" },
      ]);
      expect((await plan(world, id)).calls[0]?.call.value).to.equal(0n);
    });
  });

  context("given it has expired", () => {
    it("says so of an operation, and how the DAO decides again; what was withdrawn is told as that", async () => {
      const world = await fixture();
      const id = await schedule(world, [{ target: world.minority.address, value: 0n, data: "0x" }]);
      const expiry = await world.timelock.getExpiry(id);
      const snapshot = await networkHelpers.takeSnapshot();
      await networkHelpers.time.increaseTo(expiry);
      await plan(world, id);
      await networkHelpers.time.increaseTo(expiry + 1n);
      expect(await refusal(world, id))
        .to.contain("nobody withdrew it")
        .and.to.contain("the DAO decides again");
      await snapshot.restore();
      await world.timelock.connect(await impersonate(connection, world.governor)).cancel(id);
      expect(await refusal(world, id)).to.contain("it was withdrawn, or never scheduled");
    });

    it("says so of a proposal, which the Governor calls canceled", async () => {
      const world = await fixture();
      const { token, governor, majority, minority, timelock } = world;
      await token.connect(majority).delegate(majority);
      await networkHelpers.time.increase(1n);
      const proposal = proposalOf("Pay nothing", [{ target: minority.address, value: 0n, data: "0x" }]);
      await governor.connect(majority).propose(...proposeArguments(proposal));
      await networkHelpers.time.increase(DAY + 1n);
      await governor.connect(majority).castVote(proposal.id, 1);
      await networkHelpers.time.increase(5n * DAY);
      await governor.queue(...proposalArguments(proposal));
      const { id } = operationOf(world.addresses.governor, proposal);
      const expired = (await timelock.getExpiry(id)) + 1n;
      const snapshot = await networkHelpers.takeSnapshot();
      await networkHelpers.time.increaseTo(expired);
      for (const one of [String(proposal.id), id]) {
        expect(await refusal(world, one))
          .to.contain("It expired")
          .and.to.contain("nobody withdrew it");
      }
      await snapshot.restore();
      await timelock.connect(await impersonate(connection, governor)).cancel(id);
      await networkHelpers.time.increaseTo(expired);
      expect(await refusal(world, String(proposal.id))).to.contain("is Canceled");
    });
  });
});
