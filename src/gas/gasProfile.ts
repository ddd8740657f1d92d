import type { ContractTransactionReceipt } from "ethers";
import type { ArtifactManager } from "hardhat/types/artifacts";

import { readLayouts, type Field, type Layout } from "../compiler/storageLayouts.js";
import { renderTable } from "../terminal/table.js";
import { analyse, KINDS, traceSchema, type Charge, type Kind, type Trace } from "./gasTrace.js";
import type { World } from "./gasWorld.js";

/** Where the gas of one measured transaction went. */
export interface Profile {
  /** 21,000 and what the calldata costs. */
  readonly intrinsic: number;
  /** By contract and kind of work, the contract that was called first. */
  readonly work: readonly (readonly [contract: string, Readonly<Record<Kind, number>>])[];
  /** Everything charged for itself, in order, in words. */
  readonly charges: readonly {
    readonly kind: Kind;
    readonly by: string;
    readonly what: string;
    readonly gas: number;
  }[];
  /** Given back at the end. */
  readonly refund: number;
  readonly total: number;
}

const SOURCES: Readonly<Record<string, string>> = {
  gate: "contracts/governance/DualGovernance.sol:DualGovernance",
  escrow: "contracts/escrow/VetoEscrow.sol:VetoEscrow",
  timelock: "contracts/timelock/DualGovernanceTimelock.sol:DualGovernanceTimelock",
  share: "contracts/mocks/VaultMock.sol:VaultMock",
  asset: "contracts/mocks/AssetMock.sol:AssetMock",
  vessel: "contracts/escrow/exits/StandardVessel.sol:StandardVessel",
};

/** Traces a transaction and sorts its gas. The chain must still have it. */
export type Profiler = (world: World, receipt: ContractTransactionReceipt) => Promise<Profile>;

/** Reads the names of variables once. */
export async function createProfiler(artifacts: ArtifactManager): Promise<Profiler> {
  const layouts = await readLayouts(artifacts, Object.values(SOURCES));
  return (world, receipt) => profileTransaction(layouts, world, receipt);
}

async function profileTransaction(
  layouts: Readonly<Record<string, Layout>>,
  world: World,
  receipt: ContractTransactionReceipt,
): Promise<Profile> {
  const answer: unknown = await world.connection.provider.request({
    method: "debug_traceTransaction",
    params: [receipt.hash, { disableStorage: true, enableMemory: true, disableMemory: false }],
  });
  const { structLogs } = traceSchema.parse(answer);
  const { data } = await receipt.getTransaction();
  const trace = analyse(structLogs, receipt.from, receipt.to ?? "");
  const names = await nameAccounts(world);
  const name = (account: string): string => names.get(account) ?? `the contract at ${account}`;

  const intrinsic = intrinsicGas(data);
  const work = [...trace.work].map(([account, kinds]) => [name(account), kinds] as const);
  const spent = work.reduce((sum, [, kinds]) => sum + sumOf(kinds), intrinsic);
  const total = Number(receipt.gasUsed);
  const charges = trace.charges.map((charge) => ({
    kind: charge.kind,
    by: name(charge.by),
    what: describe(charge, name, layouts, trace),
    gas: charge.gas,
  }));
  return { intrinsic, work, charges, refund: spent - total, total };
}

async function nameAccounts({ gate, escrow, timelock, share, vault, asset }: World): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const [name, contract] of Object.entries({ gate, escrow, timelock, vault, share, asset })) {
    names.set(await contract.getAddress(), name);
  }
  names.set(await escrow.VESSEL_IMPLEMENTATION(), "vessel's code");
  for (let epoch = (await escrow.runningEpoch()) - 1n; epoch > 0n; --epoch) {
    for (const vessel of [await escrow.vesselAt(epoch, 0n), ...(await escrow.vesselsOf(epoch))]) {
      names.set(vessel, "vessel");
    }
  }
  return names;
}

const sumOf = (kinds: Readonly<Record<Kind, number>>): number => KINDS.reduce((sum, kind) => sum + kinds[kind], 0);

/** The base of a transaction, and 4 or 16 for each byte of its data. */
function intrinsicGas(data: string): number {
  const bytes = data.slice(2).match(/../g) ?? [];
  return bytes.reduce((sum, byte) => sum + (byte === "00" ? 4 : 16), 21_000);
}

function describe(
  { kind, account, slot }: Charge,
  name: (account: string) => string,
  layouts: Readonly<Record<string, Layout>>,
  trace: Trace,
): string {
  if (slot === undefined) return kind === "logs" ? "event" : name(account);
  const layout = layouts[SOURCES[name(account)] ?? ""];
  return `${name(account)}: ${layout === undefined ? `slot ${slot}` : labelSlot(slot, layout, trace)}`;
}

/** `"_ledger.gate, runningEpoch"`, `"_balances[…]"`. */
function labelSlot(slot: bigint, layout: Layout, trace: Trace): string {
  const fields = layout.storage.filter((field) => BigInt(field.slot) === slot);
  if (fields.length > 0) return joinLabels(fields.map(({ label }) => label));
  for (const hash of trace.preimages.keys()) {
    const entry = labelEntry(hash, layout, trace);
    if (slot < hash || slot - hash >= 16n || entry === undefined) continue;
    const struct = Object.entries(layout.types).find(([type]) => entry.type.includes(type))?.[1] ?? [];
    const members = struct.filter((field) => BigInt(field.slot) === slot - hash).map(({ label }) => label);
    return `${entry.label}${members.length === 0 ? "" : `.${joinLabels(members)}`}`;
  }
  return `slot 0x${slot.toString(16)}`;
}

/** `"positions[…][…]"` for where an entry of a mapping begins, and the mapping's type. */
function labelEntry(hash: bigint, layout: Layout, trace: Trace): Pick<Field, "label" | "type"> | undefined {
  const preimage = trace.preimages.get(hash);
  if (preimage === undefined) return undefined;
  const variable = layout.storage.find((field) => BigInt(field.slot) === preimage.base);
  const mapping = variable ?? labelEntry(preimage.base, layout, trace);
  return mapping === undefined ? undefined : { label: `${mapping.label}[…]`, type: mapping.type };
}

/** A struct that fills a slot is named once. */
function joinLabels(labels: readonly string[]): string {
  const [first = ""] = labels;
  const struct = first.split(".").slice(0, -1).join(".");
  if (labels.length > 3 && struct !== "") return struct;
  return labels.map((label, index) => (index === 0 ? label : label.split(".").at(-1))).join(", ");
}

const figure = (gas: number): string => (gas === 0 ? "" : gas.toLocaleString("en"));

/** Two tables: by contract and kind of work, then everything charged for itself. */
export function renderProfile({ intrinsic, work, charges, refund, total }: Profile): string {
  const ofKind = (kind: Kind): number => work.reduce((sum, [, kinds]) => sum + kinds[kind], 0);
  const blank = KINDS.map(() => "");
  const summary = renderTable(
    ["contract", ...KINDS, "sum"],
    [
      ["transaction and calldata", ...blank, figure(intrinsic)],
      ...work.map(([name, kinds]) => [name, ...KINDS.map((kind) => figure(kinds[kind])), figure(sumOf(kinds))]),
      ["refund", ...blank, refund === 0 ? "" : `−${figure(refund)}`],
      ["sum", ...KINDS.map((kind) => figure(ofKind(kind))), figure(total)],
    ],
  );
  const details = renderTable(
    ["kind", "charged to", "for", "gas"],
    charges.map(({ kind, by, what, gas }) => [kind, by, what, figure(gas)]),
  );
  return `${summary}\n${details}`;
}
