import { id as roleId, ZeroAddress, ZeroHash } from "ethers";

import {
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  FallbackGate__factory,
  StandardVessel__factory,
  VetoEscrow__factory,
} from "../../types/index.js";
import { exitTerms } from "../deployment/parameters.js";
import { call, type Call } from "./proposals.js";
import type { OrdinaryWorld } from "./worlds.js";

const PROPOSER_ROLE = roleId("PROPOSER_ROLE");
const CANCELLER_ROLE = roleId("CANCELLER_ROLE");
const EXECUTOR_ROLE = roleId("EXECUTOR_ROLE");

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
  await timelock.grantRole(PROPOSER_ROLE, oldTimelock);
  await timelock.grantRole(PROPOSER_ROLE, governor);
  await timelock.grantRole(CANCELLER_ROLE, governor);
  await timelock.grantRole(CANCELLER_ROLE, timelock);
  await timelock.grantRole(EXECUTOR_ROLE, ZeroAddress);
  await timelock.renounceRole(await timelock.DEFAULT_ADMIN_ROLE(), signer);
  return { timelock, escrow, gate };
}

export type Adoption = Awaited<ReturnType<typeof deployDualGovernance>>;

/** What the one proposal does, in this order. */
export async function adoptionCalls(world: OrdinaryWorld, { timelock }: Adoption): Promise<Call[]> {
  const { vault, governor, timelock: oldTimelock, dao } = world;
  const acceptance = await acceptanceOf(world);
  return [
    await call(vault, "transferOwnership", [await timelock.getAddress()]),
    await call(timelock, "schedule", [...acceptance, dao.timelock.delay]),
    await call(timelock, "renounceRole", [PROPOSER_ROLE, await oldTimelock.getAddress()]),
    await call(oldTimelock, "revokeRole", [PROPOSER_ROLE, await governor.getAddress()]),
    await call(governor, "updateTimelock", [await timelock.getAddress()]),
  ];
}

/** The operation by which the new timelock takes the vault: what `schedule` and `execute` begin with. */
export async function acceptanceOf({ vault }: OrdinaryWorld) {
  const { target, data } = await call(vault, "acceptOwnership", []);
  return [target, 0n, data, ZeroHash, ZeroHash] as const;
}
