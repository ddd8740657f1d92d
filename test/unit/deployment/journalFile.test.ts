import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import { forgetUnbegunSteps } from "../../../src/deployment/journalFile.js";

describe("forgetUnbegunSteps", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), "tribune-"))));
  afterEach(() => rm(folder, { recursive: true }));

  const begun = (futureId: string) => ({ type: "CALL_EXECUTION_STATE_INITIALIZE", futureId });
  const asked = (futureId: string) => ({ type: "NETWORK_INTERACTION_REQUEST", futureId });
  const file = () => path.join(folder, "journal.jsonl");
  const keep = async (...messages: object[]) => {
    await writeFile(file(), `\n${messages.map((message) => JSON.stringify(message)).join("\n")}`);
    await forgetUnbegunSteps(folder);
    const lines = (await readFile(file(), "utf8")).split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as object);
  };

  it("forgets a step that was begun, and of which nothing else is told", async () => {
    expect(await keep(begun("A"), begun("B"), asked("A"))).to.deep.equal([begun("A"), asked("A")]);
  });

  it("keeps what has been asked of the network, and what is no step that sends", async () => {
    const others = [begun("A"), asked("A"), { type: "CONTRACT_AT_EXECUTION_STATE_INITIALIZE", futureId: "C" }];
    const told = [{ type: "BEGIN_NEXT_BATCH" }, ...others];
    expect(await keep(...told)).to.deep.equal(told);
  });

  it("keeps what came before a step was given up and begun again", async () => {
    const before = [begun("A"), asked("A"), { type: "WIPE_APPLY", futureId: "A" }];
    expect(await keep(...before, begun("A"))).to.deep.equal(before);
  });
});
