/** Chain id of `hardhat node`, of anvil and of the in-process chain. */
export const LOCAL_CHAIN_ID = 31337n;
