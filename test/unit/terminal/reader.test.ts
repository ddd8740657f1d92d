import { EventEmitter } from "node:events";

import { expect } from "chai";

import { outliveReaders } from "../../../src/terminal/reader.js";
import { stopOnSignal } from "../../../src/terminal/stopOnSignal.js";

const failure = (code: string): Error => Object.assign(new Error(`write ${code}`), { code });

describe("a reader who leaves before the end", () => {
  it("does not end a verb with a trace; whatever else is wrong with the output does", () => {
    const stream = new EventEmitter();
    expect(() => stream.emit("error", failure("EPIPE"))).to.throw("EPIPE");
    outliveReaders([stream]);
    outliveReaders([stream]);
    expect(stream.listenerCount("error")).to.equal(1);
    expect(() => stream.emit("error", failure("EPIPE"))).not.to.throw();
    expect(() => stream.emit("error", failure("EIO"))).to.throw("EIO");
  });

  it("stops what would show something for ever", async () => {
    const output = new EventEmitter();
    const stop = stopOnSignal(output);
    outliveReaders([output]);
    output.emit("error", failure("EPIPE"));
    expect(stop.isStopped()).to.equal(true);
    await stop.wait(3_600_000);
    stop.release();
    expect(output.listenerCount("error")).to.equal(1);
  });
});
