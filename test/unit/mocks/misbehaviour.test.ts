import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";

const { ethers, networkHelpers } = await hre.network.create();

const BOMB_LENGTH = 200_000;

/** The mocks prove nothing about hostile vaults and gates unless they are hostile. */
describe("mocks that misbehave", () => {
  async function deploy() {
    const asset = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
    const vault = await ethers.deployContract("HostileVaultMock", [asset]);
    const gate = await ethers.deployContract("SwitchGateMock");
    const caller = await ethers.deployContract("FlashAttackerMock");
    return { vault, gate, caller };
  }

  async function ask(answer: number) {
    const { vault } = await networkHelpers.loadFixture(deploy);
    const { selector } = vault.getFunction("totalSupply").fragment;
    await vault.setAnswer(selector, answer);
    return ethers.provider.call({ to: vault, data: selector });
  }

  const words = [
    { name: "Honest", length: 32, start: 0n },
    { name: "One", length: 32, start: 1n },
    { name: "Zero", length: 32, start: 0n },
    { name: "Two", length: 32, start: 2n },
    { name: "Max", length: 32, start: ethers.MaxUint256 },
    { name: "Bomb", length: BOMB_LENGTH, start: 1n },
  ] as const;
  for (const { name, length, start } of words) {
    it(`answer ${name} with ${length} bytes that start with ${start.toString()}`, async () => {
      const data = await ask(Answer[name]);
      expect(ethers.dataLength(data)).to.equal(length);
      expect(BigInt(ethers.dataSlice(data, 0, 32))).to.equal(start);
      expect(/^0*$/.test(data.slice(66))).to.be.true;
    });
  }

  it("answer Short with one byte, Empty with none", async () => {
    expect(ethers.dataLength(await ask(Answer.Short))).to.equal(1);
    expect(ethers.dataLength(await ask(Answer.Empty))).to.equal(0);
  });

  const failures = [
    { name: "Revert", length: 0, burns: false },
    { name: "RevertBomb", length: BOMB_LENGTH, burns: false },
    { name: "BurnGas", length: 0, burns: true },
  ] as const;
  for (const { name, length, burns } of failures) {
    it(`answer ${name} with a failure of ${length} bytes${burns ? " and use all their gas" : ""}`, async () => {
      const { gate, caller } = await networkHelpers.loadFixture(deploy);
      const { selector } = gate.getFunction("admitSchedule").fragment;
      await gate.setAnswer(selector, Answer[name]);
      const call = { target: gate, value: 0n, data: selector, mayFail: true };
      const gasLimit = 10_000_000n;
      const receipt = await (await caller.run([call], { gasLimit })).wait();
      const [event] = await caller.queryFilter(caller.filters.CallMade(), receipt?.blockNumber);
      expect(event?.args.success).to.be.false;
      expect(ethers.dataLength(event?.args.returnData ?? "0x")).to.equal(length);
      if (burns) expect(receipt?.gasUsed).to.be.greaterThan((gasLimit * 9n) / 10n);
    });
  }

  it("stay honest in every other function", async () => {
    const { vault } = await networkHelpers.loadFixture(deploy);
    await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.Revert);
    expect(await vault.convertToAssets(5n)).to.equal(5n);
  });

  describe("SwitchGateMock", () => {
    it("says yes at first, then what it is told, and writes down what it was asked", async () => {
      const { gate } = await networkHelpers.loadFixture(deploy);
      const id = ethers.id("operation");
      expect(await gate.canSchedule()).to.be.true;
      expect(await gate.canExecute(id, 1n)).to.be.true;
      await gate.admitSchedule();
      await gate.admitExecution(id, 77n);
      expect(await gate.lastId()).to.equal(id);
      expect(await gate.lastScheduledAt()).to.equal(77n);
      expect(await gate.scheduleCount()).to.equal(1n);
      expect(await gate.executionCount()).to.equal(1n);
      await gate.setAllAnswers(Answer.Zero);
      expect(await gate.canSchedule()).to.be.false;
      expect(await gate.canExecute(id, 1n)).to.be.false;
      expect(await gate.admitSchedule.staticCall()).to.be.false;
      expect(await gate.admitExecution.staticCall(id, 1n)).to.be.false;
    });

    it("calls back once when told to", async () => {
      const { gate } = await networkHelpers.loadFixture(deploy);
      const target = await ethers.deployContract("CallTargetMock");
      await gate.setReentry(target, "0x12345678");
      await gate.admitSchedule();
      await gate.admitSchedule();
      expect(await target.callCount()).to.equal(1n);
      expect((await target.callAt(0n)).sender).to.equal(gate);
    });
  });
});
