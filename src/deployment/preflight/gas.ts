import { dataLength, getBytes } from "ethers";

import { estimatePoolCreation, estimateTokenCreation } from "../../config/checks/capacity.js";
import { listOperators } from "../../config/pool.js";
import { isAdopting, type DaoConfig } from "../../config/schema.js";

/** What a compiler says of a contract that is deployed. [hex] */
export interface CreatedCode {
  readonly bytecode: string;
  readonly deployedBytecode: string;
}

/** Every transaction. [gas] */
const INTRINSIC = 21_000n;
/** A creation, a byte of code that is kept, and a word of creation code. [gas] */
const CREATION = 32_000n;
const KEPT_BYTE = 200n;
const CREATION_WORD = 2n;
/** Bytes of a transaction's data. [gas] */
const ZERO_BYTE = 4n;
const OTHER_BYTE = 16n;

/** What constructors use beside their code: storage, arguments, calls; some to spare. [gas] */
const CONSTRUCTION = 150_000n;
const CONSTRUCTIONS: Readonly<Record<string, bigint>> = {
  DualGovernance: 250_000n,
  DualGovernanceTimelock: 250_000n,
  ExampleVault: 250_000n,
  TiebreakerCommittee: 250_000n,
  TribuneGovernor: 300_000n,
  VetoEscrow: 300_000n,
};
/** What calls use, by the name of the function; some to spare. [gas] */
const CALL = 85_000n;
const CALLS: Readonly<Record<string, bigint>> = {
  bind: 150_000n,
  deposit: 250_000n,
  depositETH: 250_000n,
  setEmergencyProtection: 130_000n,
  setGate: 150_000n,
};
/** A Safe of a few owners, and each owner. [gas] */
const SAFE = 240_000n;
const SAFE_OWNER = 27_000n;

/** What a transaction that creates a contract uses, its code exactly, its constructor with some to spare. [gas] */
export function estimateCreation(name: string, { bytecode, deployedBytecode }: CreatedCode, dao: DaoConfig): bigint {
  if (name === "GovernanceToken" && !isAdopting(dao)) return estimateTokenCreation(dao.token.allocations.length);
  if (name === "StakingPool" && dao.vault.kind === "pool") return estimatePoolCreation(listOperators(dao.vault).length);
  const bytes = getBytes(bytecode);
  const zeros = BigInt(bytes.filter((byte) => byte === 0).length);
  const words = BigInt(Math.ceil(bytes.length / 32));
  const data = zeros * ZERO_BYTE + (BigInt(bytes.length) - zeros) * OTHER_BYTE;
  const kept = BigInt(dataLength(deployedBytecode)) * KEPT_BYTE;
  return INTRINSIC + CREATION + data + words * CREATION_WORD + kept + (CONSTRUCTIONS[name] ?? CONSTRUCTION);
}

/** What a call of a deployment uses. [gas] */
export const estimateCall = (functionName: string): bigint => CALLS[functionName] ?? CALL;

/** What the creation of a Safe uses. [gas] */
export const estimateSafe = (owners: number): bigint => SAFE + SAFE_OWNER * BigInt(owners);
