import type { RebasingAssetMock } from "../../../types/index.js";
import type { Switch } from "./vaultCase.js";

const WHOLE = 10n ** 18n;

/** What an asset can do by itself or by its issuer's hand: for vaults deployed over a RebasingAssetMock. */
export function assetSwitches(asset: RebasingAssetMock): readonly Switch[] {
  const rebase = (name: string, part: bigint): Switch => ({
    name,
    hand: "market",
    isForGood: false,
    on: () => asset.rebase(part),
    off: () => asset.rebase(WHOLE),
  });
  return [
    rebase("the asset shrinks by a tenth", (WHOLE * 9n) / 10n),
    rebase("the asset grows by a tenth", (WHOLE * 11n) / 10n),
    {
      name: "the asset blocks the account",
      hand: "issuer",
      isForGood: true,
      on: (account) => asset.setBlocked(account, true),
      off: (account) => asset.setBlocked(account, false),
    },
    {
      name: "transfers of the asset cost 1 %",
      hand: "issuer",
      isForGood: true,
      on: () => asset.setFee(100n),
      off: () => asset.setFee(0n),
    },
  ];
}
