import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { expect } from "chai";
import hre from "hardhat";

import { listArtifacts, readSizes } from "../../../src/gas/sizes.js";
import { readLayouts } from "../../../src/compiler/storageLayouts.js";
import { compareSnapshots, writeSnapshots } from "../../../src/snapshots/snapshots.js";

describe("snapshots", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "snapshots-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("are what was written, and differ from anything else", async () => {
    const content = { Gate: { deployed: 10, initCode: 20 }, storage: [{ label: "a", slot: 0 }] };
    expect(await compareSnapshots(folder, [{ file: "x.json", content }])).to.deep.equal([
      "snapshots/x.json is missing",
    ]);
    expect(await writeSnapshots(folder, [{ file: "x.json", content }])).to.deep.equal(["snapshots/x.json"]);
    expect(await compareSnapshots(folder, [{ file: "x.json", content }])).to.deep.equal([]);
    const other = { ...content, Gate: { deployed: 11, initCode: 20 } };
    expect(await compareSnapshots(folder, [{ file: "x.json", content: other }])).to.deep.equal([
      "snapshots/x.json: Gate › deployed: 10 → 11 (+1)",
    ]);
  });

  it("have one line for every value", async () => {
    const content = { Gate: { deployed: 10, initCode: 20 }, storage: [{ label: "a", slot: 0 }] };
    await writeSnapshots(folder, [{ file: "x.json", content }]);
    expect(await readFile(path.join(folder, "snapshots/x.json"), "utf8")).to.equal(
      '{\n  "Gate": {"deployed":10,"initCode":20},\n  "storage": [\n    {"label":"a","slot":0}\n  ]\n}\n',
    );
  });

  it("that were damaged count as missing", async () => {
    await writeSnapshots(folder, [{ file: "x.json", content: {} }]);
    await writeFile(path.join(folder, "snapshots/x.json"), "{");
    expect(await compareSnapshots(folder, [{ file: "x.json", content: {} }])).to.deep.equal([
      "snapshots/x.json is missing",
    ]);
  });

  it("of sizes are about what can be deployed, mocks apart", async () => {
    const sizes = await readSizes(hre.artifacts);
    expect(sizes).to.include.keys("DualGovernance", "VetoEscrow", "DualGovernanceTimelock", "TribuneGovernor");
    expect(sizes).to.not.have.any.keys("IGate", "Vessel", "StateTransitions", "VaultMock");
  });

  it("of storage show what shares a slot, and what mappings hold", async () => {
    const names = await listArtifacts(hre.artifacts);
    const layouts = await readLayouts(hre.artifacts, names);
    const layout = layouts["contracts/escrow/VetoEscrow.sol:VetoEscrow"];
    expect(layout?.storage.filter(({ slot }) => slot === 0).map(({ label }) => label)).to.deep.equal([
      "_ledger.gate",
      "_ledger.runningEpoch",
      "_ledger.completeAfter",
    ]);
    expect(layout?.types["struct IVetoEscrow.Position"]).to.deep.equal([
      { slot: 0, offset: 0, bytes: 16, label: "shares", type: "uint128" },
      { slot: 0, offset: 16, bytes: 5, label: "unlockableAfter", type: "uint40" },
    ]);
    expect(JSON.stringify(layouts)).to.not.match(/\)\d+_storage/);
  });
});
