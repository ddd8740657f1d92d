import { expect } from "chai";

import { listOpenCommands } from "../../../src/status/openCommands.js";

type Seen = Parameters<typeof listOpenCommands>[0];

const QUIET: Seen = {
  persistedState: "Normal",
  effectiveState: "Normal",
  operations: [],
  rageQuits: [],
  block: { number: 7, timestamp: 1_000n },
};
const OPERATION: Seen["operations"][number] = { id: "0x12", state: "ready", lacks: 0n };
const EXIT: Seen["rageQuits"][number] = {
  epoch: 3n,
  phase: "Claiming",
  end: "None",
  totalShares: 100n,
  outstandingShares: 60n,
  idleShares: 20n,
  sharesGiven: 0n,
  sharesPaid: 0n,
  assetsReceived: 40n,
  assetsPaid: 0n,
  vessels: ["0x01"],
  closedAt: 1n,
  markedAt: 1n,
  callOffAfter: 999n,
  isStalled: false,
  completeAfter: 0n,
  withdrawableAfter: 0n,
};
const commandsOf = (change: Partial<Seen>) => listOpenCommands({ ...QUIET, ...change }).map(({ command }) => command);

describe("what anybody can do now", () => {
  it("is nothing where nothing is due", () => {
    expect(commandsOf({})).to.deep.equal([]);
    expect(
      commandsOf({
        operations: [
          { ...OPERATION, state: "waiting" },
          { ...OPERATION, state: "blocked" },
        ],
      }),
    ).to.be.empty;
  });

  it("is to poke where the record is behind, and to execute what is due", () => {
    expect(commandsOf({ effectiveState: "VetoSignalling" })).to.deep.equal(["poke"]);
    expect(commandsOf({ operations: [OPERATION] })).to.deep.equal(["execute 0x12"]);
  });

  it("is to drive a rage quit: strictly after its clock, to call it off", () => {
    expect(commandsOf({ rageQuits: [EXIT] })).to.deep.equal([
      "begin --epoch 3",
      "claim --epoch 3",
      "call-off --epoch 3",
    ]);
    expect(commandsOf({ rageQuits: [{ ...EXIT, callOffAfter: 1_000n }] })).to.deep.equal([
      "begin --epoch 3",
      "claim --epoch 3",
    ]);
    expect(
      commandsOf({ rageQuits: [{ ...EXIT, phase: "Extension", idleShares: 0n, callOffAfter: 0n }] }),
    ).to.deep.equal(["claim --epoch 3"]);
    const done = { ...EXIT, phase: "Withdrawing", outstandingShares: 0n, idleShares: 0n, callOffAfter: 0n } as const;
    expect(commandsOf({ rageQuits: [done] })).to.be.empty;
    const givenBack = { ...done, end: "CalledOff", outstandingShares: 60n, sharesGiven: 60n } as const;
    expect(commandsOf({ rageQuits: [givenBack] })).to.be.empty;
  });
});
