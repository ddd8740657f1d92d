/**
 * How a pool says that it does not take a transaction, whatever the code: geth, Erigon, Nethermind and Besu have -32000 and
 * others, Hardhat and gateways -32603 as well. From the beginning, or after what somebody has put before it.
 */
const POOL_REFUSALS: readonly { readonly words: RegExp; readonly source: string }[] = [
  {
    words:
      /(^|: )(insufficient (funds|balance)|sender (doesn't|does not) have enough funds|upfront cost exceeds account balance|transaction would cause overdraft|InsufficientFunds\b)/i,
    source:
      "geth core/error.go, core/txpool/validation.go; edr edr_provider/src/error.rs; besu RpcErrorType.java; erigon " +
      "txpoolcfg.go (DiscardReason); nethermind AcceptTxResult.cs; anvil crates/anvil/src/eth/error.rs; reth InvalidTransactionError",
  },
  {
    words:
      /(^|: )(nonce (is )?too (high|far)|transaction nonce is too distant|nonce has max value|NonceGap\b|NonceTooFarInFuture\b)/i,
    source: "anvil, edr, besu, nethermind, as above",
  },
  {
    words:
      /(^|: |\] )((replacement )?transaction underpriced|underpriced$|fee too low$|FeeTooLow|ReplacementNotAllowed\b|could not replace existing tx|insufficient gas price to replace|max fee per gas less than block base fee|gas price below (configured minimum|current base fee)|transaction (gasPrice|maxFeePerGas) \(.*\) is too low|(max )?(priority fee|tip).* (higher|greater) than max ?fee|tx fee \(.*\) exceeds the configured cap|transaction fee cap exceeded)/i,
    source: "geth core/txpool/errors.go, internal/ethapi/api.go; the others as above",
  },
  {
    words:
      /(^|: )(intrinsic gas (too low|too high|exceeds)|exceeds block gas limit|transaction gas limit .*(exceeds|greater than|too high)|transaction gas limit too high|gas limit reached|GasLimitExceeded\b|max initcode size exceeded|initcode too large|oversized data|gas uint64 overflow|IntrinsicGas$)/i,
    source: "geth core/error.go, core/txpool/errors.go; the others as above",
  },
  {
    words: /(^|: )(tx ?pool is full|(pending|basefee|queued) sub-pool is full|pool\(.*limit|spammer$)/i,
    source: "geth legacypool; erigon txpoolcfg.go",
  },
  {
    words:
      /(^|: )(invalid sender|sender not an eoa|SenderIsContract\b|unknown account|no signer available|authentication needed|invalid chain ?id|wrong chainid|only replay-protected|transaction type not supported|invalid (transaction )?signature|sender account not authorized)/i,
    source: "geth accounts/errors.go, internal/ethapi; anvil, besu and nethermind as above",
  },
];

/** Whether a pool says by itself that it has not got a transaction. */
export const saysRefused = (words: string): boolean => POOL_REFUSALS.some((one) => one.words.test(words));

/** How nodes say that they have that transaction already, and how that its nonce is used: by this one, or by another. */
const HAS_IT = /already (known|imported|exists)|known transaction|existing tx with same hash|AlreadyKnown\b/i;
const USED = /nonce.{0,20}too low|OldNonce\b/i;

export const saysUsed = (words: string): boolean => USED.test(words);
export const saysKnown = (words: string): boolean => HAS_IT.test(words) || saysUsed(words);

/** What a pool has in the place of a transaction, or asks of every one, is more than it offers. */
export const saysUnderpriced = (words: string): boolean =>
  /underpriced|fee too low|FeeTooLow|ReplacementNotAllowed|could not replace|insufficient gas price/i.test(words);
