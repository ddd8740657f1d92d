import { id, keccak256, toBeHex } from "ethers";

import { valueType, type StorageRoot, type Variable } from "./types.js";

/** Where a namespace begins. [ERC-7201] */
export const namespaceSlot = (name: string): bigint => BigInt(keccak256(toBeHex(BigInt(id(name)) - 1n, 32))) & ~0xffn;

/** The slot that ERC-1967 gives a name. */
export const erc1967Slot = (name: string): bigint => BigInt(id(`eip1967.proxy.${name}`)) - 1n;

const field = (name: string, label: string, offset = 0): Variable => ({
  name,
  slot: 0n,
  offset,
  type: valueType(label),
});

const alone = (slot: bigint, name: string, label: string): StorageRoot => ({ slot, variables: [field(name, label)] });

const namespace = (name: string, fields: readonly Variable[]): StorageRoot => ({
  slot: namespaceSlot(name),
  variables: fields.map((variable) => ({ ...variable, name: `${name}.${variable.name}` })),
});

/** What many contracts keep in slots that the compiler does not tell. */
export const WELL_KNOWN: readonly StorageRoot[] = [
  alone(erc1967Slot("implementation"), "ERC1967.implementation", "address"),
  alone(erc1967Slot("admin"), "ERC1967.admin", "address"),
  alone(erc1967Slot("beacon"), "ERC1967.beacon", "address"),
  namespace("openzeppelin.storage.Initializable", [field("_initialized", "uint64"), field("_initializing", "bool", 8)]),
  namespace("openzeppelin.storage.ReentrancyGuard", [field("_status", "uint256")]),
  alone(BigInt(id("guard_manager.guard.address")), "Safe.guard", "address"),
  alone(BigInt(id("fallback_manager.handler.address")), "Safe.fallbackHandler", "address"),
];
