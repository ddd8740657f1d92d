import { Interface, MaxUint256, toBeHex, ZeroAddress } from "ethers";

import { listSeats } from "../../protocol/committees/seats.js";
import { ROLES } from "../../protocol/roles.js";
import { inventAccount } from "../../rehearsal/snapshot.js";
import { readSafe } from "../../safe/readSafe.js";
import { KINDS, partsOf, type KindName } from "../manifest/parts.js";
import type { Mutant, Patient, Understudy } from "./mutant.js";
import { contentsSlot, partAt, sendAs, writeField } from "./surgery.js";
import { keccak256, concat } from "ethers";

const TIMELOCK = KINDS.timelock.abi;

/** Every role granted to everybody, and taken from whoever has it. */
export function changedRoles({ input }: Patient, understudies: readonly Understudy[]): Mutant[] {
  const { timelock, governor } = input.addresses;
  const grant = (role: string, account: string) => async (patient: Patient) => {
    await sendAs(patient, timelock, timelock, TIMELOCK.encodeFunctionData("grantRole", [role, account]));
  };
  const granted = Object.entries(ROLES).flatMap(([name, role]) =>
    [...understudies, { name: "the zero address", address: ZeroAddress, acts: false }].map(
      ({ name: who, address, acts }): Mutant => ({
        operator: "a role granted",
        name: `${name} to ${who}`,
        matters: acts && role !== ROLES.executor,
        ...(role === ROLES.executor
          ? { why: "anybody executes already" }
          : !acts && { why: "it never makes such a call" }),
        parts: ["timelock"],
        apply: grant(role, address),
      }),
    ),
  );
  const held = [
    [ROLES.proposer, governor, "the Governor's proposer", true],
    [ROLES.canceller, governor, "the Governor's canceller", true],
    [ROLES.executor, ZeroAddress, "everybody's executor", true],
    [ROLES.admin, timelock, "the timelock's own admin", true],
    [ROLES.proposer, inventAccount("nobody"), "a stranger's proposer", false],
  ] as const;
  const dropped = held.map(([role, account, name, matters]): Mutant => ({
    operator: "a role dropped",
    name,
    matters,
    parts: ["timelock"],
    // By storage: the contract refuses to lose its last proposer.
    apply: (patient) => writeRole(patient, role, account, false),
  }));
  const silent = (["proposer", "canceller", "admin"] as const).flatMap((name) =>
    [
      { who: "voter 1", account: input.tokenHolders[1] ?? "", isKnown: true },
      { who: "somebody whom nobody knows", account: inventAccount("mallory"), isKnown: false },
    ].map(({ who, account }): Mutant => ({
      operator: "a role written into storage, without an event",
      name: `${name} to ${who}`,
      matters: true,
      parts: ["timelock"],
      apply: (patient) => writeRole(patient, ROLES[name], account, true),
    })),
  );
  return [...granted, ...dropped, ...silent];
}

async function writeRole(patient: Patient, role: string, account: string, has: boolean): Promise<void> {
  const slot = BigInt(keccak256(concat([role, toBeHex(0n, 32)])));
  const entry = BigInt(keccak256(concat([toBeHex(account, 32), toBeHex(slot, 32)])));
  const field = {
    account: partAt(patient, "timelock").address,
    slot: entry,
    offset: 0,
    bytes: 32,
    form: "uint",
  } as const;
  await writeField(patient, field, has ? 1n : 0n);
}

const SAFE = new Interface([
  "function changeThreshold(uint256)",
  "function enableModule(address)",
  "function setFallbackHandler(address)",
  "function addOwnerWithThreshold(address,uint256)",
  "function swapOwner(address,address,address)",
]);
const SENTINEL = "0x0000000000000000000000000000000000000001";
const GUARD_SLOT = "0x4a204f620c8c5ccdca3fd54d003badd85ba500436a431f0cbda4f558c93c34c8";

/** Where each committee's power shows. */
const SHOWS: Readonly<Record<string, { readonly parts: readonly KindName[]; readonly modes: readonly string[] }>> = {
  activation: { parts: ["timelock"], modes: ["Normal"] },
  execution: { parts: ["timelock"], modes: ["emergency mode"] },
  seal: { parts: ["breaker"], modes: ["Normal"] },
  reseal: { parts: ["breaker"], modes: ["a pause in VetoSignalling"] },
  tiebreaker: { parts: ["tiebreaker", "gate", "breaker"], modes: ["a deadlock, and a quorum of the tiebreaker"] },
};

