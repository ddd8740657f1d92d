import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";

import { expect } from "chai";

import { withLock } from "../../../tasks/build/buildLock.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("the lock of a build", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    file = path.join(folder, "cache", "build.lock");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Who holds the lock, in the order of events, and how many hold it at the most. */
  async function runTogether(count: number): Promise<{ most: number; done: number }> {
    let [now, most, done] = [0, 0, 0];
    const action = async () => {
      most = Math.max(most, ++now);
      await setTimeout(5);
      now--;
      done++;
    };
    await Promise.all(Array.from({ length: count }, () => withLock(file, action)));
    return { most, done };
  }

  /** Of a process that has ended. */
  const deadProcess = () => execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }).trim();

  it("lets one in at a time, and everybody in the end", async () => {
    expect(await runTogether(4)).to.deep.equal({ most: 1, done: 4 });
    expect(await readdir(path.dirname(file))).to.deep.equal([]);
  });

  it("takes over what a process that has ended left behind, and lets one in at a time even then", async () => {
    await withLock(file, () => Promise.resolve());
    await writeFile(file, `${deadProcess()} a-build-that-was-killed`);
    expect(await runTogether(4)).to.deep.equal({ most: 1, done: 4 });
    expect(await readdir(path.dirname(file))).to.deep.equal([]);
  });

  it("takes over also where whoever was taking over has ended, too", async () => {
    await withLock(file, () => Promise.resolve());
    await writeFile(file, `${deadProcess()} a-build-that-was-killed`);
    await writeFile(`${file}.stale`, `${deadProcess()} a-build-that-was-killed-while-it-waited`);
    expect(await runTogether(4)).to.deep.equal({ most: 1, done: 4 });
    expect(await readdir(path.dirname(file))).to.deep.equal([]);
  });

  it("waits for a process that lives, and tells which one it is", async () => {
    const told: number[] = [];
    let isFree = false;
    await withLock(file, async () => {
      const waiting = withLock(
        file,
        () => Promise.resolve(isFree),
        (holder) => told.push(holder),
      );
      await setTimeout(250);
      isFree = true;
      return { waiting };
    }).then(async ({ waiting }) => {
      expect(await waiting).to.equal(true);
    });
    expect(told).to.deep.equal([process.pid]);
  });

  it("is given back when the action fails", async () => {
    expect(await rejectionOf(withLock(file, () => Promise.reject(new Error("no compiler"))))).to.have.property(
      "message",
      "no compiler",
    );
    expect(await withLock(file, () => Promise.resolve("in"))).to.equal("in");
  });
});
