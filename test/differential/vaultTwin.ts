import type { Leaving, Offer } from "../model/twin/exitCalls.js";
import { max, min } from "../../src/model/units.js";

/** How the vault's `totalSupply()` fails; undefined while it answers. */
export type Silence = "Revert" | "BurnGas" | "Empty" | "Short";

/**
 * Twin of `contracts/mocks/VaultMock.sol`: an ERC-4626 vault with OpenZeppelin's rounding and bounded liquidity. What
 * escrow and vessels hold is in the twin of the escrow.
 */
export interface Vault {
  /** [asset units] */
  readonly assets: bigint;
  /** [shares] */
  readonly supply: bigint;
  /** What may leave, all redemptions together; undefined for everything. [asset units] */
  readonly bound: bigint | undefined;
  readonly silence: Silence | undefined;
  /** Of the actors. [shares] */
  readonly balances: Readonly<Record<string, bigint>>;
}

export const EMPTY_VAULT: Vault = { assets: 0n, supply: 0n, bound: undefined, silence: undefined, balances: {} };

// One share and one asset unit more than there are: OpenZeppelin's guard against inflation.
const toShares = ({ assets, supply }: Vault, amount: bigint): bigint => (amount * (supply + 1n)) / (assets + 1n);
export const toAssets = ({ assets, supply }: Vault, shares: bigint): bigint => (shares * (assets + 1n)) / (supply + 1n);

export const balanceOf = ({ balances }: Vault, holder: string): bigint => balances[holder] ?? 0n;

const liquidityOf = ({ assets, bound }: Vault): bigint => (bound === undefined ? assets : min(bound, assets));

/** What a holder of `shares` may redeem at once. */
function redeemableOf(vault: Vault, shares: bigint): bigint {
  const liquidity = liquidityOf(vault);
  return toAssets(vault, shares) <= liquidity ? shares : toShares(vault, liquidity);
}

export const maxRedeem = (vault: Vault, holder: string): bigint => redeemableOf(vault, balanceOf(vault, holder));

/** @param shares Fewer than none if they leave; at most the balance. */
export const credit = (vault: Vault, holder: string, shares: bigint): Vault => ({
  ...vault,
  balances: { ...vault.balances, [holder]: balanceOf(vault, holder) + shares },
});

export function deposit(vault: Vault, holder: string, assets: bigint): { vault: Vault; shares: bigint } {
  const shares = toShares(vault, assets);
  const fuller = { ...vault, assets: vault.assets + assets, supply: vault.supply + shares };
  return { vault: credit(fuller, holder, shares), shares };
}

/** @param shares At most {@link maxRedeem}. */
export function redeem(vault: Vault, holder: string, shares: bigint): { vault: Vault; assets: bigint } {
  const { vault: after, assets } = burn(vault, shares);
  return { vault: credit(after, holder, 0n - shares), assets };
}

/** Turns shares into assets, whoever holds them. */
function burn(vault: Vault, shares: bigint): { vault: Vault; assets: bigint } {
  const assets = toAssets(vault, shares);
  const emptier = {
    ...vault,
    assets: vault.assets - assets,
    supply: vault.supply - shares,
    bound: vault.bound === undefined ? undefined : vault.bound - assets,
  };
  return { vault: emptier, assets };
}

/** An immediate redemption is tried for all that the vault lets go, an eighth and a 64th of it. */
const SIZES = 3;

/** What a `StandardVessel` and this vault make of an offer; undefined if it is refused. */
export function leave(vault: Vault, offer: Offer): { vault: Vault; leaving: Leaving } | undefined {
  const promised = redeemableOf(vault, offer.shares);
  const redeemable = promised === 0n ? offer.shares : min(promised, offer.shares);
  const least = min(offer.least, redeemable);
  let size = redeemable;
  for (let tries = 0; tries < SIZES && size !== 0n; ++tries) {
    // Not for nothing.
    if (size <= promised && toAssets(vault, size) > 0n) {
      const { vault: after, assets } = burn(vault, size);
      const worth = toAssets(after, offer.total);
      return { vault: after, leaving: { taken: size, redeemed: size, assets, burnt: size, worth } };
    }
    if (size <= least) return undefined;
    size = max(size >> 3n, least);
  }
  return undefined;
}
