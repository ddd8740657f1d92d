import { MaxUint256, ZeroAddress } from "ethers";

import { ROLES } from "../../../src/protocol/roles.js";
import { inventAccount } from "../../../src/rehearsal/snapshot.js";
import { ISafe__factory } from "../../../types/index.js";
import { asSafe, seatOf, type Plant } from "./plant.js";

/** Of the page: roles, seats, keys and allowances that somebody should not have. */
export const WIRED: readonly Plant[] = [
  {
    name: "the deployer kept the admin's role",
    parts: ["timelock"],
    wire: async ({ tribune, timelock }) =>
      await tribune.timelock.connect(timelock).grantRole(ROLES.admin, tribune.deployer),
    property: "P1",
    says: /the deployer .*grantRole/,
  },
  {
    name: "somebody may schedule",
    parts: ["timelock"],
    wire: async ({ tribune, timelock }) =>
      await tribune.timelock.connect(timelock).grantRole(ROLES.proposer, tribune.minority),
    property: "P1",
    says: /voter 1 can change DualGovernanceTimelock\._minDelay alone/,
  },
  {
    name: "a committee may schedule",
    parts: ["timelock"],
    wire: async (world) => {
      const { tribune, timelock } = world;
      await tribune.timelock.connect(timelock).grantRole(ROLES.proposer, seatOf(world, "resealCommittee"));
    },
    property: "P4",
    says: /reseal committee may schedule in the timelock without a vote/,
  },
  {
    name: "a member of the tiebreaker is nobody of the address book",
    parts: ["tiebreaker"],
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
    parts: [],
    wire: async ({ tribune, timelock }) => await tribune.vault.connect(timelock).approve(tribune.minority, MaxUint256),
    property: "P1",
    says: /voter 1 may take .* from the timelock/,
  },
  {
    name: "not everybody may execute",
    parts: ["timelock"],
    wire: async ({ tribune, timelock }) =>
      await tribune.timelock.connect(timelock).revokeRole(ROLES.executor, ZeroAddress),
    property: "P5",
    says: /Not everybody may execute/,
  },
  {
    name: "somebody can cancel",
    parts: ["timelock"],
    wire: async ({ tribune, timelock }) =>
      await tribune.timelock.connect(timelock).grantRole(ROLES.canceller, tribune.minority),
    property: "P5",
    says: /voter 1 can cancel/,
  },
  {
    name: "one owner of a Safe is enough",
    parts: ["breaker"],
    wire: (world) => asSafe(world, seatOf(world, "sealCommittee"), "changeThreshold", [1n]),
    property: "P1",
    says: /owner 0 of seal committee can change CircuitBreaker.sealedAt alone/,
  },
  {
    name: "a Safe has a module",
    parts: ["breaker"],
    wire: (world) => asSafe(world, seatOf(world, "sealCommittee"), "enableModule", [inventAccount("module")]),
    property: "P1",
    says: /module 0 of seal committee can change CircuitBreaker.sealedAt alone/,
  },
  {
    name: "one key sits in two committees that check each other",
    parts: [],
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
    parts: [],
    wire: (world) =>
      asSafe(world, seatOf(world, "sealCommittee"), "addOwnerWithThreshold", [world.tribune.majority.address, 2n]),
    property: "P6",
    says: /has 66 % of the votes, and sits in seal committee/,
  },
  {
    name: "the vault belongs to somebody",
    parts: ["vault"],
    wire: async ({ tribune, timelock }) => {
      await tribune.vault.connect(timelock).transferOwnership(tribune.minority);
      await tribune.vault.connect(tribune.minority).acceptOwnership();
    },
    property: "P1",
    says: /voter 1 can change ExampleVault\._fee alone/,
  },
];
