import { concat, id, isAddress, keccak256, MaxUint256, toBeHex } from "ethers";

import { listSeats } from "../../../src/protocol/committees/seats.js";
import { ROLES } from "../../../src/protocol/roles.js";
import { inventAccount } from "../../../src/rehearsal/snapshot.js";
import { ERC721Mock__factory, ISafe__factory } from "../../../types/index.js";
import { impersonate } from "../../helpers/impersonate.js";
import type { AuditWorld } from "../auditWorld.js";
import { asSafe, seatOf, write, type Plant } from "./plant.js";

const entryOf = (key: string, slot: string): string => keccak256(concat([toBeHex(key, 32), slot]));

const GUARD_SLOT = BigInt(id("guard_manager.guard.address"));

/**
 * A guard that would forbid whatever it likes.
 * @param guard An address, or a name of one where nobody has put code.
 */
export async function guardSubCommittee(world: AuditWorld, index: number, guard: string): Promise<void> {
  const seat = listSeats(world.tribune.addresses.bodies).find(({ name }) => name === `tiebreaker-${index}`);
  await write(world, seat?.value ?? "", { slot: GUARD_SLOT }, BigInt(isAddress(guard) ? guard : inventAccount(guard)));
}

/** Over plain JSON-RPC: storage that a node is told to have, and what contracts and Safes are made to do. */
export const WRITTEN: readonly Plant[] = [
  {
    name: "the base delay is zero",
    parts: [],
    wire: (world) => write(world, world.tribune.addresses.timelock, { slot: 2n }, 0n),
    property: "P2",
    says: /minDelay is 0/,
  },
  {
    name: "a committee is eternal",
    parts: [],
    wire: (world) => write(world, world.tribune.addresses.timelock, { slot: 6n, offset: 20, bytes: 5 }, 2n ** 40n - 1n),
    property: "P4",
    says: /activation committee's power ends at 1099511627775, past its hard end/,
  },
  {
    name: "an initialiser was left open",
    parts: ["strategy"],
    wire: (world) => write(world, world.tribune.addresses.example?.strategy ?? "", { slot: 0n, bytes: 20 }, 0n),
    property: "P1",
    says: /strategy\.bindVault\(address\) by the deployer/,
  },
  {
    name: "the Governor obeys somebody",
    parts: [],
    wire: (world) =>
      write(world, world.tribune.addresses.governor, { slot: 13n, bytes: 20 }, BigInt(world.tribune.minority.address)),
    property: "none",
    says: /governor\.timelock names voter 1/,
  },
  {
    name: "one sub-committee is the whole tiebreaker",
    parts: [],
    wire: (world) =>
      write(world, world.tribune.addresses.bodies.tiebreaker?.committee ?? "", { slot: 0n, offset: 28, bytes: 1 }, 1n),
    property: "P4",
    says: /1 of 3 sub-committees are the tiebreaker's quorum/,
  },
  {
    name: "somebody may pause the vault",
    parts: ["vault"],
    wire: async ({ tribune, timelock }) => await tribune.vault.connect(timelock).setBreaker(tribune.minority),
    property: "P1",
    says: /voter 1 can change ExampleVault\._pause\.resumesAt alone/,
  },
  {
    name: "whoever is admin of a role is somebody",
    parts: ["timelock"],
    wire: async (world) => {
      const { timelock } = world.tribune.addresses;
      const office = id("an office that nobody knows");
      const role = entryOf(ROLES.canceller, toBeHex(0n, 32));
      await write(world, timelock, { slot: BigInt(role) + 1n }, BigInt(office));
      const members = entryOf(office, toBeHex(0n, 32));
      await write(world, timelock, { slot: BigInt(entryOf(world.tribune.minority.address, members)) }, 1n);
    },
    property: "P1",
    says: /voter 1 .*grantRole|grantRole.* by voter 1/,
  },
  {
    name: "somebody whom nobody knows may take the escrow's shares",
    parts: [],
    wire: async ({ tribune }) => {
      const escrow = await impersonate(tribune.connection, tribune.escrow);
      await tribune.vault.connect(escrow).approve(inventAccount("mallory"), MaxUint256);
    },
    property: "P1",
    says: /may take .* of the vault .* from the escrow/,
  },
  {
    name: "somebody whom nobody knows may take the timelock's collectibles",
    parts: [],
    wire: async ({ tribune, timelock }) => {
      const collectibles = await new ERC721Mock__factory(tribune.deployer).deploy();
      await collectibles.connect(timelock).setApprovalForAll(inventAccount("mallory"), true);
    },
    property: "P1",
    says: /may take everything in .* from the timelock/,
  },
  {
    name: "a third of the votes is delegated to an owner of a committee",
    parts: [],
    wire: async (world) => {
      const { tribune } = world;
      const safe = ISafe__factory.connect(seatOf(world, "resealCommittee"), tribune.deployer);
      const [owner = ""] = await safe.getOwners();
      await tribune.token.connect(tribune.minority).delegate(owner);
    },
    property: "P6",
    says: /has 33 % of the votes, and sits in reseal committee/,
  },
  {
    name: "a Safe forwards unknown calls to the breaker in its own name",
    parts: [],
    wire: (world) =>
      asSafe(world, seatOf(world, "sealCommittee"), "setFallbackHandler", [
        world.tribune.addresses.bodies.circuitBreaker?.breaker,
      ]),
    property: "P1",
    says: /Anybody can call .* in the name of the seal committee/,
  },
  {
    name: "a guard may forbid what so many sub-committees do that no quorum is left",
    parts: [],
    wire: async (world) => {
      for (const index of [0, 1]) await guardSubCommittee(world, index, "guard");
    },
    property: "P5",
    says: /may forbid whatever the sub-committee 0 and the sub-committee 1 do, without whom the tiebreaker has no quorum/,
  },
  {
    name: "guards of whom nobody knows leave the tiebreaker no quorum",
    parts: [],
    wire: async (world) => {
      for (const index of [0, 1]) await guardSubCommittee(world, index, `guard ${index}`);
    },
    property: "P5",
    says: /Guards together keep the tiebreaker from its quorum/,
  },
  {
    name: "a guard may forbid what the seal committee does, and nobody has played that the DAO replaces it",
    parts: [],
    isUnplayed: true,
    wire: (world) => write(world, seatOf(world, "sealCommittee"), { slot: GUARD_SLOT }, BigInt(inventAccount("guard"))),
    property: "P5",
    says: /may forbid whatever the seal committee does/,
  },
  {
    name: "no quorum is asked for",
    parts: [],
    wire: (world) => {
      const { governor } = world.tribune.addresses;
      const newest = BigInt(keccak256(toBeHex(world.slotOf(governor, "_quorumNumeratorHistory._checkpoints"), 32)));
      return write(world, governor, { slot: newest, offset: 6, bytes: 26 }, 0n);
    },
    property: "P2",
    says: /one vote alone, unopposed, decides/,
  },
];
