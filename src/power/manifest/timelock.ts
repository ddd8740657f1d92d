import type { DualGovernanceTimelock } from "../../../types/index.js";
import { ROLES } from "../../protocol/roles.js";
import { any, anyone, manifest, named, role, self } from "./types.js";

export const timelock = manifest<DualGovernanceTimelock>({
  contract: "DualGovernanceTimelock",
  functions: {
    schedule: role(ROLES.proposer),
    scheduleBatch: role(ROLES.proposer),
    execute: role(ROLES.executor),
    executeBatch: role(ROLES.executor),
    cancel: role(ROLES.canceller),
    // The timelock within a de-escalation.
    cancelOperations: any(self, role(ROLES.canceller)),
    cancelAllOperations: any(self, role(ROLES.canceller)),
    grantRole: role(ROLES.admin),
    revokeRole: role(ROLES.admin),
    // One's own role alone, which takes from nobody else.
    renounceRole: anyone,
    setGate: self,
    updateDelay: self,
    setEmergencyProtection: self,
    setTiebreaker: self,
    activateEmergencyMode: named("emergencyStatus", "terms", "activationCommittee"),
    emergencyReset: named("emergencyStatus", "terms", "executionCommittee"),
    // Once it is over; before, the timelock itself.
    endEmergencyMode: anyone,
    // Records whether the gate answers.
    checkGate: anyone,
    replaceSilentGate: named("tiebreaker"),
    onERC721Received: anyone,
    onERC1155Received: anyone,
    onERC1155BatchReceived: anyone,
  },
  variables: {
    _roles: "rule",
    _timestamps: "ballot",
    _minDelay: "rule",
    "_ledger.gate": "rule",
    "_ledger.lastSequence": "derived",
    "_ledger.cancelledThrough": "ballot",
    "_ledger.inEmergency": "rule",
    "_ledger.isGateSilent": "derived",
    "_ledger.operations": "ballot",
    "_emergency.terms.activationCommittee": "rule",
    "_emergency.terms.executionCommittee": "rule",
    "_emergency.terms.protectionEndsAt": "rule",
    "_emergency.terms.modeDuration": "rule",
    "_emergency.modeEndsAt": "rule",
    "_emergency.lastSequence": "rule",
    "_recovery.tiebreaker": "rule",
    "_recovery.timeout": "rule",
    "_recovery.silentSince": "derived",
    _proposerCount: "derived",
  },
  bounded: {
    activateEmergencyMode: {
      isOneShot: true,
      says: "holds back, once and for a fixed time, what is scheduled from then on; the terms end with it",
      moves: [
        "DualGovernanceTimelock._ledger.inEmergency",
        "DualGovernanceTimelock._emergency.modeEndsAt",
        "DualGovernanceTimelock._emergency.lastSequence",
      ],
    },
    emergencyReset: {
      onlyIn: ["emergency mode"],
      says: "installs the fallback gate, in emergency mode alone; the terms end with it",
      moves: [
        "DualGovernanceTimelock._ledger.gate",
        "DualGovernanceTimelock._ledger.inEmergency",
        "DualGovernanceTimelock._emergency.modeEndsAt",
        "DualGovernanceTimelock._emergency.lastSequence",
        "DualGovernanceTimelock._emergency.terms.activationCommittee",
        "DualGovernanceTimelock._emergency.terms.executionCommittee",
        "DualGovernanceTimelock._emergency.terms.protectionEndsAt",
        "DualGovernanceTimelock._emergency.terms.modeDuration",
      ],
    },
    replaceSilentGate: {
      onlyIn: ["a gate that does not answer"],
      says: "installs the fallback gate, where the gate has not answered for the tiebreaker's timeout",
      moves: ["DualGovernanceTimelock._ledger.gate"],
    },
  },
});
