import { expect } from "chai";
import { ZeroHash, concat, getAddress, getCreate2Address, keccak256, toBeHex } from "ethers";
import { network } from "hardhat";

import { ProposalState } from "../../conformance/governorWorld.js";
import type { Call, Operation } from "../../helpers/operations.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, encodeExecution, schedule, single } from "../../helpers/operations.js";
import { DELAY, governedFixture, timelockFixture } from "./timelockFixture.js";

const connection = await network.create();
const { ethers, deployAll, loadFixture, networkHelpers, passDelay, time } = timelockFixture(connection);
const governed = governedFixture(connection);

/** Deploys what follows the first 32 bytes of its calldata by CREATE2, with those bytes as salt. */
const DEPLOYER = "0x4e59b44847b379578588920ca78fbf26c0b4956c";
const DEPLOYER_CODE =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

/** An account without code, of which nobody has the key. */
const NOBODY = getAddress(toBeHex(0xdead, 20));
/** Answers every call with its data, and has no code. */
const PRECOMPILE = toBeHex(4, 20);

async function dueOf(make: (all: Awaited<ReturnType<typeof deployAll>>) => Operation | Promise<Operation>) {
  const all = await deployAll();
  const operation = await make(all);
  await schedule(all.timelock, all.dao, operation, DELAY);
  await passDelay();
  return { ...all, operation };
}

