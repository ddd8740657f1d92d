import { id, ZeroHash } from "ethers";

import { formatTime } from "../../protocol/format.js";
import { addressIn } from "../../protocol/topics.js";
import type { Handover } from "../../protocol/handovers.js";
import type { Finding, Ground, Part } from "./types.js";

const ROLE_GRANTED = id("RoleGranted(uint64,address,uint32,uint48,bool)");
const ADMIN = 0n;

/** OpenZeppelin's AccessManager: the roles that its events name, each asked again. */
export async function readManager(
  { reader, oldTimelock, newTimelock }: Ground,
  target: string,
): Promise<Part | undefined> {
  if ((await reader.ask(target, "minSetback")) === undefined) return undefined;
  if ((await reader.ask(target, "expiration")) === undefined) return undefined;
  const logs = await reader.place.readLogs(target, [ROLE_GRANTED]);
  const roles = new Set([ADMIN, ...logs.map(({ topics }) => BigInt(topics[1] ?? ZeroHash))]);
  const accounts = new Set(logs.map(({ topics }) => addressIn(topics[2])));
  const name = reader.nameOf(target);
  /** The delay with which an account holds a role; undefined if it does not. [seconds] */
  const holds = async (role: bigint, account: string): Promise<bigint | undefined> => {
    const answer = await reader.ask(target, "hasRole(uint64,address)", [role, account]);
    return Array.isArray(answer) && answer[0] === true ? (answer[1] as bigint) : undefined;
  };
  const now = await reader.snapshot.now();
  /** When an account gets a role that was granted to it; undefined if it has it, or was granted none. [unix seconds] */
  const comesAt = async (role: bigint, account: string): Promise<bigint | undefined> => {
    const answer = await reader.ask(target, "getAccess", [role, account]);
    const since = Array.isArray(answer) ? (answer[0] as bigint) : 0n;
    return since > now ? since : undefined;
  };
  const handovers: Handover[] = [];
  const own: Finding[] = [];
  const others: Finding[] = [];
  const notices: string[] = [];
  for (const role of roles) {
    const delay = await holds(role, oldTimelock);
    if (delay !== undefined) {
      const admin = (await reader.amount(target, "getRoleAdmin(uint64)", [role])) ?? ADMIN;
      const granting = await holds(admin, oldTimelock);
      const why =
        granting === undefined
          ? "does not hold the role that grants it"
          : delay + granting > 0n
            ? "must announce what it does there, which one proposal cannot"
            : undefined;
      if (why === undefined) {
        const after = (await reader.amount(target, "getRoleGrantDelay", [role])) ?? 0n;
        handovers.push({ kind: "manager role", target, role, delay: after });
        // The old timelock gives it up in the same transaction.
        if (after > 0n) own.push(tellGap(name, target, role, after));
      } else {
        const sentence = `The old timelock holds role ${role} of ${name}, and ${why}: it cannot be handed over.`;
        own.push({ key: `role ${role} of ${target}`, sentence });
      }
    }
    for (const account of [oldTimelock, newTimelock]) {
      const since = await comesAt(role, account);
      if (since !== undefined) own.push(tellComing(name, target, role, reader.nameOf(account), since));
    }
    for (const account of accounts) {
      if (account === oldTimelock || account === newTimelock || (await holds(role, account)) === undefined) continue;
      const sentence = `${reader.nameOf(account)} holds role ${role} of ${name} as well, and keeps it.`;
      if (role === ADMIN) others.push({ key: `role ${role} of ${target}: ${account}`, sentence });
      else notices.push(sentence);
    }
  }
  return { kind: "AccessManager", handovers, own, others, notices };
}

const tellGap = (name: string, target: string, role: bigint, gap: bigint): Finding => ({
  key: `role ${role} of ${target}: ${gap} s`,
  sentence:
    `Role ${role} of ${name} comes into force ${gap} s after it is granted: the new timelock cannot use it so long once the ` +
    "adoption has landed, and the old one has given it up. Set its grant delay to 0 before, or let the DAO accept that.",
});

const tellComing = (name: string, target: string, role: bigint, who: string, since: bigint): Finding => ({
  key: `role ${role} of ${target} from ${since} on`,
  sentence:
    `Role ${role} of ${name} comes into force for ${who} at ${formatTime(since)}: until then it can neither use it nor hand ` +
    "it over. Run this again afterwards.",
});

/** What an AccessManager manages names it. */
export async function readManaged({ reader }: Ground, target: string): Promise<Part | undefined> {
  const manager = await reader.address(target, "authority");
  if (manager === undefined || (await reader.code(manager)) === "0x") return undefined;
  reader.name(manager, `the manager of ${reader.nameOf(target)}`);
  return { kind: "AccessManaged", parts: [manager] };
}
