import {
  buildModule,
  type ContractFuture,
  type IgnitionModule,
  type IgnitionModuleResult,
} from "@nomicfoundation/ignition-core";
import { id as roleId, ZeroAddress, ZeroHash } from "ethers";

import governorModule from "./governor.js";
import timelockModule from "./timelock.js";
import tokenModule from "./token.js";

const PROPOSER_ROLE = roleId("PROPOSER_ROLE");
const CANCELLER_ROLE = roleId("CANCELLER_ROLE");
const EXECUTOR_ROLE = roleId("EXECUTOR_ROLE");
const DEFAULT_ADMIN_ROLE = ZeroHash;

type Contract = ContractFuture<string>;

/**
 * Escrow and gate around a vault, then the handover:
 *
 *   token ─┐
 *          ├─► governor ──────────────────────────────────────────────┐
 *   timelock ─► vault ─► vessel ─► escrow ─► gate ─► bound ─► set ─► roles ─► the deployer renounces
 *
 * The Governor may propose only once the gate is in place, and the very last transaction takes the deployer's power.
 */
export function buildTribune<VaultResult extends IgnitionModuleResult<string> & { vault: Contract }>(
  vaultModule: IgnitionModule<"Vault", string, VaultResult>,
  vesselContract: "ERC4626Vessel" | "ERC7540Vessel",
) {
  const escrowModule = buildModule("Escrow", (m) => {
    const { vault } = m.useModule(vaultModule);
    const vessel = m.contract(vesselContract, [vault], { id: "vessel" });
    const escrow = m.contract("VetoEscrow", [vessel]);
    return { vessel, escrow };
  });

  const gateModule = buildModule("Gate", (m) => {
    const { timelock } = m.useModule(timelockModule);
    const { escrow } = m.useModule(escrowModule);
    const config = { signalling: m.getParameter("signalling"), phases: m.getParameter("phases") };
    return { gate: m.contract("DualGovernance", [timelock, escrow, config]) };
  });

  const handoverModule = buildModule("Handover", (m) => {
    const { timelock } = m.useModule(timelockModule);
    const { governor } = m.useModule(governorModule);
    const { escrow } = m.useModule(escrowModule);
    const { gate } = m.useModule(gateModule);
    const bound = m.call(escrow, "bindGate", [gate]);
    const set = m.call(timelock, "setGate", [gate], { after: [bound] });
    const grants = [
      m.call(timelock, "grantRole", [PROPOSER_ROLE, governor], { id: "governorProposes", after: [set] }),
      m.call(timelock, "grantRole", [CANCELLER_ROLE, governor], { id: "governorCancels", after: [set] }),
      m.call(timelock, "grantRole", [CANCELLER_ROLE, timelock], { id: "timelockCancels", after: [set] }),
      m.call(timelock, "grantRole", [EXECUTOR_ROLE, ZeroAddress], { id: "anybodyExecutes", after: [set] }),
    ];
    m.call(timelock, "renounceRole", [DEFAULT_ADMIN_ROLE, m.getAccount(0)], { id: "deployerLeaves", after: grants });
    return { timelock };
  });

  return buildModule("Tribune", (m) => {
    m.useModule(handoverModule);
    return {
      ...m.useModule(tokenModule),
      ...m.useModule(timelockModule),
      ...m.useModule(governorModule),
      ...m.useModule(vaultModule),
      ...m.useModule(escrowModule),
      ...m.useModule(gateModule),
    };
  });
}