describe("[CODE-1] DualGovernanceTimelock: a target without code", () => {
  const KINDS: Readonly<Record<string, (call: Partial<Call> & { target: string }) => Operation>> = {
    execute: (call) => single(call),
    executeBatch: (call) => batch([call]),
  };
  for (const [kind, make] of Object.entries(KINDS)) {
    describe(kind, () => {
      for (const [what, call] of Object.entries({
        "one byte of data": { target: NOBODY, data: "0x00" },
        "a whole call": { target: NOBODY, data: "0xdeadbeef" },
        "data and value": { target: NOBODY, data: "0xdeadbeef", value: 1n },
        "data, at a precompiled contract": { target: PRECOMPILE, data: "0xdeadbeef" },
      })) {
        it(`reverts NoCode for ${what}, and the operation stays ready`, async () => {
          const { timelock, canceller, stranger, operation } = await dueOf(() => make(call));
          await expect(execute(timelock, stranger, operation, 1n))
            .to.be.revertedWithCustomError(timelock, "NoCode")
            .withArgs(call.target);
          expect(await timelock.getOperationState(operation.id)).to.equal(OperationState.Ready);
          await timelock.connect(canceller).cancel(operation.id);
          expect(await timelock.isOperation(operation.id)).to.be.false;
        });
      }

      for (const value of [0n, 1n]) {
        it(`goes through without data, with a value of ${value}`, async () => {
          const { timelock, stranger, operation } = await dueOf(() => make({ target: NOBODY, value }));
          await expect(execute(timelock, stranger, operation, value)).to.changeEtherBalance(ethers, NOBODY, value);
          expect(await timelock.isOperationDone(operation.id)).to.be.true;
        });
      }
    });
  }

  describe("in a batch", () => {
    for (const [place, at] of Object.entries({ first: 0, second: 1, last: 2 })) {
      it(`as the ${place} of three takes the others with it`, async () => {
        const { timelock, stranger, rule, target, operation } = await dueOf(({ setRule, callTarget }) => {
          const calls = [setRule(1n), callTarget("0x01")];
          calls.splice(at, 0, { target: NOBODY, value: 0n, data: "0x01" });
          return batch(calls);
        });
        await expect(execute(timelock, stranger, operation))
          .to.be.revertedWithCustomError(timelock, "NoCode")
          .withArgs(NOBODY);
        expect([await rule.rule(), await target.callCount()]).to.deep.equal([0n, 0n]);
        expect(await timelock.isOperationReady(operation.id)).to.be.true;
      });
    }

    it("is asked when its turn comes: an earlier call may deploy it", async () => {
      const { bytecode } = await ethers.getContractFactory("CallTargetMock");
      const deployed = getCreate2Address(DEPLOYER, ZeroHash, keccak256(bytecode));
      await networkHelpers.setCode(DEPLOYER, DEPLOYER_CODE);
      const deploy = { target: DEPLOYER, data: concat([ZeroHash, bytecode]) };
      const call = { target: deployed, data: "0x1234" };
      const tooEarly = batch([call, deploy]);
      const { timelock, dao, stranger, operation } = await dueOf(() => batch([deploy, call]));
      await schedule(timelock, dao, tooEarly, DELAY);
      await passDelay();
      await expect(execute(timelock, stranger, tooEarly))
        .to.be.revertedWithCustomError(timelock, "NoCode")
        .withArgs(deployed);
      await execute(timelock, stranger, operation);
      expect(await (await ethers.getContractAt("CallTargetMock", deployed)).callCount()).to.equal(1n);
    });
  });

  it("is judged by its code at execution: code that has gone, and code that comes", async () => {
    const { timelock, stranger, rule, operation } = await dueOf(({ setRule }) => single(setRule(1n)));
    const code = await ethers.provider.getCode(rule);
    await networkHelpers.setCode(await rule.getAddress(), "0x");
    await expect(execute(timelock, stranger, operation))
      .to.be.revertedWithCustomError(timelock, "NoCode")
      .withArgs(rule);
    await networkHelpers.setCode(await rule.getAddress(), code);
    await execute(timelock, stranger, operation);
    expect(await rule.rule()).to.equal(1);
  });

  describe("of an operation inside another", () => {
    async function nested() {
      const all = await deployAll();
      const { timelock, timelockAddress, dao, tryCalls, setRule } = all;
      const inner = single({ target: NOBODY, data: "0x01" });
      const run = { target: timelockAddress, value: 0n, data: encodeExecution(inner) };
      const strict = batch([setRule(1n), run]);
      const lenient = batch([await tryCalls(run), setRule(2n)]);
      for (const operation of [inner, strict, lenient]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      return { ...all, inner, strict, lenient };
    }

    it("reverts the outer one as well", async () => {
      const { timelock, stranger, rule, inner, strict } = await loadFixture(nested);
      await expect(execute(timelock, stranger, strict))
        .to.be.revertedWithCustomError(timelock, "NoCode")
        .withArgs(NOBODY);
      expect(await rule.rule()).to.equal(0);
      for (const { id } of [inner, strict]) expect(await timelock.isOperationReady(id)).to.be.true;
    });

    it("reverts alone where somebody between them shrugs, and is not marked as done", async () => {
      const { timelock, stranger, catcher, rule, inner, lenient } = await loadFixture(nested);
      const reason = timelock.interface.encodeErrorResult("NoCode", [NOBODY]);
      await expect(execute(timelock, stranger, lenient))
        .to.emit(catcher, "Tried")
        .withArgs(0, false, reason);
      expect(await rule.rule()).to.equal(2);
      expect(await timelock.isOperationDone(lenient.id)).to.be.true;
      expect(await timelock.isOperationReady(inner.id)).to.be.true;
    });
  });

  it("leaves a Governor's proposal queued, not executed", async () => {
    const { governor, timelock, voter, guardian, stranger } = await governed.deployAll();
    const proposal = await governed.propose(governor, voter, [{ target: NOBODY, data: "0x01" }]);
    await governed.carry(governor, voter, proposal);
    await governed.queue(governor, stranger, proposal);
    await time.increaseTo(await governor.proposalEta(proposal.id));
    await expect(governed.run(governor, stranger, proposal))
      .to.be.revertedWithCustomError(timelock, "NoCode")
      .withArgs(NOBODY);
    expect(await governor.state(proposal.id)).to.equal(ProposalState.Queued);
    await governed.cancel(governor, guardian, proposal);
    expect(await governor.state(proposal.id)).to.equal(ProposalState.Canceled);
  });
});
