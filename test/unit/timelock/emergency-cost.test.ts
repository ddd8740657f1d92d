import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { network } from "hardhat";

import { mined } from "../../../src/gas/mined.js";
import { analyse, traceSchema } from "../../../src/gas/gasTrace.js";
import { batch, execute, schedule } from "../../helpers/operations.js";
import { DAY, DELAY } from "./timelockFixture.js";
import { emergencyFixture, NO_TERMS } from "./emergency-world.js";

const connection = await network.create();
const { deployProtected, loadFixture, passDelay, time } = emergencyFixture(connection);

/** Protected, and the gate under watch by a tiebreaker; an operation is due. */
async function protectedAndDue() {
  const all = await deployProtected();
  const { timelock, self, stranger, setRule, dao } = all;
  await timelock.connect(self).setTiebreaker(stranger, 365n * DAY);
  const operation = batch([setRule(1n)]);
  await schedule(timelock, dao, operation, DELAY);
  await passDelay();
  return { ...all, operation };
}

/** The timelock's slots that a transaction found cold, in order, and what it cost altogether. */
async function trace(timelock: string, sending: Promise<ContractTransactionResponse>) {
  const receipt = await mined(sending);
  const answer: unknown = await connection.provider.request({
    method: "debug_traceTransaction",
    params: [receipt.hash, { disableStorage: true, enableMemory: true, disableMemory: false }],
  });
  const { charges } = analyse(traceSchema.parse(answer).structLogs, receipt.from, receipt.to ?? "");
  const slots = charges.flatMap(({ kind, account, slot }) =>
    kind === "cold slots" && account === timelock && slot !== undefined ? [slot] : [],
  );
  return { slots, gas: receipt.gasUsed };
}

describe("DualGovernanceTimelock: what the emergency costs those who do not need it", () => {
  it("is no slot and no gas: an execution is the same with a term and without", async () => {
    const traced = async (prepare: (all: Awaited<ReturnType<typeof protectedAndDue>>) => Promise<unknown>) => {
      const all = await loadFixture(protectedAndDue);
      await prepare(all);
      return await trace(all.timelockAddress, execute(all.timelock, all.stranger, all.operation));
    };
    const withTerm = await traced(({ setTerms }) => setTerms());
    const withoutTerm = await traced(({ setTerms }) => setTerms(NO_TERMS));
    expect(withTerm).to.deep.equal(withoutTerm);
    // The executor's role, OpenZeppelin's timestamp, the ledger's head with the gate, the operation's record.
    expect(withTerm.slots).to.have.lengthOf(4);

    // What is read in the mode shows that the tracer would see it: the terms, and who may execute.
    const inMode = await traced(async ({ setTerms, stranger, activate }) => {
      await setTerms({ executionCommittee: stranger.address });
      await activate();
    });
    expect(inMode.slots.length).to.be.greaterThan(4);
    expect(inMode.gas).to.be.greaterThan(withTerm.gas);
  });

  it("is nothing again with the second execution after a mode", async () => {
    const all = await loadFixture(protectedAndDue);
    const { timelock, timelockAddress, dao, stranger, setRule, activate, operation } = all;
    const next = batch([setRule(1n)], { salt: `0x${"01".repeat(32)}` });
    await schedule(timelock, dao, next, DELAY);
    await time.increaseTo((await activate()) + 1n);
    const ending = await trace(timelockAddress, execute(timelock, stranger, operation));
    const after = await trace(timelockAddress, execute(timelock, stranger, next));
    expect(ending.slots.length).to.be.greaterThan(4);
    expect(after.slots).to.have.lengthOf(4);
  });
});
