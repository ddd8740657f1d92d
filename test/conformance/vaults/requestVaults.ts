import type { NetworkConnection } from "hardhat/types/network";

import type { AssetMock, RequestVaultMock } from "../../../types/index.js";
import type { RequestRuleName, StageName } from "./names.js";
import { RequestRule, Stage } from "./names.js";
import { shareSwitches, viewSwitches } from "./shareSwitches.js";
import type { VaultCase, SetUp, Standing, Switch } from "./vaultCase.js";
import { setUp } from "./vaultCase.js";

/** What a stand-in of the asynchronous kind is at the beginning; every switch can still change it. */
export interface RequestHabits {
  readonly isApart?: boolean;
  readonly rules?: readonly RequestRuleName[];
  readonly burnAt?: StageName;
  readonly priceAt?: StageName;
  /** [seconds] */
  readonly cooldown?: bigint;
  /** [asset units] */
  readonly priceStep?: bigint;
  /** Largest request. [whole shares] */
  readonly maximum?: bigint;
  /** [1e18 = 100 %] */
  readonly takenPart?: bigint;
}

const DAY = 86_400n;
const ONE_SHARE = 10n ** 18n;

const MANNERS: readonly (readonly [name: string, habits: RequestHabits])[] = [
  ["requests with one id", {}],
  ["requests with ids of their own", { rules: ["HasRequestIds"] }],
  ["a share apart", { isApart: true }],
  ["shares taken by an allowance", { rules: ["TakesByAllowance"] }],
  ["a share apart, taken by an allowance", { isApart: true, rules: ["TakesByAllowance"] }],
  ["shares burnt at the request", { burnAt: "Request" }],
  ["shares burnt at the request, and a reported supply", { burnAt: "Request", rules: ["ReportsVotableSupply"] }],
  ["shares burnt when fulfilled, and a reported supply", { rules: ["ReportsVotableSupply"] }],
  ["shares burnt at the claim", { burnAt: "Claim" }],
  ["shares burnt at the claim, and a reported supply", { burnAt: "Claim", rules: ["ReportsVotableSupply"] }],
  ["the price of the request", { priceAt: "Request" }],
  ["the price of the claim", { priceAt: "Claim" }],
  ["epochs: a request pays first, one at a time", { rules: ["HasRequestIds", "PaysFirst", "OnePerController"] }],
  ["a cooldown", { cooldown: 7n * DAY, rules: ["HasRequestIds"] }],
  ["a cooldown that each request restarts", { cooldown: 7n * DAY, rules: ["RestartsCooldown"] }],
  ["a cooldown and requests that overwrite", { cooldown: 3n * DAY, rules: ["Overwrites"], priceAt: "Request" }],
  ["payment when fulfilled", { rules: ["PaysAtFulfilment"] }],
  ["payment at once", { rules: ["FulfilsAtOnce"] }],
  ["cancelled shares that must be claimed", { isApart: true, rules: ["CancelsByClaim"] }],
  ["owners as their only controllers", { rules: ["OwnersOnly", "CancelsByClaim"] }],
  ["claims of the whole, shares burnt at the request", { burnAt: "Request", rules: ["ClaimsWhole"] }],
  ["a rounded price that claims are computed from", { priceStep: 10n ** 3n, rules: ["DerivesClaimable"] }],
  ["a largest request", { maximum: 500n }],
  ["a request that takes half", { takenPart: ONE_SHARE / 2n }],
  ["previews that answer", { rules: ["PreviewsAnyway"] }],
  ["closed to new requests", { rules: ["IsClosed"] }],
  ["no requests before an upgrade", { rules: ["IsSynchronous"] }],
];

export const requestVaults: readonly VaultCase[] = MANNERS.map(([name, habits]) => ({
  name: `RequestVaultMock with ${name}`,
  kind: habits.rules?.includes("IsSynchronous") === true ? "sync" : "async",
  isReal: false,
  deploy: (connection, asset) => deployRequestVault(connection, asset, habits),
}));

