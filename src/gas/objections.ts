import { MaxUint256, Signature, ZeroAddress } from "ethers";

import { LockFloorMock__factory } from "../../types/index.js";
import type { Meter } from "./meter.js";
import { mined } from "./mined.js";
import { fund, pass, RULES, SHARE, SUPPLY, type World } from "./gasWorld.js";

const { signalling, phases, exit } = RULES;

/** ERC-2612. */
const PERMIT = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

/** Locks and unlocks too little to matter. Others have locked before; alice has not, and leaves nothing behind. */
export async function walkLocks(world: World, meter: Meter): Promise<void> {
  const { escrow, gate, alice, bank } = world;
  const own = escrow.connect(alice);
  await meter.measure("lockFirst", own.lock(SHARE, 0n));
  await meter.measure("lockRepeated", own.lock(SHARE, 0n));
  await measureAllowances(world, meter);

  await fund(world, bank, SHARE);
  await meter.measure("pokeRecords", gate.poke());
  await meter.measure("pokeNormal", gate.poke());

  await pass(world, phases.minLock + 1n);
  await meter.measure("unlock", own.unlock(SHARE, 0n));
  const { shares } = await escrow.positionOf(await escrow.runningEpoch(), alice);
  await meter.measure("unlockAll", own.unlock(shares, 0n));
}

/** Through all states without a rage quit, once round. Alice has nothing locked. */
export async function walkSignalling(world: World, meter: Meter): Promise<void> {
  const { escrow, gate, vault, alice, bank } = world;
  const own = escrow.connect(alice);
  await meter.measure("lockActivates", own.lock(SUPPLY / 20n, 0n));
  await meter.measure("pokeSignalling", gate.poke());
  await meter.measure("lockSignalling", own.lock(SHARE, 0n));
  await pass(world, signalling.maxDuration);
  await meter.measure("deactivate", gate.poke());
  await meter.measure("pokeDeactivation", gate.poke());
  await pass(world, signalling.deactivation + 1n);
  await meter.measure("cool", gate.poke());
  await meter.measure("pokeCooldown", gate.poke());
  await mined(own.unlock(SUPPLY / 20n + SHARE, 0n));
  await pass(world, phases.cooldown + 1n);
  await meter.measure("normalise", gate.poke());

  // Support grows because the supply shrinks: nobody's lock makes the transition.
  await mined(own.lock((SUPPLY * 99n) / 10_000n, 0n));
  await mined(vault.connect(bank).redeem(SUPPLY / 20n, bank, bank));
  await meter.measure("activate", gate.poke());
}

/** A rage quit by a vault that redeems at once. Alice has nothing locked, others a little. */
export async function walkRageQuit(world: World, meter: Meter): Promise<void> {
  const { escrow, gate, asset, alice, bob, connection } = world;
  const epoch = await escrow.runningEpoch();
  await startRageQuit(world, () => meter.measure("rageQuit", gate.poke()));
  await meter.measure("pokeRageQuit", gate.poke());
  const before = await connection.networkHelpers.takeSnapshot();
  await meter.measure("beginExitFresh", escrow.beginExit(epoch, ZeroAddress));
  await before.restore();
  await meter.measure("createVessel", escrow.createVessel(epoch, 0n));
  const vessel = await escrow.vesselAt(epoch, 0n);
  await meter.measure("beginExit", escrow.beginExit(epoch, vessel));
  await meter.measure("claimNothing", escrow.claim(epoch, vessel));
  await meter.measure("pokeSeesEnd", gate.poke());
  await meter.measure("pokeExtension", gate.poke());
  await pass(world, phases.rageQuitExtension + 1n);
  await meter.measure("leaveRageQuit", gate.poke());
  await pass(world, phases.withdrawalMaxDelay + 1n);
  await meter.measure("withdrawEpochFirst", escrow.connect(bob).withdraw(epoch, bob));
  await meter.measure("withdrawFirst", escrow.connect(alice).withdraw(epoch, alice));
  await mined(asset.mint(vessel, SHARE));
  await meter.measure("withdrawAgain", escrow.connect(alice).withdraw(epoch, alice));
}

