/** Chain id of `hardhat node`, of anvil and of the in-process chain. */
export const LOCAL_CHAIN_ID = 31337n;

/** Public chains whose ether is worth nothing: Hoodi, Sepolia. */
const TESTNET_IDS: ReadonlySet<bigint> = new Set([560_048n, 11_155_111n]);

export const isTestnet = (chainId: bigint): boolean => TESTNET_IDS.has(chainId);
