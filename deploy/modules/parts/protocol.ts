import {
  buildModule,
  type ContractFuture,
  type IgnitionModule,
  type IgnitionModuleResult,
} from "@nomicfoundation/ignition-core";
import { id as roleId, ZeroAddress, ZeroHash } from "ethers";

import breakerModule from "./breaker.js";
import { existingGovernor, newGovernor } from "./governor.js";
import { buildTiebreaker } from "./tiebreaker.js";
import timelockModule from "./timelock.js";
import { existingToken, newToken } from "./token.js";

const PROPOSER_ROLE = roleId("PROPOSER_ROLE");
const CANCELLER_ROLE = roleId("CANCELLER_ROLE");
const EXECUTOR_ROLE = roleId("EXECUTOR_ROLE");
const DEFAULT_ADMIN_ROLE = ZeroHash;

type Contract = ContractFuture<string>;

/** Which bodies a DAO has, beside what every DAO has. */
export interface Shape {
  /** Token and Governor exist. */
  readonly isAdoption: boolean;
  readonly hasEmergency: boolean;
  /** What the circuit breaker is bound to; undefined without one. */
  readonly pausables: { readonly isVaultAmong: boolean; readonly others: number } | undefined;
  readonly hasTiebreaker: boolean;
}

/**
 * Escrow and gate around a vault, the bodies whose powers end, then the handover:
 *
 *   token ─┐
 *          ├─► governor ────────────────────────────────────────────────┐
 *   fallbackGate ─► timelock ─► breaker ─► vault ─► vessel ─► escrow ─► gate ─► bound ─► set ─► roles ─► the deployer renounces
 *                          └───────┴─► tiebreaker ─► emergency terms, tiebreaker's seat ─┘
 *
 * An admin may seat the bodies only while there is no gate; the Governor may propose only once there is one; the very
 * last transaction takes the deployer's power.
 *
 * Of a DAO that exists token and Governor are where they are, and the timelock that it obeys may propose as well.
 *
 * @param vesselContract Deployed with the vault's address; undefined for a vessel implementation that exists.
 */
export function buildProtocol<VaultResult extends IgnitionModuleResult<string> & { vault: Contract }>(
  vaultModule: IgnitionModule<"Vault", string, VaultResult>,
  vesselContract: string | undefined,
  { isAdoption, hasEmergency, pausables, hasTiebreaker }: Shape,
) {
  const tokenModule: IgnitionModule<"Token", string, { token: Contract }> = isAdoption ? existingToken : newToken;
  const governorModule: IgnitionModule<"Governor", string, { governor: Contract }> = isAdoption
    ? existingGovernor
    : newGovernor;

  const escrowModule = buildModule("Escrow", (m) => {
    const { vault } = m.useModule(vaultModule);
    const vessel =
      vesselContract === undefined
        ? m.contractAt("IVessel", m.getParameter<string>("vessel"), { id: "vessel" })
        : m.contract(vesselContract, [vault], { id: "vessel" });
    // The escrow refuses an empty vault: what is deployed is seeded first.
    const escrow = m.contract("VetoEscrow", [vessel, m.getParameter("exitTerms")], { after: [vaultModule] });
    return { vessel, escrow };
  });

  const gateModule = buildModule("Gate", (m) => {
    const { timelock } = m.useModule(timelockModule);
    const { escrow } = m.useModule(escrowModule);
    const config = { signalling: m.getParameter("signalling"), phases: m.getParameter("phases") };
    return { gate: m.contract("DualGovernance", [timelock, escrow, config]) };
  });

  const tiebreakerModule = buildTiebreaker(pausables !== undefined);

  const bodiesModule = buildModule("Bodies", (m) => {
    const { timelock } = m.useModule(timelockModule);
    if (hasEmergency) m.call(timelock, "setEmergencyProtection", [m.getParameter("emergencyTerms")]);
    if (hasTiebreaker) {
      const { tiebreaker } = m.useModule(tiebreakerModule);
      m.call(timelock, "setTiebreaker", [tiebreaker, m.getParameter<bigint>("tiebreakerTimeout")]);
    }
    if (pausables !== undefined) {
      const { breaker } = m.useModule(breakerModule);
      const others = Array.from({ length: pausables.others }, (_, index) => m.getParameter<string>(`pausable${index}`));
      m.call(breaker, "bind", [pausables.isVaultAmong ? [m.useModule(vaultModule).vault, ...others] : others]);
    }
    return { timelock };
  });

  const handoverModule = buildModule("Handover", (m) => {
    const { timelock } = m.useModule(timelockModule);
    const { governor } = m.useModule(governorModule);
    const { escrow } = m.useModule(escrowModule);
    const { gate } = m.useModule(gateModule);
    m.useModule(bodiesModule);
    const bound = m.call(escrow, "bindGate", [gate]);
    const set = m.call(timelock, "setGate", [gate], { after: [bound, bodiesModule] });
    const grants = [
      m.call(timelock, "grantRole", [PROPOSER_ROLE, governor], { id: "governorProposes", after: [set] }),
      m.call(timelock, "grantRole", [CANCELLER_ROLE, governor], { id: "governorCancels", after: [set] }),
      m.call(timelock, "grantRole", [CANCELLER_ROLE, timelock], { id: "timelockCancels", after: [set] }),
      m.call(timelock, "grantRole", [EXECUTOR_ROLE, ZeroAddress], { id: "anybodyExecutes", after: [set] }),
    ];
    // Within the adopting proposal it withdraws what others may have made it schedule, lets the new timelock accept what
    // changes owners in two steps, and gives both roles back.
    if (isAdoption) {
      const oldTimelock = m.getParameter<string>("oldTimelock");
      grants.push(
        m.call(timelock, "grantRole", [PROPOSER_ROLE, oldTimelock], { id: "oldTimelockProposes", after: [set] }),
        m.call(timelock, "grantRole", [CANCELLER_ROLE, oldTimelock], { id: "oldTimelockCancels", after: [set] }),
      );
    }
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
      ...(pausables === undefined ? {} : m.useModule(breakerModule)),
      ...(hasTiebreaker ? m.useModule(tiebreakerModule) : {}),
    };
  });
}
