import type { Addressable } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { AssetMock } from "../../../types/index.js";
import type { VaultCase, Switch } from "./vaultCase.js";
import { setUp } from "./vaultCase.js";

interface Built {
  readonly vault: Addressable;
  readonly switches?: readonly Switch[];
}
/** Gets the exit fee; nobody of the test. */
const TREASURY = "0x0000000000000000000000000000000000000fee";

type Build = (connection: NetworkConnection, asset: AssetMock) => Promise<Built>;

const BUILDS: readonly (readonly [name: string, build: Build])[] = [
  ...[0, 6, 18].map((offset): readonly [string, Build] => [
    `OpenZeppelin's ERC4626 with an offset of ${offset} decimals`,
    async ({ ethers }, asset) => ({ vault: await ethers.deployContract("OpenZeppelinVault", [asset, offset]) }),
  ]),
  [
    "OpenZeppelin's ERC4626 with an exit fee",
    async ({ ethers }, asset) => {
      return { vault: await ethers.deployContract("OpenZeppelinFeeVault", [asset, 50n, TREASURY]) };
    },
  ],
  ["OpenZeppelin's ERC4626Upgradeable behind a proxy", buildUpgradeable],
  ...[true, false].map((hasVirtualShares): readonly [string, Build] => [
    `Solady's ERC4626 ${hasVirtualShares ? "with" : "without"} virtual shares`,
    async ({ ethers }, asset) => ({ vault: await ethers.deployContract("SoladyVault", [asset, hasVirtualShares]) }),
  ]),
  [
    "solmate's ERC4626, by its own concrete contract",
    async ({ ethers }, asset) => {
      return { vault: await ethers.deployContract("MockERC4626", [asset, "solmate vault", "smVAULT"]) };
    },
  ],
];

/** Published code that others deploy; wrapped as thinly as it can be. */
export const realVaults: readonly VaultCase[] = BUILDS.map(([name, build]) => ({
  name,
  kind: "sync",
  isReal: true,
  deploy: async (connection, asset) => {
    const built = await build(connection, asset);
    const vault = await connection.ethers.getContractAt("IERC4626", await built.vault.getAddress());
    const share = await connection.ethers.getContractAt("IERC20Metadata", await built.vault.getAddress());
    const common = await setUp(connection, asset, vault, share);
    return { ...common, settle: () => Promise.resolve(), switches: built.switches ?? [] };
  },
}));

async function buildUpgradeable({ ethers }: NetworkConnection, asset: AssetMock): Promise<Built> {
  const first = await ethers.deployContract("OpenZeppelinUpgradeableVault");
  const data = first.interface.encodeFunctionData("initialize", [await asset.getAddress()]);
  const proxy = await ethers.deployContract("ERC1967Proxy", [first, data]);
  const vault = await ethers.getContractAt("OpenZeppelinUpgradeableVault", await proxy.getAddress());
  const away = await ethers.deployContract("UpgradedAwayVault");
  const upgrade: Switch = {
    name: "the vault is upgraded to one without a way out",
    hand: "upgrader",
    isForGood: true,
    on: () => vault.upgradeToAndCall(away, "0x"),
    off: () => vault.upgradeToAndCall(first, "0x"),
  };
  return { vault, switches: [upgrade] };
}