/** A stand-in of the asynchronous kind; it has assets enough for whatever price. */
export async function deployRequestVault(
  connection: NetworkConnection,
  asset: AssetMock,
  habits: RequestHabits = {},
): Promise<Standing & { readonly mock: RequestVaultMock }> {
  const { ethers, networkHelpers } = connection;
  const mock = await ethers.deployContract("RequestVaultMock", [asset, habits.isApart ?? false]);
  const vault = await ethers.getContractAt("IERC4626", await mock.getAddress());
  const share = await ethers.getContractAt("IERC20Metadata", await mock.share());
  const common = await setUp(connection, asset, vault, share);
  await common.fund(1_000_000n * common.unit);
  for (const rule of habits.rules ?? []) await mock.setRule(RequestRule[rule], true);
  await mock.setStages(Stage[habits.burnAt ?? "Fulfilment"], Stage[habits.priceAt ?? "Fulfilment"]);
  await mock.setCooldown(habits.cooldown ?? 0n);
  await mock.setPriceStep(habits.priceStep ?? 0n);
  await mock.setTakenPart(habits.takenPart ?? ONE_SHARE);
  await mock.setBounds(0n, habits.maximum === undefined ? ethers.MaxUint256 : habits.maximum * ONE_SHARE);
  const unruly = await ethers.getContractAt("UnrulyShareMock", await mock.share());
  return {
    ...common,
    mock,
    settle: async (controller) => {
      const wait = await mock.cooldown();
      if (wait > 0n) await networkHelpers.time.increase(wait);
      else await mock.fulfilAll(controller);
    },
    switches: [...requestSwitches(common, mock), ...shareSwitches(unruly)],
  };
}

function requestSwitches({ stranger, share, unit }: SetUp, mock: RequestVaultMock): readonly Switch[] {
  const rule = (name: string, key: RequestRuleName, hand: Switch["hand"], isForGood: boolean): Switch => ({
    name,
    hand,
    isForGood,
    on: () => mock.setRule(RequestRule[key], true),
    off: () => mock.setRule(RequestRule[key], false),
  });
  const views = ["pendingRedeemRequest", "claimableRedeemRequest", "maxRedeem", "convertToAssets"] as const;
  return [
    {
      name: "a stranger makes a request of dust in the account's name",
      hand: "stranger",
      isForGood: false,
      on: async (account) => {
        await share.connect(stranger).approve(mock, 1n); // some vaults take shares by it
        await mock.connect(stranger).requestRedeem(1n, account, stranger);
      },
    },
    {
      name: "the curator pays what is claimable without being asked",
      hand: "curator",
      isForGood: false,
      on: (account) => mock.payOut(account),
    },
    {
      name: "the curator hands all the shares back",
      hand: "curator",
      isForGood: false,
      on: (account) => mock.cancelAll(account),
    },
    {
      name: "the curator hands half of each request's shares back",
      hand: "curator",
      isForGood: false,
      on: async (account) => {
        for (const id of await mock.getRequestIds(account)) {
          const { pending, settling } = await mock.getRequest(account, id);
          await mock.cancel(account, id, (pending + settling) / 2n);
        }
      },
    },
    {
      name: "the curator begins a settlement that no view shows",
      hand: "curator",
      isForGood: true,
      on: async (account) => {
        for (const id of await mock.getRequestIds(account)) await mock.beginSettlement(account, id);
      },
      off: (account) => mock.fulfilAll(account),
    },
    {
      name: "the curator fulfils half of each request",
      hand: "curator",
      isForGood: false,
      on: async (account) => {
        for (const id of await mock.getRequestIds(account)) {
          const { pending, settling } = await mock.getRequest(account, id);
          await mock.fulfil(account, id, (pending + settling) / 2n);
        }
      },
    },
    {
      name: "the price is 0 for a while",
      hand: "curator",
      isForGood: false,
      on: () => mock.setPrice(0n),
      off: () => mock.setPrice(unit),
    },
    {
      name: "controllers are admitted by a list that does not name the account",
      hand: "curator",
      isForGood: true,
      on: async (account) => {
        await mock.setAdmitted(account, false);
        await mock.setRule(RequestRule.HasControllerList, true);
      },
      off: () => mock.setRule(RequestRule.HasControllerList, false),
    },
    rule("requests are refused", "RefusesRequests", "curator", false),
    rule("the vault closes: no requests, payment at once", "IsClosed", "curator", false),
    rule("the vault is upgraded to pay at once", "IsSynchronous", "upgrader", false),
    rule("a request restarts the cooldown of all", "RestartsCooldown", "curator", false),
    rule("a second request is refused", "OnePerController", "curator", false),
    rule("a supply is reported", "ReportsVotableSupply", "upgrader", false),
    ...views.flatMap((view) => viewSwitches(mock, view, mock.getFunction(view).fragment.selector)),
  ];
}
