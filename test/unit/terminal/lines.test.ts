import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
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
});
