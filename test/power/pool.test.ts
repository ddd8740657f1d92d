import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { expect } from "chai";

import type { AuditOptions } from "../../src/power/audit.js";
import { NORMAL } from "../../src/power/modes.js";
import type { KindName } from "../../src/power/parts.js";
import { exitCodeOf, PROPERTIES } from "../../src/power/report.js";
import { inventAccount } from "../../src/rehearsal/snapshot.js";
import { isDeep } from "../helpers/testProfile.js";
import { POOL_PLANTS } from "./plants/pool.js";
import { createPoolAuditWorld, readEmptyPool, type PoolAuditWorld } from "./poolAuditWorld.js";

const POOL: readonly KindName[] = ["pool", "registry", "operator vault"];

describe("the power audit of a DAO with a staking pool", () => {
  let world: PoolAuditWorld;
  let snapshot: SnapshotRestorer;

  before(async () => {
    world = await createPoolAuditWorld();
    snapshot = await world.connection.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  const quick = (parts: readonly KindName[], modes: readonly string[] = []): Omit<AuditOptions, "knowledge"> => ({
    only: ({ name }) => name === NORMAL || modes.includes(name),
    functions: ({ name }) => parts.includes(name),
    isQuick: true,
  });

  if (isDeep) {
    it("[PWR-26] proves that all six properties hold", async () => {
      const report = await world.audit();
      for (const { property, outcome, failures, gaps } of report.verdicts) {
        expect({ failures, gaps }, `${property}, ${PROPERTIES[property]}`).to.deep.equal({ failures: [], gaps: [] });
        expect(outcome).to.equal("holds");
      }
      expect(exitCodeOf(report)).to.equal(0);
    }).timeout(600_000);
  }

  if (isDeep) {
    it("lets somebody stake on the copy where nobody has yet", async () => {
      const { shareHolders } = await readEmptyPool();
      expect(shareHolders).to.include.members([0, 1, 2].map((index) => inventAccount(`staker ${index}`)));
    }).timeout(120_000);
  }

  it("[PWR-26] finds nothing wrong with validators that were proven", async () => {
    const mode = "validators that were proven";
    const { verdicts, figures } = await world.audit({ ...quick(POOL), only: ({ name }) => name === mode });
    expect(verdicts.flatMap(({ failures }) => failures)).to.deep.equal([]);
    expect(figures.modes).to.deep.equal([{ name: mode, why: undefined }]);
  }).timeout(120_000);

  for (const { name, wire, parts, modes, property, says } of POOL_PLANTS.filter(({ isRare }) => isDeep || !isRare)) {
    it(`[PWR-8] goes red where ${name}`, async () => {
      await wire(world);
      const report = await world.audit(quick(parts, modes));
      const verdict = report.verdicts.find((one) => one.property === property);
      expect(verdict?.failures.join("\n")).to.match(says);
      expect(verdict?.outcome).to.equal("fails");
    }).timeout(600_000);
  }
});
