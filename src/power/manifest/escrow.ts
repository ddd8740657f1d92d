import type { StandardVessel, VetoEscrow } from "../../../types/index.js";
import { anyone, manifest, named, nobody, owner, part, self } from "./types.js";

export const escrow = manifest<VetoEscrow>({
  contract: "VetoEscrow",
  functions: {
    bindGate: nobody,
    lock: anyone,
    lockWithPermit: anyone,
    unlock: owner,
    moveShares: owner,
    withdraw: owner,
    takeShares: owner,
    // Calls itself for the caller, with nothing that the caller could not do.
    multicall: anyone,
    startRageQuit: named("gate"),
    createVessel: anyone,
    beginExit: anyone,
    claim: anyone,
    callOff: anyone,
  },
  kept: { gate: "_ledger.gate" },
  variables: {
    "_ledger.gate": "rule",
    "_ledger.runningEpoch": "derived",
    "_ledger.completeAfter": "derived",
    "_ledger.lockedShares": "derived",
    "_ledger.idleShares": "derived",
    "_ledger.epochs": "derived",
    "_ledger.positions": "record",
    "_ledger.payments": "record",
    "_terms.wordDelay": "rule",
    "_terms.callOffDelay": "rule",
    "_terms.stallDelay": "rule",
    "_terms.holdLimit": "rule",
    "_terms.exitLimit": "rule",
    "_terms.callOffExtension": "rule",
    "_terms.allowsFreshVessels": "rule",
  },
});

export const vessel = manifest<StandardVessel>({
  contract: "StandardVessel",
  functions: {
    beginExit: part("escrow"),
    tryToBeginExit: self,
    claim: part("escrow"),
    pay: part("escrow"),
  },
  variables: { _requestIds: "derived", _asked: "derived" },
});
