import { id, ZeroAddress, ZeroHash } from "ethers";

import { ROLE_GRANTED, addressIn } from "../../protocol/topics.js";
import { roleOf } from "../../power/foreign/resolvers/accessControl.js";
import { constantsIn } from "../../power/storage/constantHashes.js";
import type { Handover } from "../../protocol/handovers.js";
import type { Finding, Ground, Part } from "./types.js";

const ROLE_ADMIN_CHANGED = id("RoleAdminChanged(bytes32,bytes32,bytes32)");
const ACCESS_CONTROL = "0x7965db0b";

/** OpenZeppelin's AccessControl: roles out of events and out of the code's constants, each asked again. */
export async function readRoles(ground: Ground, target: string): Promise<Part | undefined> {
  const { reader, oldTimelock, newTimelock } = ground;
  if ((await reader.ask(target, "supportsInterface", [ACCESS_CONTROL])) !== true) return undefined;
  const { roles, accounts } = await readTold(ground, target);
  const name = reader.nameOf(target);
  const admins = new Map<string, string>();
  for (const role of roles) {
    admins.set(role, String(await reader.ask(target, "getRoleAdmin(bytes32)", [role])));
  }
  const isAdmin = (role: string): boolean => [...admins.values()].includes(role);
  const holds = async (role: string, account: string): Promise<boolean> =>
    (await reader.ask(target, "hasRole(bytes32,address)", [role, account])) === true;
  const delay = await reader.amount(target, "defaultAdminDelay");
  const handovers: Handover[] = [];
  const own: Finding[] = [];
  const others: Finding[] = [];
  const notices: string[] = [];
  const offered = delay === undefined ? undefined : await reader.ask(target, "pendingDefaultAdmin");
  const heir = Array.isArray(offered) ? String(offered[0]) : ZeroAddress;
  if (![ZeroAddress, newTimelock].includes(heir)) {
    const sentence =
      `${name} is offered to ${reader.nameOf(heir)} as its default admin, who need only accept: ` +
      (heir === oldTimelock
        ? "let the old timelock accept before the adoption."
        : "if that happens before the adoption lands, it fails.");
    own.push({ key: `pending default admin of ${target}: ${heir}`, sentence });
  }
  for (const [role, admin] of admins) {
    if (await holds(role, oldTimelock)) {
      if (role === ZeroHash && delay !== undefined)
        handovers.push({ kind: "default admin", target, delay: delay + 1n });
      else if (await holds(admin, oldTimelock)) {
        handovers.push({ kind: "role", target, role, isAdmin: isAdmin(role) });
      } else {
        own.push({
          key: `role ${role} of ${target}`,
          sentence: `The old timelock holds the ${roleOf(role, name)}, and does not hold the role that grants it: it cannot be handed over.`,
        });
      }
    }
    for (const account of accounts) {
      if (account === oldTimelock || account === newTimelock || !(await holds(role, account))) continue;
      const sentence = `${reader.nameOf(account)} holds the ${roleOf(role, name)} as well, and keeps it.`;
      if (isAdmin(role)) others.push({ key: `role ${role} of ${target}: ${account}`, sentence });
      else notices.push(sentence);
    }
  }
  return { kind: "AccessControl", handovers, own, others, notices };
}

async function readTold({ reader }: Ground, target: string): Promise<{ roles: Set<string>; accounts: Set<string> }> {
  const logs = await reader.place.readLogs(target, [ROLE_GRANTED, ROLE_ADMIN_CHANGED]);
  const roles = new Set([ZeroHash]);
  const accounts = new Set<string>();
  for (const { topics } of logs) {
    roles.add(topics[1] ?? ZeroHash);
    if (topics[0] === ROLE_ADMIN_CHANGED) roles.add(topics[3] ?? ZeroHash);
    else accounts.add(addressIn(topics[2]));
  }
  // A proxy's earlier code may have told of fewer.
  for (const code of await reader.codes(target)) {
    for (const word of constantsIn(code))
      if (word.length === 66 && (await isRole(reader, target, word))) roles.add(word);
  }
  return { roles, accounts };
}

/** A constant of the code may be anything: it is a role if somebody who is asked about holds it. */
const isRole = async (reader: Ground["reader"], target: string, word: string): Promise<boolean> => {
  for (const account of reader.known) {
    if ((await reader.ask(target, "hasRole(bytes32,address)", [word, account])) === true) return true;
  }
  return false;
};
