import type { CooldownVaultMock } from "../../../types/index.js";
import { shareSwitches } from "./shareSwitches.js";
import type { VaultCase, Switch } from "./vaultCase.js";
import { setUp } from "./vaultCase.js";

const DAY = 86_400n;

/** A vault that is left by a cooldown: `cooldownShares`, later `unstake`. */
export const cooldownVault: VaultCase = {
  name: "CooldownVaultMock",
  kind: "own",
  isReal: false,
  deploy: async (connection, asset) => {
    const { ethers, networkHelpers } = connection;
    const mock = await ethers.deployContract("CooldownVaultMock", [asset]);
    const vault = await ethers.getContractAt("IERC4626", await mock.getAddress());
    const share = await ethers.getContractAt("IERC20Metadata", await mock.getAddress());
    const common = await setUp(connection, asset, vault, share);
    const unruly = await ethers.getContractAt("UnrulyShareMock", await mock.getAddress());
    return {
      ...common,
      settle: async () => networkHelpers.time.increase(await mock.cooldownDuration()),
      switches: [...cooldownSwitches(mock), ...shareSwitches(unruly)],
    };
  },
};

function cooldownSwitches(mock: CooldownVaultMock): readonly Switch[] {
  return [
    {
      name: "the cooldown is abolished: payment at once",
      hand: "curator",
      isForGood: false,
      on: () => mock.setCooldownDuration(0n),
      off: () => mock.setCooldownDuration(7n * DAY),
    },
    {
      name: "the cooldown becomes longer",
      hand: "curator",
      isForGood: false,
      on: () => mock.setCooldownDuration(90n * DAY),
      off: () => mock.setCooldownDuration(7n * DAY),
    },
    {
      name: "a supply as large as all there is must stay",
      hand: "curator",
      isForGood: false, // who takes everything leaves none, and may
      on: async () => mock.setMinimumSupply(await mock.totalSupply()),
      off: () => mock.setMinimumSupply(0n),
    },
  ];
}
