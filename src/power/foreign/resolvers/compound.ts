import { ZeroAddress } from "ethers";

import { encode, HEIR, STRANGER, type Reader } from "../reader.js";
import { doesOf, immediately, type Power, type Resolver, type Seat, type Step } from "../types.js";

const CALL = "(address,uint256,string,bytes,uint256)";
const adminOf = (name: string): string => `admin of ${name}`;
/** A moment that is far enough, whichever block asks. [seconds] */
const LATER = 3_600n;

/** Compound's Timelock, and its copies: the admin acts as it, after the delay. */
export const resolveCompoundTimelock: Resolver = async (reader, address) => {
  const admin = await reader.address(address, "admin");
  const delay = await reader.amount(address, "delay");
  if (admin === undefined || delay === undefined || !(await reader.has(address, `queueTransaction${CALL}`))) {
    return undefined;
  }
  const name = reader.nameOf(address);
  const seat: Seat = { name: adminOf(name), members: admin === ZeroAddress ? [] : [immediately(admin)] };
  const eta = (await reader.snapshot.now()) + delay + LATER;
  const call = [STRANGER, 0n, "", "0x", eta] as const;
  const steps = (): Step[] => [
    { to: address, data: encode(`queueTransaction${CALL}`, call) },
    { to: address, data: encode(`executeTransaction${CALL}`, call), wait: Number(delay + LATER) },
  ];
  const powers: Power[] = [
    {
      ...{ rule: doesOf(name), effect: "changes", contract: address, by: "queueTransaction", seat },
      seconds: Number(delay),
      proof: { kind: "steps", steps },
    },
    await appointing(reader, address, seat),
    {
      ...{ rule: `delay of ${name}`, effect: "changes", contract: address, by: "setDelay" },
      seat: itself(name, address),
      proof: { kind: "steps", steps: () => [{ to: address, data: encode("setDelay(uint256)", [delay]) }] },
    },
  ];
  const pending = await acceptance(reader, address, "acceptAdmin()", seat);
  return { kind: "Compound's Timelock", powers: [...powers, ...pending], seats: [seat] };
};

const itself = (name: string, address: string): Seat => ({ name: `${name} itself`, members: [immediately(address)] });

/** Once by the admin, where that was never done; then by the timelock alone. */
async function appointing(reader: Reader, address: string, admin: Seat): Promise<Power> {
  const isFirst = (await reader.ask(address, "admin_initialized")) === false;
  const seat = isFirst ? admin : itself(reader.nameOf(address), address);
  const data = encode("setPendingAdmin(address)", [HEIR]);
  return {
    ...{ rule: admin.name, effect: "changes", contract: address, by: "setPendingAdmin", seat },
    gains: [{ what: { seat: admin.name }, seconds: 0 }],
    proof: { kind: "steps", steps: () => [{ to: address, data }] },
  };
}

/** Whoever is only to accept. */
async function acceptance(reader: Reader, address: string, accept: string, admin: Seat): Promise<Power[]> {
  const pending = await reader.address(address, "pendingAdmin");
  if (pending === undefined || pending === ZeroAddress) return [];
  return [
    {
      ...{ rule: admin.name, effect: "changes", contract: address, by: accept.replace("()", "") },
      seat: { name: `pending ${admin.name}`, members: [immediately(pending)] },
      gains: [{ what: { seat: admin.name }, seconds: 0 }],
      proof: { kind: "steps", steps: () => [{ to: address, data: encode(accept) }] },
    },
  ];
}

/** What Compound's Governors have beside votes: a guardian who appoints the timelock's admin (Alpha), an admin (Bravo). */
export const resolveCompoundGovernor: Resolver = async (reader, address) => {
  if ((await reader.amount(address, "quorumVotes")) === undefined) return undefined;
  const timelock = await reader.address(address, "timelock");
  const [guardians, admins] = [await guardian(reader, address, timelock), await bravoAdmin(reader, address)];
  const parts =
    timelock === undefined ? [] : [{ address: timelock, name: `the timelock of ${reader.nameOf(address)}` }];
  return { kind: "Compound's Governor", powers: [...guardians, ...admins], parts };
};

async function guardian(reader: Reader, address: string, timelock: string | undefined): Promise<Power[]> {
  const holder = await reader.address(address, "guardian");
  if (holder === undefined || holder === ZeroAddress) return [];
  const name = reader.nameOf(address);
  const seat: Seat = { name: `guardian of ${name}`, members: [immediately(holder)] };
  const delay = timelock === undefined ? undefined : await reader.amount(timelock, "delay");
  const queue = "__queueSetTimelockPendingAdmin(address,uint256)";
  if (timelock === undefined || delay === undefined || !(await reader.has(address, queue))) return [];
  const admin = adminOf(reader.nameOf(timelock));
  const eta = (await reader.snapshot.now()) + delay + LATER;
  const steps = (): Step[] => [
    { to: address, data: encode(queue, [HEIR, eta]) },
    {
      ...{ to: address, data: encode("__executeSetTimelockPendingAdmin(address,uint256)", [HEIR, eta]) },
      wait: Number(delay + LATER),
    },
    { from: HEIR, to: timelock, data: encode("acceptAdmin()") },
  ];
  return [
    {
      ...{ rule: admin, effect: "changes", contract: timelock, by: "__queueSetTimelockPendingAdmin", seat },
      seconds: Number(delay),
      gains: [{ what: { seat: admin }, seconds: 0 }],
      proof: { kind: "steps", steps },
    },
  ];
}

async function bravoAdmin(reader: Reader, address: string): Promise<Power[]> {
  const admin = await reader.address(address, "admin");
  if (admin === undefined || admin === ZeroAddress) return [];
  const name = reader.nameOf(address);
  const seat: Seat = { name: adminOf(name), members: [immediately(admin)] };
  const powers = await acceptance(reader, address, "_acceptAdmin()", seat);
  if (await reader.has(address, "_setPendingAdmin(address)")) {
    const data = encode("_setPendingAdmin(address)", [HEIR]);
    powers.push({
      ...{ rule: seat.name, effect: "changes", contract: address, by: "_setPendingAdmin", seat },
      gains: [{ what: { seat: seat.name }, seconds: 0 }],
      proof: { kind: "steps", steps: () => [{ to: address, data }] },
    });
  }
  return powers;
}
