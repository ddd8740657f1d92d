import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import { lineWriter } from "../../../src/terminal/lines.js";

describe("lines for a file that others read", () => {
  it("are missed, and that is said once, while it cannot be written", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    const file = path.join(folder, "events.jsonl");
    const said: string[] = [];
    const write = lineWriter(file, (sentence) => said.push(sentence));
    write("one");
    await rm(folder, { recursive: true });
    write("two");
    write("three");
    expect(said).to.have.length(1);
    expect(said[0]).to.contain(`${file} cannot be written, and misses what happens: ENOENT`);
    await mkdir(folder);
    write("four");
    expect(said.slice(1)).to.deep.equal([`${file} can be written again; it has missed 2 events.`]);
    expect(await readFile(file, "utf8")).to.equal("four\n");
    await rm(folder, { recursive: true });
  });

  it("do not go on where a full disk has left a part of one", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    const file = path.join(folder, "events.jsonl");
    await writeFile(file, '{"id":"0x1"}\n{"id":"0x');
    const write = lineWriter(file, () => undefined);
    write('{"id":"0x3"}');
    write('{"id":"0x4"}');
    expect(await readFile(file, "utf8")).to.equal('{"id":"0x1"}\n{"id":"0x\n{"id":"0x3"}\n{"id":"0x4"}\n');
    await rm(folder, { recursive: true });
  });
});
