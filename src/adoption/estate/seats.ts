import { ZeroAddress } from "ethers";

import type { OldRoles } from "../../protocol/adoption.js";
import { ROLES } from "../../protocol/roles.js";
import type { Step } from "../play/stage.js";
import type { OldTimelock } from "./oldTimelock.js";
import type { Finding, Ground } from "./types.js";

/** Who acts in the old timelock beside `expected`, and as what. */
function seatsOf({ roles }: Pick<OldTimelock, "roles">, expected: readonly string[]): Map<string, string[]> {
  const seats = new Map<string, string[]>();
  const note = (accounts: readonly string[], what: string): void => {
    for (const account of accounts.filter((one) => !expected.includes(one))) {
      seats.set(account, [...(seats.get(account) ?? []), what]);
    }
  };
  note(roles.proposers, "propose");
  note(roles.cancellers ?? roles.proposers, "cancel");
  note(roles.executors, "execute");
  note(roles.admins, "hand out roles");
  return seats;
}

const seatKey = (account: string): string => `role in the old timelock: ${account}`;

/** Whoever acts in the old timelock beside the Governor until the adoption lands, and loses that by it. */
export function tellSeats({ reader, governor, oldTimelock }: Ground, old: OldTimelock): Finding[] {
  const seats = [...seatsOf(old, [governor, oldTimelock, ZeroAddress])];
  return seats
    .filter(([, may]) => may.some((what) => what !== "execute"))
    .map(([account, may]) => ({
      key: seatKey(account),
      sentence:
        `${reader.nameOf(account)} may ${may.join(", ")} in the old timelock: until the adoption lands it can withdraw it, or ` +
        "do there, and by it in the new timelock, what no list has. The adoption takes that away, and gives nothing for it " +
        "in the new one. Run this again just before the adoption is executed.",
    }));
}

/** What only the adoption should give the new timelock. */
export async function tellEarlySeats(ground: Ground, old: OldTimelock): Promise<Finding[]> {
  const may: string[] = [];
  for (const [what, role] of [...wantedSeats(old), ["cancel", ROLES.canceller] as const]) {
    if (await hasSeat(ground, role)) may.push(what);
  }
  if (may.length === 0) return [];
  const sentence =
    `The new timelock may ${may.join(", ")} in the old one already, which only the adoption should allow: find out who has ` +
    "granted that, and let a decision revoke it.";
  return [{ key: seatKey(ground.newTimelock), sentence }];
}

/** Executors who are nobody's danger, and lose their role. */
export const noteExecutors = ({ reader, governor, oldTimelock }: Ground, old: OldTimelock): string[] =>
  [...seatsOf(old, [governor, oldTimelock, ZeroAddress])]
    .filter(([, may]) => may.every((what) => what === "execute"))
    .map(([account]) => `${reader.nameOf(account)} executes in the old timelock, and loses that by the adoption.`);

/** What the proposal takes from others is a fixed list, to which an admin outside adds whom he likes afterwards. */
export const checkAdmins = ({ reader }: Ground, { roles }: OldTimelock): Step => ({
  what: "Nobody but the old timelock itself hands out roles in it",
  why:
    roles.admins.length === 0
      ? undefined
      : `${roles.admins.map((one) => reader.nameOf(one)).join(", ")} can, and must renounce that first`,
});

/** Who has a seat again after the way back: the DAO must know them. */
export const tellSeatsBack = ({ reader, governor }: Pick<Ground, "reader" | "governor">, roles: OldRoles): Finding[] =>
  [...seatsOf({ roles }, [governor, ZeroAddress])].map(([account, may]) => ({
    key: `seat given back: ${account}`,
    sentence: `${reader.nameOf(account)} may ${may.join(", ")} in the old timelock again after the way back, as before the adoption.`,
  }));

/** What the new timelock needs in the old one to fetch what comes there late. */
const wantedSeats = ({ roles }: OldTimelock) =>
  [
    ["propose", ROLES.proposer],
    ["execute", ROLES.executor],
    ["hand out roles", roles.admin],
  ] as const;

const hasSeat = async ({ reader, oldTimelock, newTimelock }: Ground, role: string): Promise<boolean> =>
  (await reader.ask(oldTimelock, "hasRole(bytes32,address)", [role, newTimelock])) === true;

/** After the adoption: whoever acts in the old timelock and is not the new one, and what the new one cannot do there. */
export async function tellSeatsLeft(ground: Ground, old: OldTimelock): Promise<Finding[]> {
  const { reader, newTimelock } = ground;
  const left = [...seatsOf(old, [newTimelock])].map(([account, may]) => ({
    key: seatKey(account),
    sentence: `${account === ZeroAddress ? "Anybody" : reader.nameOf(account)} may still ${may.join(", ")} in the old timelock.`,
  }));
  const lacks: string[] = [];
  for (const [what, role] of wantedSeats(old)) if (!(await hasSeat(ground, role))) lacks.push(what);
  if (lacks.length === 0) return left;
  const sentence = `The new timelock cannot ${lacks.join(", ")} in the old one: what comes there late is lost to it.`;
  return [...left, { key: "roles of the new timelock in the old one", sentence }];
}
