import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { expect } from "chai";

import { audit, type AuditOptions } from "../../src/power/audit.js";
import { NORMAL } from "../../src/power/modes/modes.js";
import type { KindName } from "../../src/power/manifest/parts.js";
import { exitCodeOf, PROPERTIES } from "../../src/power/report.js";
import { inventAccount } from "../../src/rehearsal/snapshot.js";
import { impersonate } from "../helpers/impersonate.js";
import { isDeep } from "../helpers/testProfile.js";
import { POOL_PLANTS } from "./plants/pool.js";
import { createPoolAuditWorld, readEmptyPool, type PoolAuditWorld } from "./poolAuditWorld.js";

/** What nobody has reason to do once validators were proven, and none waits or winds down. */
const NO_OCCASION = [
  "operator vault.forceExits",
  "operator vault.forceExitsUnproven",
  "operator vault.open",
  "operator vault.prove",
  "operator vault.sweep",
  "pool.armWindDown",
  "pool.beginWindDown",
  "pool.surrender",
  "pool.surrenderRequest",
  "registry.releaseBond",
  "registry.vacate",
];

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

  if (isDeep) {
    it("[PWR-26] asks for an exit as somebody with a key, where a contract has most shares", async () => {
      const { pool, input, connection, knowledge } = world;
      const [staker = ""] = input.shareHolders;
      const shares = await pool.balanceOf(staker);
      const owner = await impersonate(connection, staker);
      await pool.connect(owner).transfer(input.addresses.timelock, shares - 2n * 10n ** 20n);
      const shareHolders = [input.addresses.timelock, ...input.shareHolders];
      const { verdicts } = await audit({ ...input, shareHolders }, { knowledge, ...quick(["pool"]) });
      const doors = verdicts
        .flatMap(({ failures, gaps }) => [...failures, ...gaps])
        .filter((one) => /claim|redeem/.test(one));
      expect(doors).to.deep.equal([]);
    }).timeout(120_000);
  }

  it("[PWR-26] finds nothing wrong with validators that were proven", async () => {
    const mode = "validators that were proven";
    const { verdicts, figures } = await world.audit({ ...quick(POOL), only: ({ name }) => name === mode });
    expect(verdicts.flatMap(({ failures }) => failures)).to.deep.equal([]);
    // All others were let through: whoever brings a proof, or is whom the manifest says.
    const untried = verdicts.flatMap(({ gaps }) => gaps.flatMap((gap) => /^No call of (.+?)\(/.exec(gap)?.[1] ?? []));
    expect(untried.sort()).to.deep.equal(NO_OCCASION);
    expect(figures.modes).to.deep.equal([{ name: mode, why: undefined }]);
  }).timeout(120_000);

  it("[PWR-26] tells of an operator above a cap that the DAO has lowered, and finds no fault in it", async () => {
    const { registry, input, connection } = world;
    const { vault } = await registry.getOperator(1);
    await registry.connect(await impersonate(connection, vault)).addStake(1);
    const timelock = await impersonate(connection, input.addresses.timelock);
    await registry.connect(timelock).setOperatorCap(1, 1);
    await registry.connect(timelock).setEntityCap(1, 1);
    const { verdicts } = await world.audit(quick([]));
    expect(verdicts.flatMap(({ failures }) => failures)).to.deep.equal([]);
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
