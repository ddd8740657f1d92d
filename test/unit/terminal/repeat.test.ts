import { expect } from "chai";

import { SentenceError, UnreadableError } from "../../../src/protocol/errors.js";
import { repeat } from "../../../src/terminal/repeat.js";
import { captureOutput } from "../../helpers/captureOutput.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("a command that goes on until it is stopped", () => {
  /** Stops after so many rounds. */
  function stopAfter(rounds: number) {
    const waits: number[] = [];
    const stop = {
      isStopped: () => waits.length >= rounds,
      wait: (milliseconds: number) => Promise.resolve(void waits.push(milliseconds)),
      release: () => undefined,
    };
    return { stop, waits };
  }

  it("tells what goes wrong, and tries again", async () => {
    const { stop, waits } = stopAfter(3);
    const failures = [new UnreadableError("The node is away."), new SentenceError("The contract refuses it.")];
    let rounds = 0;
    const round = async () => {
      const failure = failures[rounds++];
      if (failure !== undefined) throw failure;
      await Promise.resolve();
    };
    const { stderr } = await captureOutput(() => repeat(round, 600, stop));
    expect(stderr).to.equal("The node is away.\nThe contract refuses it.\n");
    expect(waits).to.deep.equal([600, 600, 600]);
  });

  it("ends with a mistake of ours", async () => {
    const { stop } = stopAfter(3);
    const mistake = new TypeError("undefined is no function");
    expect(await rejectionOf(repeat(() => Promise.reject(mistake), 600, stop))).to.equal(mistake);
  });
});
