import { id, ZeroHash } from "ethers";

import { ROLE_GRANTED, addressIn } from "../../../protocol/topics.js";
import { constantsIn } from "../../storage/constantHashes.js";
import { encode, HEIR, type Reader } from "../reader.js";
import { immediately, type Power, type Resolver, type Seat } from "../types.js";

const ROLE_ADMIN_CHANGED = id("RoleAdminChanged(bytes32,bytes32,bytes32)");
const ACCESS_CONTROL = "0x7965db0b";

/** Roles that many contracts call the same. */
const USUAL = ["PROPOSER", "EXECUTOR", "CANCELLER", "TIMELOCK_ADMIN", "MINTER", "BURNER", "PAUSER", "UPGRADER"];
const MORE = ["SNAPSHOT", "OPERATOR", "KEEPER", "MANAGER", "CURATOR", "GUARDIAN", "ADMIN", "GOVERNOR", "ORACLE"];
const NAMES = new Map([
  [ZeroHash, "DEFAULT_ADMIN_ROLE"],
  ...[...USUAL, ...MORE].map((name) => [id(`${name}_ROLE`), `${name}_ROLE`] as const),
]);

export const roleOf = (role: string, name: string): string =>
  `${NAMES.get(role) ?? `role ${role.slice(0, 10)}…`} of ${name}`;

/** Who holds a role, of everybody who was met: contracts that keep no list tell it for one account at a time. */
async function membersOf(reader: Reader, address: string, role: string): Promise<string[]> {
  const members: string[] = [];
  for (const account of reader.known) {
    if ((await reader.ask(address, "hasRole(bytes32,address)", [role, account])) === true) members.push(account);
  }
  return members;
}

/** The holders of a role, as a seat. */
export async function roleSeat(reader: Reader, address: string, role: string): Promise<Seat> {
  const members = await membersOf(reader, address, role);
  return { name: roleOf(role, reader.nameOf(address)), members: members.map(immediately) };
}

/** OpenZeppelin's AccessControl: roles out of events and out of the code's constants, holders asked one by one. */
export const resolveAccessControl: Resolver = async (reader, address) => {
  if ((await reader.ask(address, "supportsInterface", [ACCESS_CONTROL])) !== true) return undefined;
  const logs = await reader.place.readLogs(address, [ROLE_GRANTED, ROLE_ADMIN_CHANGED]);
  const constants = (await reader.codes(address)).flatMap(constantsIn).filter((word) => word.length === 66);
  const told = new Set([ZeroHash, ...logs.map(({ topics }) => topics[1] ?? ZeroHash)]);
  for (const { topics } of logs) {
    if (topics[0] === ROLE_ADMIN_CHANGED) told.add(topics[3] ?? ZeroHash);
    else reader.meet(addressIn(topics[2]));
  }
  const powers: Power[] = [];
  const seats: Seat[] = [];
  for (const role of new Set([...told, ...constants])) {
    const seat = await roleSeat(reader, address, role);
    // A constant of the code may be anything.
    if (!told.has(role) && seat.members.length === 0) continue;
    const admin = (await reader.ask(address, "getRoleAdmin(bytes32)", [role])) as string | undefined;
    if (admin === undefined) continue;
    seats.push(seat);
    const data = encode("grantRole(bytes32,address)", [role, HEIR]);
    powers.push({
      ...{ rule: `who holds ${seat.name}`, effect: "changes", contract: address, by: "grantRole" },
      seat: admin === role ? seat : await roleSeat(reader, address, admin),
      gains: [{ what: { seat: seat.name }, seconds: 0 }],
      proof: { kind: "steps", steps: () => [{ to: address, data }] },
    });
  }
  return { kind: "AccessControl", powers, seats };
};
