/** Deposits that others have made and published. */

/**
 * Written by ethstaker-deposit-cli 1.2.2 for Hoodi and for Sepolia; from the files that eth-staking-smith compares itself
 * with: github.com/ChorusOne/eth-staking-smith, tests/e2e/expected_testdata/withdrawal_credentials_execution.
 */
export const HOODI_ENTRY = {
  pubkey: "8f7c2bd57e3d314a38149c27b55d4d68620f7ca447f16d82f3a04e3b9ed100132b7b32c9d68b30024aaec7f5ed502b7c",
  withdrawal_credentials: "01000000000000000000000071c7656ec7ab88b098defb751b7401b5f6d8976f",
  amount: 32_000_000_000,
  signature:
    "a52e3fa4eba9a8d742591df77cba3b04db37ae2cff3dbefef86d2d7be7c11486feb6e032b64d62de8b171ec9f4ccde5611f0c63234e9bbf385b088fa68b92067ca3cc79e5b3a345ea3bcd14d5e146890ebad6cd4dee0ad615ee2e89c53f1bdbf",
  deposit_message_root: "95b91817529cbefc8d9f7f0edc02b37622c84a0bad5c01fcccda1e09bb394572",
  deposit_data_root: "5b62594e3600264e0a1fb600a8ed0f9336be921e7242c3c60fb3d3218280d38b",
  fork_version: "10000910",
  network_name: "hoodi",
  deposit_cli_version: "1.2.2",
} as const;

export const SEPOLIA_ENTRY = {
  ...HOODI_ENTRY,
  signature:
    "b1b8fe05cdd73003849d61c054f3189dc9a22c5539d6c50efad00157beb30971a38102890fadce10c6355ea023e8df341190e22838e0740a70958f988cbbc4d3ac3c00206b85fa52885b4f52ec92daf84f19432bd608cd8ffa61e78df57da273",
  deposit_data_root: "4bc8ecf76b2c2b3de49f18546f8c3c649e09d3db825acecce4b14a278c58cbf4",
  fork_version: "90000069",
  network_name: "sepolia",
} as const;

/**
 * A predeposit of 1 ETH for 0x02 credentials, signed for mainnet, with the root that its deposit contract demands:
 * github.com/lidofinance/core, test/0.8.25/vaults/contracts/BLS.t.sol at b6c743222276256a3f56d4c1a25ae00082ca5201.
 */
export const MAINNET_PREDEPOSIT = {
  pubkey: "0x95886cccfd40156b84b29e22098f3b1b3d1811275507cdf10a3d4c29217635cc389156565a9e156c6f4797602520d959",
  withdrawalCredentials: "0x0200000000000000000000008daf17a20c9dba35f005b6324f493785d239719d",
  amount: 1_000_000_000n,
  signature:
    "0x87eb3d449f8b70f6aa46f7f204cdb100bdc2742fae3176cec9b864bfc5460907deed2bbb7dac911b4e79d5c9df86483c013c5ba55ab4691b6f8bd16197538c3f2413dc9c56f37cb6bd78f72dbe876f8ae2a597adbf7574eadab2dd2aad59a291",
  depositDataRoot: "0xe019f8a516377a7bd24e571ddf9410a73e7f11968515a0241bb7993a72a9a846",
} as const;

/** A deposit on mainnet, of 32 ETH, from the same file. */
export const MAINNET_DEPOSIT = {
  pubkey: "0x88841e426f271030ad2257537f4eabd216b891da850c1e0e2b92ee0d6e2052b1dac5f2d87bef51b8ac19d425ed024dd1",
  withdrawalCredentials: "0x004aad923fc63b40be3dde294bdd1bbb064e34a4a4d51b68843fea44532d6147",
  amount: 32_000_000_000n,
  signature:
    "0x99a9e9abd7d4a4de2d33b9c3253ff8440ad237378ce37250d96d5833fe84ba87bbf288bf3825763c04c3b8cdba323a3b02d542cdf5940881f55e5773766b1b185d9ca7b6e239bdd3fb748f36c0f96f6a00d2e1d314760011f2f17988e248541d",
} as const;
