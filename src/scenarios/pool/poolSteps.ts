import { parseEther } from "ethers";

import { formatAmount } from "../../protocol/format.js";
import { packKeys, packPlaces, placesIn } from "../../staking/prover/keySet.js";
import type { Actor } from "../accounts.js";
import type { Told } from "./beaconChain.js";
import { checkpointProof, checkVaults, recentProof, type StakingOperator, type PoolWorld } from "./poolWorld.js";

/** More than any fee of EIP-7002's; the rest comes back. */
const FEE_ALLOWANCE = parseEther("1");

/** Anybody proves what every operator's validators hold, and what has arrived goes to the pool. */
export async function proveAll(world: PoolWorld): Promise<void> {
  const { run, accounts, pool } = world;
  const before = (await pool.books()).idle;
  await checkVaults(world, accounts.anyone);
  const arrived = (await pool.books()).idle - before;
  const found = arrived === 0n ? "nothing has arrived in their vaults" : `${formatAmount(arrived)} ETH go to the pool`;
  await run.note(accounts.anyone.name, `proves what every operator's validators hold; ${found}`, "proofs");
}

/** As far as idle ETH goes. Anybody may. */
export async function finalise({ run, accounts, pool }: PoolWorld): Promise<void> {
  const { signer } = accounts.anyone;
  const decided = async () => {
    const { reserved } = await pool.books();
    const { shares } = await pool.waiting();
    return `${formatAmount(reserved)} ETH can be claimed; ${shares === 0n ? "nobody" : "the rest"} waits`;
  };
  await run.act(accounts.anyone, { kind: "claim", action: "has the pool pay those who wait", decided }, () =>
    pool.connect(signer).finalise(),
  );
}

/**
 * Anybody makes keys exit, in the order that the pool prescribes, until enough are leaving. Nobody is asked.
 * @returns How many.
 */
export async function forceExits(world: PoolWorld): Promise<number> {
  const { run, accounts, chain, registry } = world;
  const told = await chain.tell();
  const first = await nextToExit(world);
  await run.act(
    accounts.anyone,
    { kind: "exit", action: `makes a key of operator ${first.id} exit, through EIP-7002`, mark: "exits forced" },
    () => forceOne(world, told, first),
  );
  const asked = new Set([first.id]);
  let keys = 1;
  for (; (await registry.exitDemand()) > 0n; keys++) {
    const next = await nextToExit(world);
    await forceOne(world, told, next);
    asked.add(next.id);
  }
  const others = `does the same with ${keys - 1} more, of ${asked.size} operators in all: as many as are needed`;
  await run.note(accounts.anyone.name, others);
  await run.refuse(accounts.anyone, "tries one more", "NoDemand", async () =>
    forceOne(world, told, await nextToExit(world)),
  );
  // The beacon chain takes the requests up.
  await chain.tell();
  return keys;
}

async function nextToExit({ registry, operators }: PoolWorld): Promise<StakingOperator> {
  const id = await registry.nextToExit();
  const next = operators.find((operator) => operator.id === id);
  if (next === undefined) throw new Error("no operator has a key that could exit");
  return next;
}

async function forceOne({ accounts, chain }: PoolWorld, told: Told, { vault }: StakingOperator) {
  const { live, requested, exiting } = await vault.keySets();
  const [place] = placesIn(live & ~requested & ~exiting);
  if (place === undefined) throw new Error("every key of the operator was asked");
  const { index, pubkey } = chain.at(Number(await vault.indexAt(place)));
  const proof = recentProof(told, { fields: [index], balances: [index] });
  const { signer } = accounts.anyone;
  return await vault
    .connect(signer)
    .forceExits(packKeys([pubkey]), proof, packPlaces([place]), { value: FEE_ALLOWANCE });
}

/** All public keys of an operator, one after another. */
async function keysOf({ chain }: PoolWorld, { vault }: StakingOperator): Promise<string> {
  const keys = chain.validatorsOf(await vault.withdrawalCredentials());
  return packKeys(keys.map(({ pubkey }) => pubkey));
}

/** A prover tries whatever layout there is, and no proof is accepted. */
export async function refuseProof(world: PoolWorld): Promise<void> {
  const { run, accounts, chain, operators } = world;
  const { signer } = accounts.anyone;
  const [first] = operators;
  if (first === undefined) throw new Error("the pool has no operator");
  const { vault } = first;
  const told = await chain.tell(vault.connect(signer).start);
  await vault.connect(signer).open(told.header, told.executedAt);
  for (const layout of ["electra", "gloas"] as const) {
    const { proof, places } = await checkpointProof(chain, told, vault, layout);
    await run.refuse(
      accounts.anyone,
      `tries to prove what validators of operator 1 hold, by the layout of ${layout === "gloas" ? "Gloas" : "Electra and Fulu"}`,
      "StateRootMismatch",
      () => vault.connect(signer).prove(proof, places),
      "no proof",
    );
  }
}

/** No proof is asked for while a pool winds down: anybody makes every key exit. */
export async function forceAll(world: PoolWorld): Promise<void> {
  const { run, accounts, chain, operators } = world;
  const { signer } = accounts.anyone;
  let spent = await balanceOf(world, accounts.anyone);
  for (const operator of operators) {
    const keys = await keysOf(world, operator);
    await operator.vault.connect(signer).forceExitsUnproven(keys, { value: FEE_ALLOWANCE });
  }
  spent -= await balanceOf(world, accounts.anyone);
  const action = `makes all 24 keys exit; gas and EIP-7002's fees come to ${formatAmount(spent)} ETH`;
  await run.note(accounts.anyone.name, action, "exits forced");
  await chain.tell();
}

/** Every operator ends all its validators by itself. */
export async function leaveFreely(world: PoolWorld): Promise<void> {
  const { run, chain, operators } = world;
  for (const operator of operators) {
    const keys = await keysOf(world, operator);
    await operator.vault.connect(operator.owner.signer).requestExits(keys, { value: FEE_ALLOWANCE });
  }
  await run.note("operators", "mean well, and end all their validators by themselves", "all leave");
  await chain.tell();
}

const balanceOf = async ({ run }: PoolWorld, { signer }: Actor): Promise<bigint> =>
  await run.connection.ethers.provider.getBalance(signer);

/** What validators have paid to the vaults. [wei] */
export async function readVaults({ run, operators }: PoolWorld): Promise<bigint> {
  let held = 0n;
  for (const { vault } of operators) held += await run.connection.ethers.provider.getBalance(vault);
  return held;
}

/** What is in the vaults goes to the pool, where it is divided among all shares. Anybody may. */
export async function sweepAll(world: PoolWorld): Promise<void> {
  const { run, accounts, chain, operators } = world;
  await chain.tell();
  const held = await readVaults(world);
  for (const { vault } of operators) await vault.connect(accounts.anyone.signer).sweep();
  await run.note(accounts.anyone.name, `sweeps ${formatAmount(held)} ETH out of twelve vaults into the pool`, "swept");
}
