import { expect } from "chai";
import { AbiCoder, ZeroAddress, ZeroHash, encodeBytes32String, keccak256, id as hashText } from "ethers";

import { OperationState } from "../../src/protocol/enums.js";
import {
  batch,
  batchArguments,
  execute,
  schedule,
  single,
  singleArguments,
  stateBitmap,
} from "../helpers/operations.js";
import type { TimelockWorld } from "./timelockWorld.js";
import { MIN_DELAY, ROLES, SALT } from "./timelockWorld.js";

const PENDING = stateBitmap("Waiting", "Ready");

/** From the identifier to a pending operation, and back. */
export function describeScheduling(world: TimelockWorld): void {
  const { loadFixture, time, deployAll, scheduled, due } = world;

  describe("identifiers", () => {
    it("are the hash of the call, the predecessor and the salt", async () => {
      const { timelock } = await loadFixture(deployAll);
      const operation = single({ target: ZeroAddress, value: 3n, data: "0xabcdef" }, { predecessor: SALT });
      expect(await timelock.hashOperation(...singleArguments(operation))).to.equal(operation.id);
    });

    it("are the hash of all calls, the predecessor and the salt", async () => {
      const { timelock, targetAddress } = await loadFixture(deployAll);
      const operation = batch(
        [
          { target: ZeroAddress, value: 3n },
          { target: targetAddress, data: "0xab" },
        ],
        {
          salt: SALT,
        },
      );
      expect(await timelock.hashOperationBatch(...batchArguments(operation))).to.equal(operation.id);
    });

    it("differ by the salt", async () => {
      const { timelock, proposer, ruleCall } = await loadFixture(scheduled);
      const again = single(ruleCall(1n), { salt: encodeBytes32String("another") });
      await schedule(timelock, proposer, again, MIN_DELAY);
      expect(await timelock.isOperationPending(again.id)).to.be.true;
    });
  });

  it("hashes as abi.encode does", () => {
    // The helper's own encoding, written out once more by hand.
    const words = AbiCoder.defaultAbiCoder().encode(
      ["address", "uint256", "uint256", "bytes32", "bytes32", "uint256"],
      [ZeroAddress, 3n, 0xa0n, ZeroHash, SALT, 0n],
    );
    expect(single({ target: ZeroAddress, value: 3n }, { salt: SALT }).id).to.equal(keccak256(words));
  });

  describe("schedule", () => {
    for (const kind of ["single", "batch"] as const) {
      const make = (calls: Parameters<typeof batch>[0], extras: { salt?: string; predecessor?: string } = {}) => {
        const [first] = calls;
        if (first === undefined) throw new Error("no call");
        return kind === "batch" ? batch(calls, extras) : single(first, extras);
      };

      describe(kind, () => {
        it("records when the operation becomes due and announces every call", async () => {
          const { timelock, proposer, ruleCall, targetAddress } = await loadFixture(deployAll);
          const calls = [ruleCall(7n), { target: targetAddress, value: 5n, data: "0x99" }];
          const operation = make(calls, { predecessor: encodeBytes32String("before"), salt: SALT });
          const transaction = schedule(timelock, proposer, operation, MIN_DELAY + 7n);
          for (const [index, call] of operation.calls.entries()) {
            await expect(transaction)
              .to.emit(timelock, "CallScheduled")
              .withArgs(
                ...[operation.id, index, call.target, call.value, call.data, operation.predecessor, MIN_DELAY + 7n],
              );
          }
          await expect(transaction).to.emit(timelock, "CallSalt").withArgs(operation.id, SALT);
          expect(await timelock.getTimestamp(operation.id)).to.equal(BigInt(await time.latest()) + MIN_DELAY + 7n);
          expect(await timelock.getOperationState(operation.id)).to.equal(OperationState.Waiting);
        });

        it("does not announce a salt of zero", async () => {
          const { timelock, proposer, ruleCall } = await loadFixture(deployAll);
          await expect(schedule(timelock, proposer, make([ruleCall(7n)]), MIN_DELAY)).not.to.emit(timelock, "CallSalt");
        });

        it("refuses a delay below the minimum", async () => {
          const { timelock, proposer, ruleCall } = await loadFixture(deployAll);
          await expect(schedule(timelock, proposer, make([ruleCall(7n)]), MIN_DELAY - 1n))
            .to.be.revertedWithCustomError(timelock, "TimelockInsufficientDelay")
            .withArgs(MIN_DELAY - 1n, MIN_DELAY);
        });

        it("refuses what is scheduled already, waiting, ready or done", async () => {
          const { timelock, proposer, executor, ruleCall } = await loadFixture(deployAll);
          const operation = make([ruleCall(7n)]);
          const expectRefusal = () =>
            expect(schedule(timelock, proposer, operation, MIN_DELAY))
              .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
              .withArgs(operation.id, stateBitmap("Unset"));
          await schedule(timelock, proposer, operation, MIN_DELAY);
          await expectRefusal();
          await time.increase(MIN_DELAY);
          await expectRefusal();
          await execute(timelock, executor, operation);
          await expectRefusal();
        });

        it("refuses everybody but proposers", async () => {
          const { timelock, admin, canceller, executor, stranger, ruleCall } = await loadFixture(deployAll);
          for (const account of [admin, canceller, executor, stranger]) {
            await expect(schedule(timelock, account, make([ruleCall(7n)]), MIN_DELAY))
              .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
              .withArgs(account, ROLES.proposer);
          }
        });
      });
    }

    it("refuses lists of different length", async () => {
      const { timelock, proposer, targetAddress } = await loadFixture(deployAll);
      const connected = timelock.connect(proposer);
      await expect(connected.scheduleBatch([targetAddress], [0n, 0n], ["0x"], ZeroHash, ZeroHash, MIN_DELAY))
        .to.be.revertedWithCustomError(timelock, "TimelockInvalidOperationLength")
        .withArgs(1, 1, 2);
      await expect(connected.scheduleBatch([targetAddress], [0n], [], ZeroHash, ZeroHash, MIN_DELAY))
        .to.be.revertedWithCustomError(timelock, "TimelockInvalidOperationLength")
        .withArgs(1, 0, 1);
      await expect(connected.scheduleBatch([], [0n], ["0x"], ZeroHash, ZeroHash, MIN_DELAY))
        .to.be.revertedWithCustomError(timelock, "TimelockInvalidOperationLength")
        .withArgs(0, 1, 1);
    });

    it("takes an operation of no call", async () => {
      const { timelock, proposer, executor } = await loadFixture(deployAll);
      const nothing = batch([], { salt: SALT });
      await schedule(timelock, proposer, nothing, MIN_DELAY);
      await time.increase(MIN_DELAY);
      await execute(timelock, executor, nothing);
      expect(await timelock.isOperationDone(nothing.id)).to.be.true;
    });
  });

  describe("cancel", () => {
    it("forgets a waiting operation, and a ready one", async () => {
      const { timelock, canceller, executor, one, two } = await loadFixture(scheduled);
      await expect(timelock.connect(canceller).cancel(one.id)).to.emit(timelock, "Cancelled").withArgs(one.id);
      await time.increase(MIN_DELAY);
      await expect(timelock.connect(canceller).cancel(two.id)).to.emit(timelock, "Cancelled").withArgs(two.id);
      for (const operation of [one, two]) {
        expect(await timelock.getOperationState(operation.id)).to.equal(OperationState.Unset);
        expect(await timelock.getTimestamp(operation.id)).to.equal(0);
        await expect(execute(timelock, executor, operation)).to.be.revertedWithCustomError(
          timelock,
          "TimelockUnexpectedOperationState",
        );
      }
    });

    it("lets the same operation be scheduled again, with the full delay", async () => {
      const { timelock, proposer, canceller, executor, one } = await loadFixture(due);
      await timelock.connect(canceller).cancel(one.id);
      await schedule(timelock, proposer, one, MIN_DELAY);
      await expect(execute(timelock, executor, one)).to.be.revertedWithCustomError(
        timelock,
        "TimelockUnexpectedOperationState",
      );
      await time.increase(MIN_DELAY);
      await execute(timelock, executor, one);
    });

    it("refuses what is not pending", async () => {
      const { timelock, canceller, executor, one } = await loadFixture(due);
      await execute(timelock, executor, one);
      for (const id of [one.id, hashText("never scheduled")]) {
        await expect(timelock.connect(canceller).cancel(id))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
          .withArgs(id, PENDING);
      }
    });

    it("refuses everybody but cancellers", async () => {
      const { timelock, admin, proposer, executor, stranger, one } = await loadFixture(scheduled);
      for (const account of [admin, proposer, executor, stranger]) {
        await expect(timelock.connect(account).cancel(one.id))
          .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
          .withArgs(account, ROLES.canceller);
      }
    });
  });

  describe("views", () => {
    it("tell unset, waiting, ready and done apart", async () => {
      const { timelock, executor, one } = await loadFixture(scheduled);
      const read = async (id: string) => ({
        state: await timelock.getOperationState(id),
        isOperation: await timelock.isOperation(id),
        isPending: await timelock.isOperationPending(id),
        isReady: await timelock.isOperationReady(id),
        isDone: await timelock.isOperationDone(id),
      });
      const { Unset, Waiting, Ready, Done } = OperationState;
      expect(await read(hashText("never scheduled"))).to.deep.equal({
        ...{ state: Unset, isOperation: false, isPending: false, isReady: false, isDone: false },
      });
      expect(await read(one.id)).to.deep.equal({
        ...{ state: Waiting, isOperation: true, isPending: true, isReady: false, isDone: false },
      });
      await time.increaseTo((await timelock.getTimestamp(one.id)) - 1n);
      expect(await timelock.isOperationReady(one.id)).to.be.false;
      await time.increase(1);
      expect(await read(one.id)).to.deep.equal({
        ...{ state: Ready, isOperation: true, isPending: true, isReady: true, isDone: false },
      });
      await execute(timelock, executor, one);
      expect(await read(one.id)).to.deep.equal({
        ...{ state: Done, isOperation: true, isPending: false, isReady: false, isDone: true },
      });
    });
  });
}
