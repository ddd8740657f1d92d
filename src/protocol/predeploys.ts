/** EIP-4788: tells roots of beacon blocks. */
export const BEACON_ROOTS = "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02";
/** EIP-7002: takes requests to exit. */
export const WITHDRAWAL_REQUESTS = "0x00000961Ef480Eb55e80D19ad83579A64c007002";

/** A contract that takes deposits of validators. */
export interface DepositContract {
  readonly network: string;
  readonly address: string;
  /** Whether only holders of a token may deposit, so that no vault of a pool can. */
  readonly isPermissioned: boolean;
}

/** By chain id. Sources: metadata of eth-clients/mainnet, eth-clients/hoodi and eth-clients/sepolia. */
const DEPOSIT_CONTRACTS: ReadonlyMap<bigint, DepositContract> = new Map([
  [1n, { network: "mainnet", address: "0x00000000219ab540356cBB839Cbe05303d7705Fa", isPermissioned: false }],
  [560048n, { network: "hoodi", address: "0x00000000219ab540356cBB839Cbe05303d7705Fa", isPermissioned: false }],
  [11155111n, { network: "sepolia", address: "0x7f02C3E3c98b133055B8B348B2Ac625669Ed295D", isPermissioned: true }],
]);

/** Undefined where none is known here. */
export const depositContractOf = (chainId: bigint): DepositContract | undefined => DEPOSIT_CONTRACTS.get(chainId);
