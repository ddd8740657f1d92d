import type { Trouble } from "./errors.js";

/**
 * How nodes word what they have to say: there is no standard. Expressions of refusals match a whole message from its
 * beginning, so that a proxy's page that has "revert" somewhere in it is no contract's answer.
 */

/** A call that ran, and ended without a result. */
export const REFUSALS: readonly { readonly by: string; readonly words: RegExp; readonly source: string }[] = [
  {
    by: "geth, erigon, reth, besu, nethermind, anvil: code 3 or -32000, with data or without",
    words: /^execution reverted(\b|$)/i,
    source:
      "geth core/vm/errors.go, internal/ethapi/errors.go; github.com/ethereum/go-ethereum/pull/31456 (no data, -32000 " +
      "before); github.com/NethermindEth/nethermind/issues/9329; github.com/besu-eth/besu/issues/5705",
  },
  {
    by: "geth, erigon, nethermind: the machine stopped",
    words:
      /^(out of gas|invalid opcode: .*|invalid instruction|invalid jump destination|stack underflow( \(.*\))?|stack limit reached \d+ \(\d+\)|write protection|return data out of bounds|gas uint64 overflow|max call depth exceeded|contract creation code storage out of gas|max (init)?code size exceeded|invalid code: must not begin with 0xef|contract address collision)$/,
    source: "geth core/vm/errors.go; nethermind Nethermind.Evm/EvmExceptionExtensions.cs",
  },
  {
    by: "anvil, reth: the machine stopped; its FatalExternalError is the node's own",
    words:
      /^EVM error:? (OutOfGas(\(.*\))?|MemoryOOG|MemoryLimitOOG|OpcodeNotFound|InvalidFEOpcode|InvalidJump|NotActivated|StackUnderflow|StackOverflow|OutOfOffset|StateChangeDuringStaticCall|CallNotAllowedInsideStatic|PrecompileError|PrecompileOOG|CallTooDeep|OutOfFunds|CreateCollision|CreateContractSizeLimit|CreateContractStartingWithEF|CreateInitCodeSizeLimit|NonceOverflow|OverflowPayment)$/,
    source: "anvil crates/anvil/src/eth/error.rs (BlockchainError); revm InstructionResult, HaltReason",
  },
  {
    by: 'nethermind before 1.33, OpenEthereum: code -32015, data "Reverted 0x…" or "revert"',
    words: /^VM execution error\.?$/,
    source: "github.com/NethermindEth/nethermind/issues/5740, /2098; github.com/ethereum/go-ethereum/issues/21886",
  },
  {
    by: "hardhat",
    words: /^(Error: )?(VM Exception while processing transaction: |Transaction reverted|Transaction ran out of gas)/,
    source: "edr, edr_provider/src/error.rs (TransactionFailureReason)",
  },
];

/** What else a node's error says; the first that fits. Besu tells a stopped machine as an internal error. */
export const TROUBLES: readonly {
  readonly trouble: Trouble;
  readonly codes?: readonly number[];
  readonly words?: RegExp;
}[] = [
  // -32602 and -32600 at Alchemy and Infura, -32005 at Infura, -32000 elsewhere: the code tells nothing.
  {
    trouble: "too-much",
    words:
      /block.?range|range .*(limit|large|big|wide|exceed|maximum)|(limit|exceed|max).* range|more than [\d,]+ (results|logs)|response size|max(imum)? results|too many (logs|results|blocks)|limited to .*block/i,
  },
  // QuickNode -32012, Base's public node -32016, EIP-1474 -32005.
  {
    trouble: "busy",
    codes: [429, -32005, -32012, -32016, -32029],
    words: /rate.?limit|too many requests|per second|throughput|credits|over capacity|quota|daily request/i,
  },
  // EIP-4444; github.com/erigontech/erigon/issues/13198
  {
    trouble: "forgotten",
    codes: [4444],
    words:
      /pruned|missing trie node|(state|history|histories) .*(not |un)available|historical state|world state|no state (found|available)|archive|proof window/i,
  },
  // geth internal/ethapi/errors.go (TxIndexingError): a receipt, for a while after its start
  {
    trouble: "behind",
    codes: [-32001],
    words:
      /transaction indexing is in progress|header not found|unknown block|block.* not found|(cannot|could not|can't) find block|no such block|BlockOutOfRange|after last accepted block|resource not found/i,
  },
  {
    trouble: "unsupported",
    codes: [-32601, -32004],
    words:
      /method .*(not (found|supported|available|allowed|enabled|whitelisted)|disabled|does not exist)|unsupported method/i,
  },
  { trouble: "timeout", words: /time[d]?.?out|deadline exceeded|took too long/i },
  { trouble: "internal", codes: [-32603] },
];
