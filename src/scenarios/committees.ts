import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { concat, Signature, type BaseContract, type TransactionReceipt, type TransactionResponse } from "ethers";

import { ISafe__factory } from "../../types/index.js";
import type { CommitteeConfig } from "../config/schema.js";
import type { FoundCommittee } from "../deployment/bodies.js";
import { NO_REFUND, toTypedMessage } from "../safe/transaction.js";
import type { Actor, Accounts } from "./accounts.js";
import { call, type Call } from "../protocol/calls.js";
import { providerOf } from "../safe/provide.js";
import type { Run, Step } from "./run.js";

/** A Safe, and as many of its owners as must sign. */
export interface Committee extends Actor {
  readonly safe: string;
  readonly owners: readonly HardhatEthersSigner[];
}

/** What the committees of `config/default.ts` are called in a story; sub-committees are counted from 1. */
const NAMES: Readonly<Record<string, string>> = {
  "emergency.activationCommittee": "activation committee",
  "emergency.executionCommittee": "execution committee",
  "circuitBreaker.sealCommittee": "seal committee",
  "circuitBreaker.resealCommittee": "reseal committee",
};

/** The committees that a deployment has, by their paths in the configuration. */
export function seatCommittees(accounts: Accounts, found: readonly FoundCommittee[]): ReadonlyMap<string, Committee> {
  let subCommittees = 0;
  return new Map(
    found.map(({ path, committee, address }) => {
      const name = NAMES[path] ?? `sub-committee ${++subCommittees}`;
      return [path, gatherCommittee(accounts, name, committee, address)];
    }),
  );
}

/** One of a story's committees, by its path in the configuration. */
export function committeeAt(committees: ReadonlyMap<string, Committee>, path: string): Committee {
  const committee = committees.get(path);
  if (committee === undefined) throw new Error(`the story needs ${path}`);
  return committee;
}

/** @param safe Its address. */
export function gatherCommittee(
  { signers }: Accounts,
  name: string,
  { owners: members, threshold }: CommitteeConfig,
  safe: string,
): Committee {
  const owners = members.slice(0, threshold).map((member) => {
    const owner = signers.get(member);
    if (owner === undefined) throw new Error(`the chain has no account for ${member}, an owner of the ${name}`);
    return owner;
  });
  const [signer] = owners;
  if (signer === undefined) throw new Error(`the ${name} has no owner`);
  return { name, signer, safe, owners };
}

interface Walk {
  readonly run: Run;
}

/** A committee does something that must succeed: its owners sign, and one of them sends it through the Safe. */
export async function actTogether(
  { run }: Walk,
  committee: Committee,
  step: Step,
  contract: BaseContract,
  method: string,
  values: readonly unknown[] = [],
): Promise<TransactionReceipt> {
  const order = await call(contract, method, values);
  return await run.act(committee, step, () => send(committee, order));
}

/** A committee tries something that must be refused with `error`, although enough of its owners have signed. */
export async function refuseTogether(
  { run }: Walk,
  committee: Committee,
  { action, error, mark }: { readonly action: string; readonly error: string; readonly mark?: string | undefined },
  contract: BaseContract,
  method: string,
  values: readonly unknown[] = [],
): Promise<void> {
  const { safe, signer } = committee;
  const order = await call(contract, method, values);
  const attempt = async (): Promise<TransactionResponse> => {
    try {
      return await send(committee, order);
    } catch {
      // A Safe keeps to itself why its call has failed: asked in its name, the contract tells.
      await providerOf(signer).call({ from: safe, to: order.target, data: order.data, blockTag: "pending" });
      throw new Error(`the ${committee.name} could not ${method}, and its contract does not refuse it`);
    }
  };
  await run.refuse(committee, action, error, attempt, mark);
}

async function send({ safe, signer, owners }: Committee, { target, data }: Call): Promise<TransactionResponse> {
  const contract = ISafe__factory.connect(safe, signer);
  const [{ chainId }, nonce] = await Promise.all([providerOf(signer).getNetwork(), contract.nonce()]);
  const transaction = { chainId, safe, nonce, call: { to: target, value: 0n, data } };
  const { domain, types, message } = toTypedMessage(transaction);
  // As Safe reads them: by ascending owner.
  const sorted = [...owners].sort((one, other) => (BigInt(one.address) < BigInt(other.address) ? -1 : 1));
  const signatures: string[] = [];
  for (const owner of sorted) {
    signatures.push(Signature.from(await owner.signTypedData(domain, types, message)).serialized);
  }
  const { operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = NO_REFUND;
  const refund = [baseGas, gasPrice, gasToken, refundReceiver] as const;
  return await contract.execTransaction(target, 0n, data, operation, safeTxGas, ...refund, concat(signatures));
}
