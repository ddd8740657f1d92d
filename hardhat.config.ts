import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

import tribunePlugin from "./tasks/plugin.js";
import repositoryPlugin from "./tasks/repository/plugin.js";

/**
 * The compiler comes from npm (the package `solc`), so that nothing is downloaded and package-lock.json pins it.
 * Hardhat does not compare `version` with the file at `path`: test/unit/tooling/compiler.test.ts does.
 */
const compiler = {
  version: "0.8.34",
  path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
  settings: {
    optimizer: { enabled: true, runs: 200 },
    viaIR: false,
    evmVersion: "cancun", // the oldest that OpenZeppelin 5.7 accepts, so the most chains can run it
    outputSelection: { "*": { "*": ["storageLayout"] } },
  },
};

/** Through the intermediate representation: a sixth less code, which lets each of them stay below 20,000 bytes. */
const compact = { ...compiler, settings: { ...compiler.settings, viaIR: true } };
const overrides = Object.fromEntries(
  ["OperatorRegistry", "OperatorVault", "StakingPool"].map((name) => [`contracts/staking/${name}.sol`, compact]),
);

/** Aspects are internal libraries: `vm.expectRevert` must see them revert in the test's own frame. */
const allowInternalExpectRevert = true;

export default defineConfig({
  plugins: [
    toolbox,
    tribunePlugin,
    repositoryPlugin,
    { id: "quiet-packages", hookHandlers: { solidity: () => import("./scripts/dev/quiet-packages.js") } },
  ],

  solidity: {
    /** Deployed, called or compared with as they are: artifacts and types without a contract of ours. */
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/Ownable2Step.sol",
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/finance/VestingWallet.sol",
      "@openzeppelin/contracts/governance/TimelockController.sol",
      "@openzeppelin/contracts/interfaces/IERC4626.sol",
      "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol",
      "@openzeppelin/contracts/proxy/beacon/BeaconProxy.sol",
      "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol",
      "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol",
      "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol",
      "@openzeppelin/contracts/utils/introspection/IERC165.sol",
      "solmate/src/test/utils/mocks/MockERC4626.sol",
    ],
    profiles: {
      default: { compilers: [compiler], overrides },
      // Hardhat's own would drop `settings`; Ignition deploys with this one. Isolated, a file of types alone would leave
      // a build info without contracts, which the in-process chain cannot read.
      production: { compilers: [compiler], overrides, isolated: false },
    },
  },

  paths: {
    tests: { mocha: "test", solidity: "test" },
    ignition: "deploy",
  },

  typechain: { outDir: "types" },

  networks: {
    localhost: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
    // For reading alone: no account, on purpose. To send there, add one, as those below have it; reading needs none.
    mainnet: { type: "http", chainType: "l1", chainId: 1, url: configVariable("MAINNET_RPC_URL") },
    hoodi: {
      type: "http",
      chainType: "l1",
      chainId: 560048,
      url: configVariable("HOODI_RPC_URL"),
      accounts: [configVariable("HOODI_PRIVATE_KEY")],
    },
    sepolia: {
      type: "http",
      chainType: "l1",
      chainId: 11155111,
      url: configVariable("SEPOLIA_RPC_URL"),
      accounts: [configVariable("SEPOLIA_PRIVATE_KEY")],
    },
  },

  // npx hardhat tribune verify: https://etherscan.io/apidashboard gives a key for every chain that it knows.
  verify: { etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") } },

  test: {
    // Whole files side by side: each makes a chain of its own. One more than cores: some wait for chains that mine by the clock.
    mocha: {
      timeout: 60_000,
      parallel: true,
      jobs: availableParallelism() + 1,
      require: ["fail-on-rejection", "impatient", "send-bigints"].map((name) =>
        fileURLToPath(import.meta.resolve(`./scripts/dev/${name}.mjs`)),
      ),
    },
    solidity: {
      profiles: {
        default: {
          allowInternalExpectRevert,
          fuzz: { runs: 256 },
          invariant: { runs: 32, depth: 32, failOnRevert: true },
        },
        deep: {
          allowInternalExpectRevert,
          fuzz: { runs: 10_000 },
          invariant: { runs: 512, depth: 128, failOnRevert: true },
        },
      },
    },
  },
});
