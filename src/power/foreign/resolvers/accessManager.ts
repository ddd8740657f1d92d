import { AbiCoder, dataSlice, id, ZeroHash } from "ethers";

import { addressIn } from "../../../protocol/topics.js";
import { encode, HEIR, type Reader } from "../reader.js";
import { doesOf, type Member, type Power, type Resolver, type Seat, type Step } from "../types.js";

const EVENTS = {
  granted: id("RoleGranted(uint64,address,uint32,uint48,bool)"),
  labelled: id("RoleLabel(uint64,string)"),
  admin: id("RoleAdminChanged(uint64,uint64)"),
  guardian: id("RoleGuardianChanged(uint64,uint64)"),
  target: id("TargetFunctionRoleUpdated(address,bytes4,uint64)"),
} as const;
const ADMIN = 0n;
/** Everybody has it. */
const PUBLIC = 2n ** 64n - 1n;

/** Whatever no other role is named for asks for this one. */
export const adminRoleOf = (manager: string): string => `ADMIN role of ${manager}`;

interface Managed {
  readonly target: string;
  /** [4 bytes, hex] */
  readonly selector: string;
  readonly role: bigint;
}

/** What an AccessManager's events name, each asked again. */
interface Manager {
  readonly address: string;
  readonly seats: ReadonlyMap<bigint, Seat>;
  readonly managed: readonly Managed[];
}

/** OpenZeppelin's AccessManager: roles with delays, who grants them, who may call what, who may cancel. */
export const resolveAccessManager: Resolver = async (reader, address) => {
  if ((await reader.ask(address, "minSetback")) === undefined) return undefined;
  if ((await reader.ask(address, "expiration")) === undefined) return undefined;
  const manager = await readManager(reader, address);
  const powers = [
    ...(await Promise.all([...manager.seats.keys()].map((role) => granting(reader, manager, role)))).flat(),
    ...acting(reader, manager),
    ...manager.managed.filter(({ role }) => role !== PUBLIC).map((one) => calling(reader, manager, one)),
    ...(await Promise.all(
      [...new Set(manager.managed.map(({ target }) => target))].map((one) => ruling(reader, manager, one)),
    )),
    ...(await cancelling(reader, manager)),
  ];
  const seats = [...manager.seats.values()];
  const met = manager.managed.map(({ target }) => target);
  return { kind: "AccessManager", powers, seats, met };
};

async function readManager(reader: Reader, address: string): Promise<Manager> {
  const logs = await reader.place.readLogs(address, Object.values(EVENTS));
  const roles = new Set([ADMIN]);
  const labels = new Map<bigint, string>();
  const managed = new Map<string, Managed>();
  for (const { topics, data } of logs) {
    const [event, first = ZeroHash, second = ZeroHash] = topics;
    if (event === EVENTS.target) {
      const selector = dataSlice(data, 0, 4);
      const target = addressIn(first);
      managed.set(`${target}${selector}`, { target, selector, role: BigInt(second) });
      roles.add(BigInt(second));
      continue;
    }
    roles.add(BigInt(first));
    if (event === EVENTS.granted) reader.meet(addressIn(second));
    else if (event === EVENTS.labelled) {
      labels.set(BigInt(first), String(AbiCoder.defaultAbiCoder().decode(["string"], data)[0]));
    } else roles.add(BigInt(second));
  }
  roles.delete(PUBLIC);
  const seats = new Map<bigint, Seat>();
  for (const role of roles) {
    const label = labels.get(role);
    const manager = reader.nameOf(address);
    const name = role === ADMIN ? adminRoleOf(manager) : `role ${label ?? String(role)} of ${manager}`;
    seats.set(role, { name, members: await membersOf(reader, address, role) });
  }
  return { address, seats, managed: [...managed.values()] };
}

async function membersOf(reader: Reader, address: string, role: bigint): Promise<Member[]> {
  const members: Member[] = [];
  for (const account of reader.known) {
    const answer = await reader.ask(address, "hasRole(uint64,address)", [role, account]);
    if (!Array.isArray(answer) || answer[0] !== true) continue;
    members.push({ account, seconds: Number(answer[1]) });
  }
  return members;
}

/** The seat of a role that something else names. */
async function seatOf(reader: Reader, { address, seats }: Manager, role: bigint): Promise<Seat> {
  const known = seats.get(role);
  if (known !== undefined) return known;
  return { name: `role ${role} of ${reader.nameOf(address)}`, members: await membersOf(reader, address, role) };
}

const CALL = "(address,bytes)";

/** At once, or announced first: `schedule`, wait, and through `execute`. */
function through(manager: string, target: string, data: string, { seconds }: Member, least = 0): Step[] {
  const wait = Math.max(seconds, least);
  if (wait === 0) return [{ to: target, data }];
  return [
    { to: manager, data: encode("schedule(address,bytes,uint48)", [target, data, 0n]) },
    { to: manager, data: encode(`execute${CALL}`, [target, data]), wait },
  ];
}