/** A rage quit by a vault that redeems on request, as far as it differs. */
export async function walkRequest(world: World, meter: Meter): Promise<void> {
  const { escrow, gate, vault, kind, connection } = world;
  if (!("fulfilAll" in vault)) throw new Error(`a vault of kind ${kind} takes no requests`);
  const isApart = kind === "erc7540-apart";
  const epoch = await escrow.runningEpoch();
  await startRageQuit(world, () => mined(gate.poke()));
  if (!isApart) {
    const before = await connection.networkHelpers.takeSnapshot();
    await meter.measure("requestFresh", escrow.beginExit(epoch, ZeroAddress));
    await before.restore();
  }
  await mined(escrow.createVessel(epoch, 0n));
  const vessel = await escrow.vesselAt(epoch, 0n);
  await meter.measure(isApart ? "requestApart" : "request", escrow.beginExit(epoch, vessel));
  await meter.measure(isApart ? "pokePendingApart" : "pokePending", gate.poke());
  if (!isApart) {
    const pending = await connection.networkHelpers.takeSnapshot();
    await pass(world, exit.holdLimit + 1n);
    await meter.measure("callOffHeld", escrow.callOff(epoch));
    await pending.restore();
  }
  await mined(vault.fulfilAll(vessel));
  await meter.measure(isApart ? "claimApart" : "claim", escrow.claim(epoch, vessel));
}

/** A rage quit by a vault that takes nothing, until the exit is called off. Nothing is locked. */
export async function walkCallOff(world: World, meter: Meter): Promise<void> {
  const { escrow, gate, alice, bob } = world;
  const epoch = await escrow.runningEpoch();
  await mined(escrow.connect(bob).lock((SUPPLY * 2n) / 100n, 0n));
  await startRageQuit(world, () => mined(gate.poke()));
  await pass(world, exit.callOffDelay + 1n);
  await meter.measure("callOff", escrow.callOff(epoch));
  await meter.measure("takeShares", escrow.connect(alice).takeShares(epoch, alice));
  await meter.measure("moveShares", escrow.connect(bob).moveShares(epoch, 0n));
  await pass(world, exit.callOffExtension + 1n);
  await meter.measure("reactivate", gate.poke());
}

/** The least a lock can cost on the same share: a transfer, a position, a total. */
export async function measureLockFloors({ share, proposer, alice, bob }: World) {
  const floor = await new LockFloorMock__factory(proposer).deploy(share);
  for (const staker of [alice, bob]) await mined(share.connect(staker).approve(floor, MaxUint256));
  await mined(floor.connect(bob).lock(SHARE));
  const first = await mined(floor.connect(alice).lock(SHARE));
  const repeated = await mined(floor.connect(alice).lock(SHARE));
  return { lockFirst: Number(first.gasUsed), lockRepeated: Number(repeated.gasUsed) };
}

/** Alice locks more than the rage quit threshold; once time has passed, `poke` makes the last step. */
async function startRageQuit(world: World, poke: () => Promise<unknown>): Promise<void> {
  await mined(world.escrow.connect(world.alice).lock((SUPPLY * 15n) / 100n, 0n));
  await pass(world, signalling.maxDuration + 1n);
  await poke();
}

/** What other ways to allow the transfer cost. Leaves the allowance unlimited again. */
async function measureAllowances({ share, escrow, alice }: World, meter: Meter): Promise<void> {
  const own = escrow.connect(alice);
  await mined(share.connect(alice).approve(escrow, SHARE));
  await meter.measure("lockExact", own.lock(SHARE, 0n));

  const { name, version, chainId, verifyingContract } = await share.eip712Domain();
  const permit = {
    owner: alice.address,
    spender: await escrow.getAddress(),
    value: SHARE,
    nonce: await share.nonces(alice),
    deadline: MaxUint256,
  };
  const signed = await alice.signTypedData({ name, version, chainId, verifyingContract }, PERMIT, permit);
  const { v, r, s } = Signature.from(signed);
  await meter.measure("lockPermit", own.lockWithPermit(permit.value, 0n, permit.deadline, v, r, s));
  await mined(share.connect(alice).approve(escrow, MaxUint256));
}
