import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import type { AuditOptions } from "../../src/power/audit.js";
import { NORMAL } from "../../src/power/modes/modes.js";
import { UnreadableError } from "../../src/protocol/errors.js";
import { ROLES } from "../../src/protocol/roles.js";
import { rejectionOf } from "../helpers/rejection.js";
import { isDeep } from "../helpers/testProfile.js";
import { createAuditWorld, type AuditWorld } from "./auditWorld.js";
import { CODED } from "./plants/coded.js";
import type { Plant } from "./plants/plant.js";
import { WIRED } from "./plants/wired.js";
import { WRITTEN } from "./plants/written.js";

describe("[PWR-8] the power audit goes red", () => {
  let world: AuditWorld;
  let snapshot: SnapshotRestorer;

  before(async () => {
    world = await createAuditWorld();
    snapshot = await world.tribune.connection.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  /** Each by what it touches; in the deep profile whole. */
  const optionsFor = ({
    parts,
    modes = [],
    isUnplayed = false,
  }: Pick<Plant, "parts" | "modes" | "isUnplayed">): Omit<AuditOptions, "knowledge"> =>
    isDeep && !isUnplayed
      ? {}
      : {
          only: ({ name }) => name === NORMAL || modes.includes(name),
          functions: ({ name }) => parts.includes(name),
          isQuick: true,
        };

  for (const plant of [...WIRED, ...WRITTEN, ...CODED]) {
    const { name, wire, property, says } = plant;
    it(`where ${name}`, async () => {
      await wire(world);
      if (property === "none") {
        const thrown = await rejectionOf(world.audit(optionsFor(plant)));
        expect(thrown).to.be.instanceOf(UnreadableError);
        expect(thrown.message).to.match(says);
        return;
      }
      const verdict = (await world.audit(optionsFor(plant))).verdicts.find((one) => one.property === property);
      expect([...(verdict?.failures ?? []), ...(verdict?.gaps ?? [])].join("\n")).to.match(says);
      expect(verdict?.outcome).not.to.equal("holds");
    }).timeout(300_000);
  }

  it("and not where the proposer's role is granted to the zero address, which opens nothing", async () => {
    await world.tribune.timelock.connect(world.timelock).grantRole(ROLES.proposer, ZeroAddress);
    const report = await world.audit(optionsFor({ parts: ["timelock"] }));
    expect(report.verdicts.flatMap(({ failures }) => failures)).to.deep.equal([]);
  }).timeout(300_000);
});
