import { ZeroAddress } from "ethers";

import {
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  FallbackGate__factory,
  StandardVessel__factory,
  VetoEscrow__factory,
} from "../../types/index.js";
import { exitTerms } from "../deployment/parameters.js";
import { adoptionRoles, type AdoptionPlan } from "../protocol/adoption.js";
import { ROLES } from "../protocol/roles.js";
import type { OrdinaryWorld } from "./worlds.js";

/**
 * Timelock, gate and escrow for a DAO that exists: as `deploy/` does it, but for the Governor, the token and the vault,
 * which are there. The deployer holds nothing afterwards.
 *
 * The DAO's old timelock may propose to the new one until it renounces, which it does within the adopting proposal: so
 * that the same vote can let the new timelock accept a vault that changes owners in two steps.
 */
export async function deployDualGovernance({ accounts, dao, vault, governor, timelock: oldTimelock }: OrdinaryWorld) {
  const { signer } = accounts.deployer;
  const { delay, fallbackDelay, ...bounds } = dao.timelock;
  const fallbackGate = await new FallbackGate__factory(signer).deploy(fallbackDelay);
  const timelock = await new DualGovernanceTimelock__factory(signer).deploy(
    bounds,
    fallbackGate,
    delay,
    [],
    [],
    signer.address,
  );
  const vessel = await new StandardVessel__factory(signer).deploy(vault);
  const escrow = await new VetoEscrow__factory(signer).deploy(vessel, exitTerms(dao));
  const gate = await new DualGovernance__factory(signer).deploy(timelock, escrow, dao.dualGovernance);
  await escrow.bindGate(gate);
  await timelock.setGate(gate);
  const roles = adoptionRoles({
    governor: await governor.getAddress(),
    oldTimelock: await oldTimelock.getAddress(),
    newTimelock: await timelock.getAddress(),
  });
  for (const [role, account] of roles) await timelock.grantRole(role, account);
  await timelock.renounceRole(ROLES.admin, signer);
  return { timelock, escrow, gate };
}

export type Adoption = Awaited<ReturnType<typeof deployDualGovernance>>;

/** What adopts it. */
export async function planAdoption(world: OrdinaryWorld, { timelock }: Adoption): Promise<AdoptionPlan> {
  const { vault, governor, timelock: oldTimelock, dao } = world;
  const voice = await governor.getAddress();
  return {
    governor: voice,
    oldTimelock: await oldTimelock.getAddress(),
    newTimelock: await timelock.getAddress(),
    holdings: [{ kind: "ownership in two steps", target: await vault.getAddress() }],
    delay: dao.timelock.delay,
    roles: {
      ...{ proposers: [voice], cancellers: [voice], executors: [ZeroAddress] },
      ...{ admin: ROLES.admin, admins: [] },
    },
  };
}
