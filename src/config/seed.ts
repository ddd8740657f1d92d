import { formatAmount } from "../protocol/format.js";

/** The decimals in which the schema keeps amounts of tokens, whatever token it is. */
const KEPT_DECIMALS = 18n;
/**
 * As in `contracts/examples/ExampleVault.sol` and `contracts/staking/pool/PoolBooks.sol`: the shares of the first unit of
 * the asset.
 */
const SHARES_PER_UNIT = 1000n;
/** As in `contracts/escrow/EscrowReader.sol`. [shares] */
export const LEAST_SHARES = 10n ** 9n;
/** As in `contracts/escrow/EscrowReader.sol`: the floor is this part of the supply that the escrow finds. */
export const FLOOR_PARTS = 1000n;
/** Of WETH, and of its stand-in. */
export const WETH_DECIMALS = 18n;

/**
 * What a vault that is made is seeded with, rounded down where the asset is coarser than the file. [asset units]
 * @param seed As the schema keeps it. [tokens of the asset, with 18 decimals]
 */
export const unitsOfSeed = (seed: bigint, assetDecimals: bigint): bigint =>
  (seed * 10n ** assetDecimals) / 10n ** KEPT_DECIMALS;

/** What the empty vault gives for it. [shares] */
export const sharesOfSeed = (seed: bigint, assetDecimals: bigint): bigint =>
  unitsOfSeed(seed, assetDecimals) * SHARES_PER_UNIT;

/** What is wrong with a seed that gives too few shares. */
export function tooSmallASeed(seed: bigint, assetDecimals: bigint): string {
  const least = formatAmount(LEAST_SHARES / SHARES_PER_UNIT, Number(assetDecimals), Number(assetDecimals));
  const given = formatAmount(seed, Number(KEPT_DECIMALS), Number(KEPT_DECIMALS));
  return `is ${given}: an empty vault is anybody's lever, and the escrow refuses it; right is at least ${least}`;
}
