import { mock } from "node:test";

import { expect } from "chai";

import type { Sent } from "../../../src/deployment/watchTransactions.js";
import { tellSteps } from "../../../tasks/deployment/steps.js";

const sent = (key: string, position: number): Sent => ({
  name: "Gate",
  position,
  count: 2,
  key,
  hash: `0x${key}`,
  isAgain: false,
  since: Date.now(),
});

describe("tellSteps", () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ["setInterval", "Date"] });
  });
  afterEach(() => {
    mock.timers.reset();
  });

  /** What it writes from now on, and forgets. */
  function start(isTTY: boolean) {
    let text = "";
    const write = (chunk: string | Uint8Array) => {
      text += String(chunk);
      return true;
    };
    const teller = tellSteps({ isTTY, write });
    const told = () => {
      const before = text;
      text = "";
      return before.replaceAll("\r\u001b[K", "<");
    };
    return { teller, told };
  }

  it("says at a terminal, once a step has its block, that confirmations are waited for, until the next is sent", () => {
    const { teller, told } = start(true);
    const first = sent("aa", 1);
    teller.onSent(first);
    mock.timers.tick(1_000);
    mock.timers.tick(1_000);
    expect(told()).to.equal("Step 1 of 2, Gate: 0xaa\n<  0xaa… waits for a block, 1 s<  0xaa… waits for a block, 2 s");
    teller.onIncluded(first, 7);
    mock.timers.tick(1_000);
    const line = "<  0xaa… is in block 7, waiting for confirmations";
    expect(told()).to.equal(`${line}, 0 s${line}, 1 s`);
    teller.onSent(sent("bb", 2));
    mock.timers.tick(1_000);
    expect(told()).to.equal("<Step 2 of 2, Gate: 0xbb\n<  0xbb… waits for a block, 1 s");
    teller.stop();
  });

  it("says without a terminal what is waited for every fifteen seconds, confirmations as well", () => {
    const { teller, told } = start(false);
    const first = sent("aa", 1);
    teller.onSent(first);
    mock.timers.tick(12_000);
    teller.onIncluded(first, 7);
    mock.timers.tick(3_000);
    expect(told()).to.equal(
      "Step 1 of 2, Gate: 0xaa\n  0xaa is in block 7, waiting for confirmations since 00:00:12 UTC, 3 s\n",
    );
    teller.stop();
  });

  it("draws no line anew that is longer than a narrow terminal", () => {
    const { teller, told } = start(true);
    const first = { ...sent("ab".repeat(32), 1) };
    teller.onSent(first);
    told();
    mock.timers.tick(1_000);
    teller.onIncluded(first, 123_456_789);
    const drawn = told().split("<").slice(1);
    expect(drawn).to.have.lengthOf(2);
    for (const line of drawn) expect(line.length).to.be.lessThan(80);
    teller.stop();
  });

  it("takes its line away for somebody else's, and gives what is no step no other name", () => {
    const { teller, told } = start(true);
    teller.onSent({ ...sent("aa", 1), name: "a transaction beside the steps", position: undefined });
    mock.timers.tick(1_000);
    teller.clear();
    teller.clear();
    expect(told()).to.equal("Beside the steps: 0xaa\n<  0xaa… waits for a block, 1 s<");
    teller.stop();
  });

  it("says nothing once nothing more is waited for", () => {
    const { teller, told } = start(true);
    const first = sent("aa", 1);
    teller.onSent(first);
    teller.onIncluded(first, 7);
    told();
    teller.onEnd();
    expect(told()).to.equal("<");
    mock.timers.tick(5_000);
    expect(told()).to.equal("");
    teller.stop();
  });
});
