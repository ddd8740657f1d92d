import type { DualGovernanceTimelock } from "../../../types/index.js";
import { ROLES } from "../../protocol/roles.js";
import { LONGEST_HOLD } from "./terms.js";
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
  kept: {
    "emergencyStatus.terms.activationCommittee": "_emergency.terms.activationCommittee",
    "emergencyStatus.terms.executionCommittee": "_emergency.terms.executionCommittee",
    tiebreaker: "_recovery.tiebreaker",
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
  // The roles reach everything that the timelock may do.
  costs: {
    _minDelay: "nothing by itself: how soon a decision lands",
    "_ledger.gate": "nothing by itself: what lets stakers hold decisions back",
    "_ledger.inEmergency": "nothing: decisions wait",
    "_emergency.terms.activationCommittee": "nothing by itself: who may hold decisions back",
    "_emergency.terms.executionCommittee": "nothing by itself: who may lead into the fallback gate",
    "_emergency.terms.protectionEndsAt": "nothing by itself: until when decisions may be held back",
    "_emergency.terms.modeDuration": "nothing by itself: how long decisions may be held back",
    "_emergency.modeEndsAt": "nothing: decisions wait",
    "_emergency.lastSequence": "nothing: decisions wait",
    "_recovery.tiebreaker": "nothing by itself: who ends a deadlock",
    "_recovery.timeout": "nothing by itself: when a deadlock may be ended",
  },
  bounded: {
    activateEmergencyMode: {
      isOneShot: true,
      until: { variable: "DualGovernanceTimelock._emergency.modeEndsAt", within: LONGEST_HOLD },
      says: "holds back, once and for a fixed time, what is scheduled from then on; the terms end with it",
      term: {
        end: { view: "emergencyStatus", path: ["terms", "protectionEndsAt"] },
        hardEnd: { view: "PROTECTION_HARD_END" },
        renewedBy: ["timelock.setEmergencyProtection"],
        lasts: { view: "emergencyStatus", path: ["terms", "modeDuration"] },
      },
      moves: [
        "DualGovernanceTimelock._ledger.inEmergency",
        "DualGovernanceTimelock._emergency.modeEndsAt",
        "DualGovernanceTimelock._emergency.lastSequence",
      ],
      // By itself it holds back what is scheduled from then on.
      helps: "reset",
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
      follows: "timelock.activateEmergencyMode()",
      helps: "reset",
    },
    replaceSilentGate: {
      onlyIn: ["a gate that does not answer"],
      says: "installs the fallback gate, where the gate has not answered for the tiebreaker's timeout",
      moves: ["DualGovernanceTimelock._ledger.gate"],
      // No body keeps a gate from answering.
      helps: "nobody",
    },
  },
});
