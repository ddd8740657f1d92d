import type { NetworkConnection } from "hardhat/types/network";

import type { AssetMock, SyncVaultMock } from "../../../types/index.js";
import type { SyncRuleName } from "./names.js";
import { SyncRule } from "./names.js";
import { shareSwitches, viewSwitches } from "./shareSwitches.js";
import type { VaultCase, SetUp, Standing, Switch } from "./vaultCase.js";
import { setUp } from "./vaultCase.js";

/** What a stand-in that redeems at once is at the beginning; every switch can still change it. */
export interface SyncHabits {
  readonly rules?: readonly SyncRuleName[];
  /** [10,000 = 100 %] */
  readonly exitFee?: bigint;
  /** [asset units] */
  readonly priceStep?: bigint;
  /** [units of the share] */
  readonly minimumSupply?: bigint;
}

const MANNERS: readonly (readonly [name: string, habits: SyncHabits])[] = [
  ["nothing unusual", {}],
  ["losses realised by who redeems", { rules: ["RealisesLoss", "RefusesZero"] }],
  ["no maximum shown", { rules: ["SaysNoMaximum"] }],
  ["too large a maximum shown", { rules: ["SaysFullMaximum"] }],
  ["an exit fee", { exitFee: 50n }],
  ["an exit fee that previews hide", { exitFee: 50n, rules: ["HidesFee"] }],
  ["a price of few decimals", { priceStep: 1_000n }],
  ["a smallest supply", { minimumSupply: 10n ** 6n }],
];

export const syncVaults: readonly VaultCase[] = MANNERS.map(([name, habits]) => ({
  name: `SyncVaultMock with ${name}`,
  kind: "sync",
  isReal: false,
  deploy: (connection, asset) => deploySyncVault(connection, asset, habits),
}));

export async function deploySyncVault(
  connection: NetworkConnection,
  asset: AssetMock,
  habits: SyncHabits = {},
): Promise<Standing & { readonly mock: SyncVaultMock }> {
  const { ethers } = connection;
  const mock = await ethers.deployContract("SyncVaultMock", [asset]);
  const vault = await ethers.getContractAt("IERC4626", await mock.getAddress());
  const share = await ethers.getContractAt("IERC20Metadata", await mock.getAddress());
  const common = await setUp(connection, asset, vault, share);
  for (const rule of habits.rules ?? []) await mock.setRule(SyncRule[rule], true);
  await mock.setExitFee(habits.exitFee ?? 0n);
  await mock.setPriceStep(habits.priceStep ?? 0n);
  await mock.setMinimumSupply(habits.minimumSupply ?? 0n);
  const unruly = await ethers.getContractAt("UnrulyShareMock", await mock.getAddress());
  return {
    ...common,
    mock,
    settle: () => Promise.resolve(),
    switches: [...syncSwitches(common, mock), ...shareSwitches(unruly)],
  };
}

function syncSwitches({ stranger, asset }: SetUp, mock: SyncVaultMock): readonly Switch[] {
  const rule = (name: string, key: SyncRuleName, hand: Switch["hand"], isForGood: boolean): Switch => ({
    name,
    hand,
    isForGood,
    on: () => mock.setRule(SyncRule[key], true),
    off: () => mock.setRule(SyncRule[key], false),
  });
  const views = ["previewRedeem", "maxRedeem", "convertToAssets"] as const;
  return [
    {
      name: "the market is borrowed dry",
      hand: "stranger",
      isForGood: true,
      on: async () => mock.connect(stranger).borrow(await mock.liquidity()),
      off: async () => {
        const debt = await mock.lent();
        await asset.mint(stranger, debt);
        await asset.connect(stranger).approve(mock, debt);
        await mock.connect(stranger).repay(debt);
      },
    },
    {
      name: "half of the market is borrowed and lost",
      hand: "market",
      isForGood: false,
      on: async () => {
        const half = (await mock.liquidity()) / 2n;
        await mock.connect(stranger).borrow(half);
        await mock.writeOff(half);
      },
    },
    {
      name: "the price is 0 for a while",
      hand: "curator",
      isForGood: false,
      on: () => mock.setPrice(true, 0n),
      off: () => mock.setPrice(false, 0n),
    },
    {
      name: "receivers are admitted by a list that does not name the account",
      hand: "curator",
      isForGood: true,
      on: () => mock.setRule(SyncRule.HasReceiverList, true),
      off: () => mock.setRule(SyncRule.HasReceiverList, false),
    },
    {
      name: "a tenth of each payment is kept back",
      hand: "upgrader",
      isForGood: true,
      on: () => mock.setWithheld(10n ** 17n),
      off: () => mock.setWithheld(0n),
    },
    rule("redemption is refused", "RefusesRedemption", "curator", true),
    rule("losses are realised by who redeems", "RealisesLoss", "upgrader", false),
    rule("no maximum is shown", "SaysNoMaximum", "upgrader", false),
    ...views.flatMap((view) => viewSwitches(mock, view, mock.getFunction(view).fragment.selector)),
  ];
}
