import { ZeroAddress } from "ethers";

import { ROLES } from "../../protocol/roles.js";
import type { Finding, Report } from "./finding.js";
import type { ConnectedSubject } from "./subject.js";

const ROLE_NAMES: ReadonlyMap<string, string> = new Map([
  [ROLES.admin, "DEFAULT_ADMIN_ROLE"],
  [ROLES.proposer, "PROPOSER_ROLE"],
  [ROLES.canceller, "CANCELLER_ROLE"],
  [ROLES.executor, "EXECUTOR_ROLE"],
]);

export const nameOfRole = (role: string): string => ROLE_NAMES.get(role) ?? `the unknown role ${role}`;

/** Everybody who may hold a role of the timelock; the zero address opens one to anybody. */
export function intendedRoles({ timelock, governor }: { timelock: string; governor: string }) {
  return new Map<string, readonly string[]>([
    [ROLES.admin, [timelock]],
    [ROLES.proposer, [governor]],
    [ROLES.canceller, [governor, timelock]],
    [ROLES.executor, [ZeroAddress]],
  ]);
}

/** A grant of a role to an account, or the end of one. */
interface RoleEvent {
  readonly role: string;
  readonly account: string;
}

/** What the old timelock of a DAO that exists holds until the adoption: from then on it should not. */
const isPassing = ({ role, account }: RoleEvent, { oldTimelock }: ConnectedSubject["addresses"]): boolean =>
  account === oldTimelock && (role === ROLES.proposer || role === ROLES.canceller);

/** Whether nobody ever meant that account to hold that role. */
export function isUnintended({ role, account }: RoleEvent, { addresses }: ConnectedSubject): boolean {
  if (isPassing({ role, account }, addresses)) return false;
  return !(intendedRoles(addresses).get(role)?.includes(account) ?? false);
}

/**
 * Exactly the intended accounts hold roles of the timelock, and no other ever did: by every event since the beginning,
 * and by asking it. Whoever held one for an hour may have scheduled what gives it back.
 */
export async function verifyRoles(subject: ConnectedSubject): Promise<Report> {
  const { timelock } = subject.contracts;
  const intended = intendedRoles(subject.addresses);
  const names = namesOf(subject);
  const { oldTimelock } = subject.addresses;
  const hasAdopted =
    oldTimelock !== undefined && (await subject.contracts.governor.timelock()) === subject.addresses.timelock;
  const pairs = new Map<string, RoleEvent & { readonly grants: number }>();
  for (const { args } of subject.told.granted) {
    const { role, account } = args;
    const key = `${role}:${account}`;
    pairs.set(key, { role, account, grants: (pairs.get(key)?.grants ?? 0) + 1 });
  }
  for (const [role, accounts] of intended) {
    for (const account of accounts) {
      const key = `${role}:${account}`;
      pairs.set(key, pairs.get(key) ?? { role, account, grants: 0 });
    }
  }

  const findings = await Promise.all(
    [...pairs.values()].map(async ({ role, account, grants }): Promise<Finding[]> => {
      const holds = await timelock.hasRole(role, account);
      const may = isPassing({ role, account }, subject.addresses)
        ? !hasAdopted
        : !isUnintended({ role, account }, subject);
      const roleName = nameOfRole(role);
      const tell = (what: string): Finding[] => [
        { severity: "error", subject: `timelock, ${roleName}`, message: `${names(account)} ${what}` },
      ];
      if (holds !== may) {
        return tell(`${holds ? "holds" : "does not hold"} it, and ${may ? "should" : "should not"}`);
      }
      if (may || isPassing({ role, account }, subject.addresses)) return [];
      // The constructor makes the deployer admin, once.
      const isFirst = role === ROLES.admin && account === subject.deployer;
      if (!isFirst) return tell("has held it, and should never have");
      return grants === 1 ? [] : tell("got it back after it had left, and should not have");
    }),
  );
  const admins = await Promise.all(
    [...ROLE_NAMES].map(async ([role, name]): Promise<Finding[]> => {
      const admin = await timelock.getRoleAdmin(role);
      if (admin === ROLES.admin) return [];
      const message = `is administered by ${ROLE_NAMES.get(admin) ?? admin}, should be by DEFAULT_ADMIN_ROLE`;
      return [{ severity: "error", subject: `timelock, ${name}`, message }];
    }),
  );
  return { checks: pairs.size + ROLE_NAMES.size, findings: [...findings, ...admins].flat(), unread: [] };
}

function namesOf({ deployer, addresses }: ConnectedSubject) {
  const names = new Map([
    [deployer, "the deployer"],
    [addresses.governor, "the Governor"],
    [addresses.timelock, "the timelock itself"],
    [ZeroAddress, "everybody"],
    ...(addresses.oldTimelock === undefined ? [] : [[addresses.oldTimelock, "the old timelock"] as const]),
  ]);
  return (account: string): string => {
    const name = names.get(account);
    return name === undefined ? account : `${name} (${account})`;
  };
}
