import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BaseContract, TransactionReceipt, TransactionResponse } from "ethers";

import type { CommitteeConfig } from "../config/schema.js";
import type { FoundCommittee } from "../deployment/provideCommittees.js";
import { TIEBREAKER, type Seat, type SeatName } from "../protocol/committees/seats.js";
import type { Actor, Accounts } from "./accounts.js";
import { call } from "../protocol/calls.js";
import { providerOf } from "../safe/provide.js";
import { callTogether } from "../safe/send.js";
import type { Run, Step } from "./scenarioRun.js";

/** A Safe, and as many of its owners as must sign. */
export interface Committee extends Actor {
  readonly safe: string;
  readonly owners: readonly HardhatEthersSigner[];
}

/** The committees of a story, by their seats. */
export type Committees = ReadonlyMap<SeatName, Committee>;

/** The committees that a deployment has; a story counts sub-committees from 1. */
export function seatCommittees(accounts: Accounts, found: readonly FoundCommittee[]): Committees {
  let subCommittees = 0;
  return new Map(
    found.map(({ name, body, label, committee, address }) => {
      const called = body === TIEBREAKER.body ? `sub-committee ${++subCommittees}` : label;
      return [name, gatherCommittee(accounts, called, committee, address)];
    }),
  );
}

/** One of a story's committees. */
export function committeeAt(committees: Committees, { name, path }: Seat): Committee {
  const committee = committees.get(name);
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
  return await run.act(committee, step, () => callTogether(committee.safe, order, committee.owners, committee.signer));
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
      return await callTogether(committee.safe, order, committee.owners, committee.signer);
    } catch {
      // A Safe keeps to itself why its call has failed: asked in its name, the contract tells.
      await providerOf(signer).call({ from: safe, to: order.target, data: order.data, blockTag: "pending" });
      throw new Error(`the ${committee.name} could not ${method}, and its contract does not refuse it`);
    }
  };
  await run.refuse(committee, action, error, attempt, mark);
}
