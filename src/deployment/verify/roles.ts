import { ZeroAddress, ZeroHash, id as roleId } from "ethers";

import type { Finding, Report } from "./finding.js";
import { queryLogsOf, type ConnectedSubject } from "./subject.js";

const ROLE_NAMES: ReadonlyMap<string, string> = new Map([
  [ZeroHash, "DEFAULT_ADMIN_ROLE"],
  ...["PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE"].map((name) => [roleId(name), name] as const),
]);

/** Everybody who may hold a role of the timelock; the zero address opens one to anybody. */
export function intendedRoles({ timelock, governor }: { timelock: string; governor: string }) {
  return new Map<string, readonly string[]>([
    [ZeroHash, [timelock]],
    [roleId("PROPOSER_ROLE"), [governor]],
    [roleId("CANCELLER_ROLE"), [governor, timelock]],
    [roleId("EXECUTOR_ROLE"), [ZeroAddress]],
  ]);
}

/** Exactly the intended accounts hold roles of the timelock: by every event since the beginning, and by asking it. */
export async function verifyRoles(subject: ConnectedSubject): Promise<Report> {
  const { timelock } = subject.contracts;
  const intended = intendedRoles(subject.addresses);
  const names = namesOf(subject);
  const granted = await queryLogsOf(subject, (from, to) =>
    timelock.queryFilter(timelock.filters.RoleGranted(), from, to),
  );
  const pairs = new Map<string, readonly [role: string, account: string]>();
  for (const { args } of granted) pairs.set(`${args.role}:${args.account}`, [args.role, args.account]);
  for (const [role, accounts] of intended) {
    for (const account of accounts) pairs.set(`${role}:${account}`, [role, account]);
  }

  const findings = await Promise.all(
    [...pairs.values()].map(async ([role, account]): Promise<Finding[]> => {
      const holds = await timelock.hasRole(role, account);
      const may = intended.get(role)?.includes(account) ?? false;
      if (holds === may) return [];
      const roleName = ROLE_NAMES.get(role) ?? `the unknown role ${role}`;
      const message = `${names(account)} ${holds ? "holds" : "does not hold"} it, and ${may ? "should" : "should not"}`;
      return [{ severity: "error", subject: `timelock, ${roleName}`, message }];
    }),
  );
  const admins = await Promise.all(
    [...ROLE_NAMES].map(async ([role, name]): Promise<Finding[]> => {
      const admin = await timelock.getRoleAdmin(role);
      if (admin === ZeroHash) return [];
      const message = `is administered by ${ROLE_NAMES.get(admin) ?? admin}, should be by DEFAULT_ADMIN_ROLE`;
      return [{ severity: "error", subject: `timelock, ${name}`, message }];
    }),
  );
  return { checks: pairs.size + ROLE_NAMES.size, findings: [...findings, ...admins].flat() };
}

function namesOf({ deployer, addresses }: ConnectedSubject) {
  const names = new Map([
    [deployer, "the deployer"],
    [addresses.governor, "the Governor"],
    [addresses.timelock, "the timelock itself"],
    [ZeroAddress, "everybody"],
  ]);
  return (account: string): string => {
    const name = names.get(account);
    return name === undefined ? account : `${name} (${account})`;
  };
}
