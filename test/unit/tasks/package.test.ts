import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import hre from "hardhat";
import { HardhatPluginError } from "hardhat/plugins";
import { TaskDefinitionType, type TaskDefinition } from "hardhat/types/tasks";

import { forPackage } from "../../../tasks/forPackage.js";
import { inProject } from "../../../tasks/inProject.js";
import tribunePlugin from "../../../tasks/plugin.js";

/** A verb that has begun, and goes on until it is told to end. */
async function beginVerb(): Promise<() => Promise<void>> {
  let begun: (() => void) | undefined;
  let end: (() => void) | undefined;
  const isRunning = new Promise<void>((resolve) => (begun = resolve));
  const mayEnd = new Promise<void>((resolve) => (end = resolve));
  const verb = inProject(hre, async () => {
    begun?.();
    await mayEnd;
  });
  await isRunning;
  return async () => {
    end?.();
    await verb;
  };
}

describe("commands in a project that has the package", () => {
  it("find what the package deploys until the last of them ends, and leave the project's artifacts as they were", async () => {
    const { artifacts } = hre;
    const reader = (): unknown => Reflect.get(artifacts, "readArtifact");
    const before = { names: Object.getOwnPropertyNames(artifacts), reader: reader() };
    const [endFirst, endSecond] = [await beginVerb(), await beginVerb()];
    const lent = reader();
    expect(lent).not.to.equal(before.reader);
    await endFirst();
    expect(reader()).to.equal(lent);
    await endSecond();
    expect(reader()).to.equal(before.reader);
    expect(Object.getOwnPropertyNames(artifacts)).to.deep.equal(before.names);
  });

  it("are all of Tribune's; one that needs the repository says so, whatever it is given", async () => {
    const own = tribunePlugin.tasks ?? [];
    const names = (tasks: readonly TaskDefinition[]): string[] => tasks.map(({ id }) => id.join(" "));
    expect(names(forPackage(own))).to.deep.equal(names(own));
    const verify = own.find(({ id }) => id[1] === "verify");
    if (verify?.type !== TaskDefinitionType.NEW_TASK) throw new Error("there is no such command");
    const root = await mkdtemp(path.join(tmpdir(), "tribune-"));
    const [packed] = forPackage([verify], root);
    if (packed?.type !== TaskDefinitionType.NEW_TASK || packed.action === undefined)
      throw new Error("it has no action");
    expect(packed.options).to.deep.equal(verify.options);
    const { default: run } = await packed.action();
    await writeFile(path.join(root, "package.json"), '{"version":"7.8.9"}');
    expect(() => run({}, hre) as unknown).to.throw(HardhatPluginError, "that this package, 7.8.9, was made of");
    await mkdir(path.join(root, "dist"));
    await writeFile(path.join(root, "dist", "commit.txt"), `${"ab".repeat(20)}\n`);
    expect(() => run({}, hre) as unknown).to.throw(HardhatPluginError, `check out ${"ab".repeat(20)}, which`);
    await rm(root, { recursive: true });
  });
});
