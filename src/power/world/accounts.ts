import { getAddress, ZeroAddress } from "ethers";

import { ROLE_GRANTED, addressIn } from "../../protocol/topics.js";
import { listSeats } from "../../protocol/committees/seats.js";
import type { Snapshot } from "../../rehearsal/snapshot.js";
import type { FoundSafe } from "../../safe/readSafe.js";
import { logsOf } from "./logs.js";
import { SIGNER } from "./decide.js";
import { DELEGATION } from "../../protocol/accountCode.js";
import type { AuditInput } from "./auditInput.js";
import { readView, type Part } from "../manifest/parts.js";
import { namesOfOperators } from "../pool/parts.js";
import type { Account, World } from "./world.js";

/** Who is known before everybody has a name. */
type Known = Pick<World, "stranger" | "parts" | "staking" | "voters" | "lots" | "stakers"> & {
  readonly safes: ReadonlyMap<string, FoundSafe>;
};

/** Everybody of whom the audit knows, by the first name that an account is found by. */
export async function listAccounts(
  input: AuditInput,
  { stranger, parts, staking, safes, voters, lots, stakers }: Known,
): Promise<Account[]> {
  const { snapshot, addresses, deployer } = input;
  return await markDelegating(snapshot, [
    ...namesOfOperators(staking),
    ...parts.map(({ name, address }) => ({ name: `the ${name}`, address })),
    ...listSeats(addresses.bodies).map(({ label, value }) => ({ name: label, address: value })),
    ...[...safes].flatMap(([label, safe]) => (safe.kind === "safe" ? ownersOf(label, safe.owners, safe.modules) : [])),
    { name: "the deployer", address: deployer },
    ...voters.map(({ address, kind }, index) => ({
      name: `voter ${index}${kind === "contract" ? " (a contract)" : ""}`,
      address,
    })),
    ...stakers.map(({ address }, index) => ({ name: `staker ${index}`, address })),
    ...lots.flatMap(({ by }, index) => by.map((address) => ({ name: `delegate of holder ${index}`, address }))),
    ...(await readBeneficiaries(snapshot, parts)),
    ...(input.named ?? []),
    ...(input.others ?? (await readGranted(input))).map((address, index) => ({
      name: `account ${index} that was given a role`,
      address,
    })),
    { name: "an account that signs", address: SIGNER.address },
    { name: "a stranger", address: stranger },
  ]);
}

/** Whoever was ever given a role of the timelock's, by its logs. */
async function readGranted({ addresses, provider, readAnyLogs = logsOf(provider) }: AuditInput): Promise<string[]> {
  const logs = await readAnyLogs({ address: addresses.timelock, topics: [ROLE_GRANTED] });
  return [...new Set(logs.map(({ topics }) => addressIn(topics[2])))];
}

const ownersOf = (label: string, owners: readonly string[], modules: readonly string[]): Account[] => [
  ...owners.map((address, index) => ({ name: `owner ${index} of ${label}`, address })),
  ...modules.map((address, index) => ({ name: `module ${index} of ${label}`, address })),
];

/** The first name that an account is found by. */
function distinct(accounts: readonly Account[]): Account[] {
  const named = new Map<string, Account>();
  for (const { name, address } of accounts) {
    const key = getAddress(address);
    if (key !== ZeroAddress && !named.has(key)) named.set(key, { name, address: key });
  }
  return [...named.values()];
}

/** Accounts with a key that lend themselves a contract's code are shown as such. */
async function markDelegating(snapshot: Snapshot, accounts: readonly Account[]): Promise<Account[]> {
  return await Promise.all(
    distinct(accounts).map(async ({ name, address }) => ({
      address,
      name: (await snapshot.code(address)).startsWith(DELEGATION) ? `${name} (EIP-7702)` : name,
    })),
  );
}

/** Who owns what vests. */
async function readBeneficiaries(snapshot: Snapshot, parts: readonly Part[]): Promise<Account[]> {
  const wallets = parts.filter(({ name }) => name === "vesting wallet");
  return await Promise.all(
    wallets.map(async (wallet, index) => ({
      name: `beneficiary ${index}`,
      address: String((await readView(snapshot, wallet, "owner"))[0]),
    })),
  );
}
