import { id, keccak256, toBeHex } from "ethers";

import { valueType, type StorageLayout, type StorageRoot, type StorageType, type Variable } from "./types.js";

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

const mapping = (key: string, held: StorageType): StorageType => ({
  kind: "mapping",
  label: `mapping(${key} => ${held.label})`,
  key: valueType(key),
  value: held,
});

/** Of a Safe 1.3 or 1.4, as its contracts declare it; guard and fallback handler are well known. */
export const SAFE_STORAGE: StorageLayout = [
  {
    slot: 0n,
    variables: Object.entries({
      singleton: valueType("address"),
      modules: mapping("address", valueType("address")),
      owners: mapping("address", valueType("address")),
      ownerCount: valueType("uint256"),
      threshold: valueType("uint256"),
      nonce: valueType("uint256"),
      _deprecatedDomainSeparator: valueType("bytes32"),
      signedMessages: mapping("bytes32", valueType("uint256")),
      approvedHashes: mapping("address", mapping("bytes32", valueType("uint256"))),
    }).map(([name, type], slot) => ({ name, slot: BigInt(slot), offset: 0, type })),
  },
];
