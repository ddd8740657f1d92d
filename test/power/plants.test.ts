import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { expect } from "chai";
import { Interface, MaxUint256, ZeroAddress } from "ethers";

import { inventAccount } from "../../src/rehearsal/snapshot.js";
import { NORMAL } from "../../src/power/modes.js";
import { ROLES } from "../../src/protocol/roles.js";
import { ISafe__factory } from "../../types/index.js";
import { impersonate } from "../helpers/impersonate.js";
import type { PropertyName } from "../../src/power/report.js";
import { createAuditWorld, type AuditWorld } from "./auditWorld.js";

/** A deployment that is wired wrongly, and what the audit must say of it. */
interface Plant {
  readonly name: string;
  readonly wire: (world: AuditWorld) => Promise<unknown>;
  readonly property: PropertyName;
  /** Actor and rule, as they are told. */
  readonly says: RegExp;
}

const seatOf = ({ tribune }: AuditWorld, seat: "sealCommittee" | "resealCommittee"): string =>
  tribune.addresses.bodies.circuitBreaker?.[seat] ?? "";

/** Does `data` as the Safe itself: what its owners would have to agree on. */
async function asSafe({ tribune }: AuditWorld, safe: string, method: string, args: readonly unknown[]): Promise<void> {
  const signer = await impersonate(tribune.connection, safe);
  await signer.sendTransaction({ to: safe, data: SAFE.encodeFunctionData(method, args) });
}

/** What a Safe lets only itself do. */
const SAFE = new Interface([
  "function changeThreshold(uint256)",
  "function enableModule(address)",
  "function addOwnerWithThreshold(address,uint256)",
]);

const PLANTS: readonly Plant[] = [
  {
    name: "the deployer kept the admin's role",
    wire: async ({ tribune, timelock }) =>
      await tribune.timelock.connect(timelock).grantRole(ROLES.admin, tribune.deployer),
    property: "P1",
    says: /the deployer .*grantRole/,
  },
  {
    name: "somebody may schedule",
    wire: async ({ tribune, timelock }) =>
      await tribune.timelock.connect(timelock).grantRole(ROLES.proposer, tribune.minority),
    property: "P1",
    says: /voter 1 can change DualGovernanceTimelock\._minDelay alone/,
  },
  {
    name: "a committee may schedule",
    wire: async (world) => {
      const { tribune, timelock } = world;
      await tribune.timelock.connect(timelock).grantRole(ROLES.proposer, seatOf(world, "resealCommittee"));
    },
    property: "P4",
    says: /reseal committee may schedule in the timelock without a vote/,
  },
  {
    name: "a member of the tiebreaker is nobody of the address book",
    wire: async ({ tribune, timelock }) => {
      const { tiebreaker } = tribune;
      const [first, second] = (await tiebreaker?.members()) ?? [];
      await tiebreaker?.connect(timelock).setMembers([first ?? "", second ?? "", inventAccount("rotated")], 2n);
    },
    property: "P6",
    says: /has a seat that the address book gives to somebody else/,
  },
  {
    name: "somebody may take what the timelock has",
    wire: async ({ tribune, timelock }) => await tribune.vault.connect(timelock).approve(tribune.minority, MaxUint256),
    property: "P1",
    says: /voter 1 may take .* from the timelock/,
  },
  {
    name: "not everybody may execute",
    wire: async ({ tribune, timelock }) =>
      await tribune.timelock.connect(timelock).revokeRole(ROLES.executor, ZeroAddress),
    property: "P5",
    says: /Not everybody may execute/,
  },
  {
    name: "somebody can cancel",
    wire: async ({ tribune, timelock }) =>
      await tribune.timelock.connect(timelock).grantRole(ROLES.canceller, tribune.minority),
    property: "P5",
    says: /voter 1 can cancel/,
  },
  {
    name: "one owner of a Safe is enough",
    wire: (world) => asSafe(world, seatOf(world, "sealCommittee"), "changeThreshold", [1n]),
    property: "P1",
    says: /owner 0 of seal committee can change CircuitBreaker.sealedAt alone/,
  },
  {
    name: "a Safe has a module",
    wire: (world) => asSafe(world, seatOf(world, "sealCommittee"), "enableModule", [inventAccount("module")]),
    property: "P1",
    says: /module 0 of seal committee can change CircuitBreaker.sealedAt alone/,
  },
  {
    name: "one key sits in two committees that check each other",
    wire: async (world) => {
      const reseal = ISafe__factory.connect(seatOf(world, "resealCommittee"), world.tribune.deployer);
      const [owner] = await reseal.getOwners();
      await asSafe(world, seatOf(world, "sealCommittee"), "addOwnerWithThreshold", [owner, 2n]);
    },
    property: "P6",
    says: /sits in seal committee and in reseal committee/,
  },
  {
    name: "a large voter sits in a committee",
    wire: (world) =>
      asSafe(world, seatOf(world, "sealCommittee"), "addOwnerWithThreshold", [world.tribune.majority.address, 2n]),
    property: "P6",
    says: /has 66 % of the votes, and sits in seal committee/,
  },
  {
    name: "the vault belongs to somebody",
    wire: async ({ tribune, timelock }) => {
      await tribune.vault.connect(timelock).transferOwnership(tribune.minority);
      await tribune.vault.connect(tribune.minority).acceptOwnership();
    },
    property: "P1",
    says: /voter 1 can change ExampleVault\._fee alone/,
  },
];

describe("[PWR-8] the power audit goes red", () => {
  let world: AuditWorld;
  let snapshot: SnapshotRestorer;

  before(async () => {
    world = await createAuditWorld();
    snapshot = await world.tribune.connection.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  /** What is wired wrongly shows in Normal, and by single calls. */
  const audit = () => world.audit({ only: ({ name }) => name === NORMAL, isQuick: true });

  for (const { name, wire, property, says } of PLANTS) {
    it(`where ${name}`, async () => {
      await wire(world);
      const verdict = (await audit()).verdicts.find((one) => one.property === property);
      expect([...(verdict?.failures ?? []), ...(verdict?.gaps ?? [])].join("\n")).to.match(says);
      expect(verdict?.outcome).not.to.equal("holds");
    }).timeout(120_000);
  }

  it("and not where the proposer's role is granted to the zero address, which opens nothing", async () => {
    await world.tribune.timelock.connect(world.timelock).grantRole(ROLES.proposer, ZeroAddress);
    expect((await audit()).verdicts.flatMap(({ failures }) => failures)).to.deep.equal([]);
  }).timeout(120_000);
});
