import { expect } from "chai";

import {
  areDeEscalation,
  cancel,
  cancelAllOperations,
  cancelOperations,
  createTimelock,
  findExecutable,
  finish,
  schedule,
  statusOf,
  updateDelay,
  type Effect,
  type OperationStatus,
  type Timelock,
} from "../../model/twin/timelockModel.js";
import type { Outcome } from "../../../src/model/types.js";
import { BASE_DELAY, BOUNDS, DAY, START } from "../../helpers/defaultModel.js";

const OUTSIDE: readonly Effect[] = [{ type: "outside" }];
const EXPIRY = START + BASE_DELAY + BOUNDS.grace;

const valueOf = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(outcome.refusal.error);
  return outcome.value;
};
const errorOf = <T>(outcome: Outcome<T>): string | undefined => (outcome.ok ? undefined : outcome.refusal.error);

const withOperations = (...ids: readonly string[]): Timelock =>
  ids.reduce(
    (timelock, id) => valueOf(schedule(timelock, id, OUTSIDE, BASE_DELAY, false, START)),
    createTimelock(BOUNDS, BASE_DELAY),
  );

const open = (): boolean => true;
const closed = (): boolean => false;

describe("model: timelock", () => {
  describe("the status of an operation", () => {
    const timelock = withOperations("a", "b", "c");
    const cases: [string, Timelock, string, bigint, () => boolean, OperationStatus][] = [
      ["nobody scheduled", timelock, "z", START, open, "unknown"],
      ["within its base delay", timelock, "a", START + BASE_DELAY - 1n, open, "waiting"],
      ["after it, before an open gate", timelock, "a", START + BASE_DELAY, open, "executable"],
      ["after it, before a closed gate", timelock, "a", START + BASE_DELAY, closed, "blocked"],
      ["in its last second", timelock, "a", EXPIRY, open, "executable"],
      ["after it", timelock, "a", EXPIRY + 1n, open, "expired"],
      ["cancelled by itself", valueOf(cancel(timelock, "a", START)), "a", START, open, "cancelled"],
      ["cancelled with all", cancelAllOperations(timelock), "c", START, open, "cancelled"],
      ["cancelled with all up to another", cancelAllOperations(timelock, 2), "b", START, open, "cancelled"],
      ["left when all up to another are cancelled", cancelAllOperations(timelock, 2), "c", START, open, "waiting"],
      ["executed", finish(timelock, "a"), "a", START, open, "executed"],
    ];
    for (const [name, before, id, now, admits, status] of cases) {
      it(`${name} is ${status}`, () => {
        expect(statusOf(before, id, now, admits)).to.equal(status);
      });
    }

    it("that only withdraws others is executable at once, whatever the gate says", () => {
      const effects: readonly Effect[] = [{ type: "cancelAllOperations" }];
      const before = valueOf(schedule(timelock, "stop", effects, BASE_DELAY, true, START));
      expect(statusOf(before, "stop", START, closed)).to.equal("executable");
      expect(statusOf(before, "stop", EXPIRY + 1n, closed)).to.equal("expired");
    });
  });

  describe("schedule", () => {
    it("numbers operations in their order", () => {
      const { operations, lastSequence } = withOperations("a", "b");
      expect(operations.b).to.include({ sequence: 2, scheduledAt: START, readyAt: START + BASE_DELAY, end: "none" });
      expect(lastSequence).to.equal(2);
    });

    it("refuses what is pending or executed, and too short a delay", () => {
      const timelock = withOperations("a");
      const again = (before: Timelock): string | undefined =>
        errorOf(schedule(before, "a", OUTSIDE, BASE_DELAY, false, START));
      expect(again(timelock)).to.equal("TimelockUnexpectedOperationState");
      expect(again(finish(timelock, "a"))).to.equal("TimelockUnexpectedOperationState");
      expect(errorOf(schedule(timelock, "b", OUTSIDE, BASE_DELAY - 1n, false, START))).to.equal(
        "TimelockInsufficientDelay",
      );
    });

    it("takes what was cancelled or has expired, with a new number", () => {
      const timelock = withOperations("a");
      for (const [before, now] of [
        [valueOf(cancel(timelock, "a", START)), START],
        [cancelAllOperations(timelock), START],
        [timelock, EXPIRY + 1n],
      ] as const) {
        const after = valueOf(schedule(before, "a", OUTSIDE, BASE_DELAY, false, now));
        expect(after.operations.a?.sequence).to.equal(2);
        expect(statusOf(after, "a", now, open)).to.equal("waiting");
      }
    });
  });

  describe("execution", () => {
    it("is refused before its time, after it, and of what is no longer pending", () => {
      const timelock = withOperations("a");
      expect(errorOf(findExecutable(timelock, "a", START))).to.equal("TimelockUnexpectedOperationState");
      expect(errorOf(findExecutable(timelock, "a", EXPIRY + 1n))).to.equal("OperationExpired");
      expect(errorOf(findExecutable(timelock, "z", START))).to.equal("TimelockUnexpectedOperationState");
      const cancelled = cancelAllOperations(timelock);
      expect(errorOf(findExecutable(cancelled, "a", EXPIRY))).to.equal("TimelockUnexpectedOperationState");
      expect(findExecutable(timelock, "a", EXPIRY).ok).to.equal(true);
    });
  });

  describe("cancelling", () => {
    it("by id is refused for what is not pending", () => {
      expect(errorOf(cancel(withOperations("a"), "z", START))).to.equal("TimelockUnexpectedOperationState");
      expect(errorOf(cancel(withOperations("a"), "a", EXPIRY + 1n))).to.equal("TimelockUnexpectedOperationState");
    });

    it("of some skips what is not pending, and what is younger than the reach", () => {
      const after = cancelOperations(finish(withOperations("a", "b", "c"), "a"), ["a", "b", "c", "z"], START, 2);
      const statuses = ["a", "b", "c", "z"].map((id) => statusOf(after, id, START, open));
      expect(statuses).to.deep.equal(["executed", "cancelled", "waiting", "unknown"]);
    });

    it("of all never gives back what was cancelled", () => {
      const after = cancelAllOperations(cancelAllOperations(withOperations("a", "b")), 1);
      expect(statusOf(after, "b", START, open)).to.equal("cancelled");
    });
  });

  it("recognises a de-escalation by every one of its calls", () => {
    expect(areDeEscalation([])).to.equal(false);
    expect(areDeEscalation([{ type: "cancelAllOperations" }, { type: "cancelOperations", ids: [] }])).to.equal(true);
    expect(areDeEscalation([{ type: "cancelAllOperations" }, { type: "outside" }])).to.equal(false);
  });

  it("keeps its base delay within bounds", () => {
    const timelock = createTimelock(BOUNDS, BASE_DELAY);
    expect(valueOf(updateDelay(timelock, 5n * DAY)).minDelay).to.equal(5n * DAY);
    expect(errorOf(updateDelay(timelock, 5n * DAY + 1n))).to.equal("DelayOutOfBounds");
  });
});