async function granting(reader: Reader, manager: Manager, role: bigint): Promise<Power[]> {
  const { address } = manager;
  const admin = (await reader.amount(address, "getRoleAdmin(uint64)", [role])) ?? ADMIN;
  const seat = await seatOf(reader, manager, role);
  const after = (await reader.amount(address, "getRoleGrantDelay", [role])) ?? 0n;
  const data = encode("grantRole(uint64,address,uint32)", [role, HEIR, 0n]);
  const grant = { rule: `who holds ${seat.name}`, effect: "changes", contract: address } as const;
  const gains = [{ what: { seat: seat.name }, seconds: Number(after) }];
  const byAdmin: Power = {
    ...{ ...grant, by: "grantRole", gains, seat: await seatOf(reader, manager, admin) },
    proof: { kind: "steps", steps: (member) => through(address, address, data, member) },
  };
  if (admin === ADMIN) return [byAdmin];
  // Whose admin another role is, that the highest role says.
  const appoint = encode("setRoleAdmin(uint64,uint64)", [role, admin]);
  const byHighest: Power = {
    ...{ ...grant, by: "setRoleAdmin", gains, seat: await seatOf(reader, manager, ADMIN) },
    proof: { kind: "steps", steps: (member) => through(address, address, appoint, member) },
  };
  return [byAdmin, byHighest];
}

/** What no role is named for, the highest role does in the manager's name. */
function acting(reader: Reader, { address, seats, managed }: Manager): Power[] {
  const [first] = managed;
  const seat = seats.get(ADMIN);
  if (first === undefined || seat === undefined) return [];
  const call = [first.target, encode("authority()")] as const;
  const steps = ({ seconds }: Member): Step[] => [
    ...(seconds === 0 ? [] : [{ to: address, data: encode("schedule(address,bytes,uint48)", [...call, 0n]) }]),
    { to: address, data: encode(`execute${CALL}`, call), wait: seconds },
  ];
  const rule = doesOf(reader.nameOf(address));
  return [{ rule, effect: "changes", contract: address, by: "execute", seat, proof: { kind: "steps", steps } }];
}

/** A function that a role may call, tried with arguments that may not fit: then it is inferred. */
function calling(reader: Reader, { address, seats }: Manager, { target, selector, role }: Managed): Power {
  const { name, data } = reader.guess(target, selector);
  return {
    ...{ rule: `${name} of ${reader.nameOf(target)}`, effect: "changes", contract: target, by: name },
    seat: seats.get(role) ?? { name: `role ${role} of ${reader.nameOf(address)}`, members: [] },
    proof: { kind: "steps", steps: (member) => through(address, target, data, member) },
  };
}

/** Who may call what of a target: the admin's to say, after the target's own delay. */
async function ruling(reader: Reader, manager: Manager, target: string): Promise<Power> {
  const { address, managed } = manager;
  const seat = await seatOf(reader, manager, ADMIN);
  const least = Number((await reader.amount(address, "getTargetAdminDelay", [target])) ?? 0n);
  const soonest = Math.min(...seat.members.map(({ seconds }) => seconds));
  const own = managed.filter((one) => one.target === target);
  const [first] = own;
  const data = encode("setTargetFunctionRole(address,bytes4[],uint64)", [
    target,
    first === undefined ? [] : [first.selector],
    first?.role ?? ADMIN,
  ]);
  return {
    ...{
      rule: `who may call ${reader.nameOf(target)}`,
      effect: "changes",
      contract: address,
      by: "setTargetFunctionRole",
    },
    seat,
    seconds: Math.max(0, least - (Number.isFinite(soonest) ? soonest : 0)),
    gains: own.map(({ role }) => ({
      what: { seat: manager.seats.get(role)?.name ?? seat.name },
      seconds: 0,
    })),
    proof: { kind: "steps", steps: (member) => through(address, address, data, member, least) },
  };
}

/** Guardians: what members announce, they cancel. */
async function cancelling(reader: Reader, manager: Manager): Promise<Power[]> {
  const { address, seats, managed } = manager;
  const admins = (seats.get(ADMIN)?.members ?? []).map(({ account }) => account);
  const powers: Power[] = [];
  for (const [role, seat] of seats) {
    const guardian = (await reader.amount(address, "getRoleGuardian", [role])) ?? ADMIN;
    const announcer = seat.members.find(({ seconds }) => seconds > 0);
    const call = managed.find((one) => one.role === role);
    // The admin cancels everything, and controls it anyway.
    if (guardian === ADMIN || announcer === undefined || call === undefined) continue;
    const { data } = reader.guess(call.target, call.selector);
    const [announce] = through(address, call.target, data, announcer);
    if (announce === undefined) continue;
    const cancel = encode("cancel(address,address,bytes)", [announcer.account, call.target, data]);
    powers.push({
      ...{ rule: `what ${seat.name} announces`, effect: "blocks", contract: address, by: "cancel" },
      seat: await seatOf(reader, manager, guardian),
      alsoPass: [announcer.account, ...admins],
      proof: {
        kind: "steps",
        steps: () => [{ to: address, data: cancel }],
        setup: [{ ...announce, from: announcer.account }],
      },
    });
  }
  return powers;
}

/** What an AccessManager manages names it. */
export const resolveManaged: Resolver = async (reader, address) => {
  const manager = await reader.address(address, "authority");
  if (manager === undefined) return undefined;
  return {
    kind: "AccessManaged",
    powers: [],
    parts: [{ address: manager, name: `the manager of ${reader.nameOf(address)}` }],
  };
};
