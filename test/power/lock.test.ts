import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { expect } from "chai";
import { Interface } from "ethers";

import { NORMAL } from "../../src/power/modes/modes.js";
import { compareAudits } from "../../src/power/record/compareAudits.js";
import { lockText, parseLock } from "../../src/power/record/lockFile.js";
import type { AuditRecord } from "../../src/power/report.js";
import { ROLES } from "../../src/protocol/roles.js";
import { impersonate } from "../helpers/impersonate.js";
import { isDeep } from "../helpers/testProfile.js";
import { createAuditWorld, type AuditWorld } from "./auditWorld.js";

const SAFE = new Interface(["function changeThreshold(uint256)", "function swapOwner(address,address,address)"]);
/** Before the first owner of every Safe. */
const SENTINEL = "0x0000000000000000000000000000000000000001";

const sealCommittee = ({ tribune }: AuditWorld): string => tribune.addresses.bodies.circuitBreaker?.sealCommittee ?? "";

async function asSafe(world: AuditWorld, method: string, args: (owners: readonly string[]) => unknown[]) {
  const safe = sealCommittee(world);
  const signer = await impersonate(world.tribune.connection, safe);
  const owners = new Interface(["function getOwners() view returns (address[])"]);
  const answer = await signer.call({ to: safe, data: owners.encodeFunctionData("getOwners") });
  const [found] = owners.decodeFunctionResult("getOwners", answer) as unknown as [string[]];
  await signer.sendTransaction({ to: safe, data: SAFE.encodeFunctionData(method, args(found)) });
}

/** A change for the worse, and what the comparison says of it. */
const WORSE: readonly {
  readonly name: string;
  readonly wire: (world: AuditWorld) => Promise<unknown>;
  readonly says: RegExp;
}[] = [
  {
    name: "a Safe's threshold is lowered",
    wire: (world) => asSafe(world, "changeThreshold", () => [1n]),
    says: /change CircuitBreaker\.sealedAt.*: 2 entities before, now 1 entity needed to control/,
  },
  {
    name: "an owner of a Safe is another one",
    wire: (world) => asSafe(world, "swapOwner", ([first]) => [SENTINEL, first, world.tribune.stranger.address]),
    says: /change CircuitBreaker\.sealedAt.*could not before/,
  },
  {
    name: "an expiry is extended",
    wire: async ({ tribune, timelock }) => {
      const { terms } = await tribune.timelock.emergencyStatus();
      await tribune.timelock.connect(timelock).setEmergencyProtection({
        activationCommittee: terms.activationCommittee,
        executionCommittee: terms.executionCommittee,
        modeDuration: terms.modeDuration,
        protectionEndsAt: await tribune.timelock.PROTECTION_HARD_END(),
      });
    },
    says: /timelock\.activateEmergencyMode\(\) can be used until: 730 d before, now 1095 d/,
  },
  {
    name: "a role has a new holder",
    wire: async ({ tribune, timelock }) =>
      await tribune.timelock.connect(timelock).grantRole(ROLES.canceller, tribune.minority),
    says: /timelock\.cancel\(bytes32\).*: voter 1 could not call it before in every mode/,
  },
];

if (isDeep) {
  describe("[PWR-15] the audit on record tells that it got worse where", () => {
    let world: AuditWorld;
    let snapshot: SnapshotRestorer;
    let kept: AuditRecord;

    const audit = async () => (await world.audit({ only: ({ name }) => name === NORMAL, isQuick: true })).record;

    before(async () => {
      world = await createAuditWorld();
      // As a file keeps it.
      kept = parseLock(lockText(await audit())) ?? (await audit());
      snapshot = await world.tribune.connection.networkHelpers.takeSnapshot();
    });
    afterEach(() => snapshot.restore());

    for (const { name, wire, says } of WORSE) {
      it(name, async () => {
        await wire(world);
        expect(compareAudits(kept, await audit()).worse.join("\n")).to.match(says);
      }).timeout(120_000);
    }

    it("and nothing where nothing has changed", async () => {
      expect(compareAudits(kept, await audit())).to.deep.equal({ worse: [], better: [] });
    }).timeout(120_000);
  });
}