/** Every Safe: its threshold, owners, modules, guard and handler. */
export async function changedSafes({ input }: Patient): Promise<Mutant[]> {
  const mutants: Mutant[] = [];
  const seats = listSeats(input.addresses.bodies);
  for (const { name: seat, label, value: safe, body } of seats) {
    const found = await readSafe(safe, input.provider);
    if (found.kind !== "safe") continue;
    const others = seats.filter((one) => one.body === body && one.value !== safe);
    const peer = others[0] === undefined ? undefined : await readSafe(others[0].value, input.provider);
    const rival = peer?.kind === "safe" ? (peer.owners[0] ?? "") : "";
    const shows = SHOWS[seat.startsWith("tiebreaker") ? "tiebreaker" : seat];
    const { owners, threshold } = found;
    const [first = ""] = owners;
    const mutant = (
      name: string,
      matters: boolean,
      method: string,
      args: readonly unknown[],
      why?: string,
    ): Mutant => ({
      operator: "a Safe changed",
      name: `${name}, ${label}`,
      matters,
      ...(why !== undefined && { why }),
      parts: shows?.parts ?? [],
      modes: shows?.modes ?? [],
      apply: (patient) => sendAs(patient, safe, safe, SAFE.encodeFunctionData(method, args)),
    });
    const voter = input.tokenHolders[1] ?? "";
    mutants.push(
      mutant("one signature is enough", true, "changeThreshold", [1n]),
      mutant("a key is a module", true, "enableModule", [inventAccount("module")]),
      mutant("a voter is a module", true, "enableModule", [voter]),
      mutant("the breaker answers unknown calls", true, "setFallbackHandler", [
        input.addresses.bodies.circuitBreaker?.breaker,
      ]),
      mutant("the timelock answers unknown calls", true, "setFallbackHandler", [input.addresses.timelock]),
      mutant("a large voter is an owner", true, "addOwnerWithThreshold", [voter, threshold]),
      mutant("an owner of its counterpart is an owner", true, "addOwnerWithThreshold", [rival, threshold]),
      mutant("nobody answers unknown calls", false, "setFallbackHandler", [ZeroAddress]),
      mutant(
        "a new owner, as many signatures",
        false,
        "addOwnerWithThreshold",
        [inventAccount("new"), threshold],
        "as many must agree",
      ),
      mutant(
        "a new owner, one signature more",
        false,
        "addOwnerWithThreshold",
        [inventAccount("new"), threshold + 1],
        "as many must agree, and one more",
      ),
      mutant(
        "an owner has a new key",
        false,
        "swapOwner",
        [SENTINEL, first, inventAccount("new")],
        "as many must agree",
      ),
      {
        ...(body === "tiebreaker"
          ? mutant("a guard", false, "changeThreshold", [threshold], "the others are a quorum without it")
          : mutant("a guard", true, "changeThreshold", [threshold])),
        apply: async (patient) => {
          await patient.input.snapshot.setStorage(safe, GUARD_SLOT, toBeHex(inventAccount("guard"), 32));
        },
      },
      ...(threshold < owners.length
        ? [mutant("all must sign", false, "changeThreshold", [owners.length], "more must agree")]
        : []),
    );
  }
  return mutants;
}

const ERC20 = new Interface(["function approve(address,uint256)"]);

/** From each contract that holds something, of each token, to each. */
export function addedAllowances({ input }: Patient, understudies: readonly Understudy[]): Mutant[] {
  const { addresses } = input;
  const { token, vault, timelock, escrow, example } = addresses;
  const tokens = [
    ["votes", token],
    ["shares", vault],
    ["assets", example?.asset ?? ""],
    ["shares of the market", example?.market ?? ""],
  ] as const;
  const owners = [
    ["the timelock", timelock],
    ["the escrow", escrow],
    ["the vault", vault],
    ["the strategy", example?.strategy ?? ""],
    ["a vesting wallet", addresses.vestingWallets[0] ?? ""],
  ] as const;
  const mutants: Mutant[] = [];
  for (const [what, contract] of tokens) {
    for (const [who, owner] of owners) {
      for (const { name, address, acts } of understudies) {
        if (owner === address) continue;
        mutants.push({
          operator: "an allowance added",
          name: `${what} of ${who} to ${name}`,
          matters: acts,
          ...(!acts && { why: "it never takes them" }),
          parts: [],
          apply: (patient) =>
            sendAs(patient, owner, contract, ERC20.encodeFunctionData("approve", [address, MaxUint256])),
        });
      }
      mutants.push({
        operator: "an allowance added",
        name: `none, of ${what} of ${who}`,
        matters: false,
        parts: [],
        apply: (patient) =>
          sendAs(patient, owner, contract, ERC20.encodeFunctionData("approve", [inventAccount("mallory"), 0n])),
      });
    }
  }
  return mutants;
}

/** Withdrawal blockers and members that are one more than there were. */
export function addedMembers({ input }: Patient): Mutant[] {
  const gate = partsOf(input.addresses).find(({ name }) => name === "gate");
  if (gate === undefined) return [];
  return [inventAccount("mallory"), input.addresses.escrow].map((account) => ({
    operator: "a blocker added",
    name: account === input.addresses.escrow ? "the escrow" : "a stranger",
    matters: true,
    why: "a blocker decides whether a halt is a deadlock",
    parts: ["gate"] as const,
    apply: async (patient: Patient) => {
      const whole = { account: gate.address, slot: 3n, offset: 0, bytes: 32, form: "uint" } as const;
      await writeField(patient, whole, 1n);
      await writeField(patient, { ...whole, slot: contentsSlot(3n), bytes: 20 }, BigInt(account));
    },
  }));
}
