import { expect } from "chai";
import hre from "hardhat";

import { Moment } from "../../conformance/vaults/names.js";
import { EXIT, passWithdrawalDelay } from "../../helpers/deployCore.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { close, deployRequests, leave } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const world = () => deployRequests(connection, [], { assetName: "HostileAssetMock" });
const closed = async () => close(await world());
/** The vault has sent 64 units back and pays 32; alice may unlock from no epoch, carol may from the second. */
async function leaving() {
  const all = await leave(await world());
  await all.escrow.connect(all.carol).lock(5n * all.one, 0n);
  await networkHelpers.time.increase(86_400n);
  await all.vault.fulfil(all.clone, 0n, 32n * all.one);
  await all.vault.cancel(all.clone, 0n, 64n * all.one);
  return all;
}
/** Everything is due to everybody. */
async function due() {
  const all = await leaving();
  await all.escrow.claim(1n, all.clone);
  await networkHelpers.time.increase(EXIT.exitLimit);
  await all.escrow.callOff(1n);
  await passWithdrawalDelay(all, 1n);
  return all;
}
type All = Awaited<ReturnType<typeof leaving>>;

/** Every verb that anybody may call, as a stranger's token would call it. */
function verbs({ escrow, clone, mallory }: Pick<All, "escrow" | "mallory"> & { clone: string }) {
  const { interface: abi } = escrow;
  const plain = {
    lock: abi.encodeFunctionData("lock", [1n, 0n]),
    lockWithPermit: abi.encodeFunctionData("lockWithPermit", [1n, 0n, 0n, 0, ethers.ZeroHash, ethers.ZeroHash]),
    unlock: abi.encodeFunctionData("unlock", [1n, 0n]),
    beginExit: abi.encodeFunctionData("beginExit", [1n, ethers.ZeroAddress]),
    claim: abi.encodeFunctionData("claim", [1n, clone]),
    callOff: abi.encodeFunctionData("callOff", [1n]),
    withdraw: abi.encodeFunctionData("withdraw", [1n, mallory.address]),
    takeShares: abi.encodeFunctionData("takeShares", [1n, mallory.address]),
    moveShares: abi.encodeFunctionData("moveShares", [1n, 0n]),
  };
  return Object.entries({ ...plain, multicall: abi.encodeFunctionData("multicall", [[plain.claim]]) });
}

/** What a guarded call reverts with. */
const GUARDED = ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10);

describe("[INV-6] VetoEscrow: re-entered by a hostile share or asset", () => {
  const OUTER = [
    ["lock", closed, (all: All) => all.escrow.connect(all.carol).lock(all.one, 0n)],
    ["unlock", leaving, (all: All) => all.escrow.connect(all.carol).unlock(all.one, 0n)],
    ["beginExit", closed, (all: All) => all.escrow.beginExit(1n, ethers.ZeroAddress)],
    ["claim", leaving, (all: All) => all.escrow.claim(1n, all.clone)],
    ["takeShares", due, (all: All) => all.escrow.connect(all.alice).takeShares(1n, all.alice)],
  ] as const;

  for (const [outer, fixture, call] of OUTER) {
    for (const moment of [Moment.Before, Moment.After]) {
      const when = moment === Moment.Before ? "before" : "after";
      it(`${outer} lets no function be called ${when} the shares move`, async () => {
        const first = await fixture();
        const clone = await first.escrow.vesselAt(1n, 0n);
        const snapshot = await networkHelpers.takeSnapshot();
        for (const [inner, data] of verbs({ ...first, clone })) {
          await first.vault.setHook(moment, first.escrow, data);
          await expect(call({ ...first, clone }), inner)
            .to.emit(first.vault, "CalledBack")
            .withArgs(false, GUARDED);
          await expectSolvent(first);
          await snapshot.restore();
        }
      });
    }
  }

  it("withdraw lets no function be called while it pays, nor does a claim that forwards", async () => {
    const all = await due();
    const { escrow, alice } = all;
    const asset = await ethers.getContractAt("HostileAssetMock", await all.asset.getAddress());
    const snapshot = await networkHelpers.takeSnapshot();
    for (const [inner, data] of verbs(all)) {
      await asset.setReentry(escrow, data);
      await expect(escrow.connect(alice).withdraw(1n, alice), inner)
        .to.emit(asset, "CalledBack")
        .withArgs(false, GUARDED);
      await expectSolvent(all);
      await snapshot.restore();
    }
  });

  it("a vessel may be made in any call: that writes nothing of the ledger", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault } = all;
    await vault.setHook(Moment.After, escrow, escrow.interface.encodeFunctionData("createVessel", [1n, 3n]));
    await expect(escrow.beginExit(1n, await escrow.vesselAt(1n, 0n))).to.emit(escrow, "VesselCreated");
    expect(await escrow.vesselsOf(1n)).to.have.lengthOf(1);
    await expectSolvent(all);
  });
});
