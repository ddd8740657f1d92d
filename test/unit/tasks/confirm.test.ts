import { PassThrough } from "node:stream";

import { expect } from "chai";

import { SentenceError } from "../../../src/protocol/errors.js";
import { confirm } from "../../../tasks/deployment/confirm.js";
import { rejectionOf } from "../../helpers/rejection.js";

/** A terminal at which somebody does something as soon as a question stands there. */
function terminal(act: (stdin: PassThrough) => void, isTTY = true) {
  const stdin = new PassThrough();
  const stderr = new PassThrough();
  stderr.once("data", () => {
    act(stdin);
  });
  const streams = { stdin: Object.assign(stdin, { isTTY }), stderr: Object.assign(stderr, { isTTY }) };
  return streams as unknown as Pick<NodeJS.Process, "stdin" | "stderr">;
}

const ask = (streams: Pick<NodeJS.Process, "stdin" | "stderr">) => confirm("Send?", undefined, streams);

describe("confirm", () => {
  it("goes on after a yes", async () => {
    await ask(terminal((stdin) => stdin.write("Yes\n")));
  });

  for (const [what, act] of [
    ["a no", (stdin) => stdin.write("no\n")],
    ["nothing but Enter", (stdin) => stdin.write("\n")],
    ["the end of the input, Ctrl-D", (stdin) => stdin.end()],
    ["Ctrl-D at a terminal that takes keys one by one", (stdin) => stdin.write("\u0004")],
    ["Ctrl-C", (stdin) => stdin.write("\u0003")],
  ] as const satisfies readonly (readonly [string, (stdin: PassThrough) => unknown])[]) {
    it(`says that nothing was sent after ${what}`, async () => {
      const error = await rejectionOf(ask(terminal(act)));
      expect(error).to.be.instanceOf(SentenceError);
      expect(error.message).to.equal("Nothing was sent by this run.");
    });
  }

  it("asks nobody where there is no terminal", async () => {
    const { message } = await rejectionOf(ask(terminal(() => undefined, false)));
    expect(message).to.contain("without a terminal nobody can be asked");
  });
});
