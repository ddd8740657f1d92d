import type { ERC4626Strategy, ExampleVault } from "../../../types/index.js";
import { any, anyone, manifest, named, nobody, owner, signature } from "./types.js";

const vaultOwner = named("owner");
const breaker = any(named("breaker"), vaultOwner);

export const exampleVault = manifest<ExampleVault>({
  contract: "ExampleVault",
  functions: {
    deposit: anyone,
    mint: anyone,
    withdraw: owner,
    redeem: owner,
    transfer: owner,
    transferFrom: owner,
    approve: anyone,
    permit: signature,
    invest: anyone,
    accrueFee: anyone,
    setFee: vaultOwner,
    setStrategy: vaultOwner,
    abandonStrategy: vaultOwner,
    setBreaker: vaultOwner,
    transferOwnership: vaultOwner,
    acceptOwnership: named("pendingOwner"),
    pauseFor: breaker,
    resume: breaker,
  },
  kept: { owner: "_owner", pendingOwner: "_pendingOwner", breaker: "breaker" },
  variables: {
    _balances: "record",
    _allowances: "record",
    _totalSupply: "derived",
    _name: "rule",
    _symbol: "rule",
    _nameFallback: "rule",
    _versionFallback: "rule",
    _nonces: "record",
    _owner: "rule",
    _pendingOwner: "rule",
    _strategy: "rule",
    _fee: "rule",
    _highWaterMark: "derived",
    breaker: "rule",
    "_pause.resumesAt": "rule",
  },
  costs: {
    _fee: "a part of gains to come, at most 20 %",
    "_pause.resumesAt": "nothing: deposits wait, redemption goes on",
    breaker: "nothing: who may pause deposits",
  },
});

export const strategy = manifest<ERC4626Strategy>({
  contract: "ERC4626Strategy",
  functions: { bindVault: nobody, deposit: named("vault"), withdraw: named("vault") },
  kept: { vault: "_vault" },
  variables: { _vault: "rule" },
});
