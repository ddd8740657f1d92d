import { min } from "../../src/model/units.js";

/** How the vault's `totalSupply()` fails; undefined while it answers. */
export type Silence = "Revert" | "BurnGas" | "Empty" | "Short";

/** Twin of `contracts/mocks/VaultMock.sol`: an ERC-4626 vault with OpenZeppelin's rounding and bounded liquidity. */
export interface Vault {
  /** [asset units] */
  readonly assets: bigint;
  /** [shares] */
  readonly supply: bigint;
  /** What may leave, all redemptions together; undefined for everything. [asset units] */
  readonly bound: bigint | undefined;
  readonly silence: Silence | undefined;
  /** By holder. [shares] */
  readonly balances: Readonly<Record<string, bigint>>;
}

export const EMPTY_VAULT: Vault = { assets: 0n, supply: 0n, bound: undefined, silence: undefined, balances: {} };

// One share and one asset unit more than there are: OpenZeppelin's guard against inflation.
const toShares = ({ assets, supply }: Vault, amount: bigint): bigint => (amount * (supply + 1n)) / (assets + 1n);
export const toAssets = ({ assets, supply }: Vault, shares: bigint): bigint => (shares * (assets + 1n)) / (supply + 1n);

export const balanceOf = ({ balances }: Vault, holder: string): bigint => balances[holder] ?? 0n;

const liquidityOf = ({ assets, bound }: Vault): bigint => (bound === undefined ? assets : min(bound, assets));

export function maxRedeem(vault: Vault, holder: string): bigint {
  const shares = balanceOf(vault, holder);
  const liquidity = liquidityOf(vault);
  return toAssets(vault, shares) <= liquidity ? shares : toShares(vault, liquidity);
}

const credit = (vault: Vault, holder: string, shares: bigint): Vault => ({
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
  const assets = toAssets(vault, shares);
  const emptier = {
    ...vault,
    assets: vault.assets - assets,
    supply: vault.supply - shares,
    bound: vault.bound === undefined ? undefined : vault.bound - assets,
  };
  return { vault: credit(emptier, holder, -shares), assets };
}

/** @param shares At most the balance of `from`. */
export const transfer = (vault: Vault, from: string, to: string, shares: bigint): Vault =>
  credit(credit(vault, from, -shares), to, shares);
