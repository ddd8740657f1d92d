import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import { lockText, parseLock, readLock } from "../../../../src/power/record/lockFile.js";
import { SentenceError } from "../../../../src/protocol/errors.js";
import { rejectionOf } from "../../../helpers/rejection.js";
import { someRecord } from "./someRecord.js";

describe("power.lock", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lock-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("[PWR-15] gives back what was written, byte for byte", () => {
    const text = lockText(someRecord());
    const read = parseLock(text);
    expect(read).to.deep.equal(someRecord());
    expect(read && lockText(read)).to.equal(text);
  });

  it("tells what is the same of several powers once", () => {
    const [pause] = someRecord().powers;
    if (pause === undefined) throw new Error("no power");
    const text = lockText(someRecord({ powers: [pause, { ...pause, power: "resume" }] }));
    expect(text).to.include('"powers": ["pause", "resume"]');
    expect(parseLock(text)?.powers.map(({ power }) => power)).to.deep.equal(["pause", "resume"]);
  });

  it("is refused where it is not what was written", async () => {
    const text = lockText(someRecord());
    for (const broken of [
      "",
      "{}",
      text.slice(1),
      text.replace('"4 d"', '"four days"'),
      text.replace('"holds"', '"fine"'),
    ]) {
      const file = path.join(folder, "broken.lock");
      await writeFile(file, broken);
      const error = await rejectionOf(readLock(file));
      expect(error).to.be.instanceOf(SentenceError);
      expect(String(error)).to.include("restore it, or write it again with --lock");
    }
  });

  it("is missing where nobody has written one", async () => {
    expect(await readLock(path.join(folder, "none.lock"))).to.equal(undefined);
  });
});
