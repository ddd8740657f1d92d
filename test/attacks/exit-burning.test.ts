import { expect } from "chai";
import hre from "hardhat";

import { RequestRule } from "../conformance/vaults/names.js";
import { Answer } from "../helpers/answer.js";
import { enterRageQuit } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { isInstrumented } from "../helpers/instrumented.js";
import { GENEROUS } from "./exitWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function deploy(isApart: boolean) {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("RequestVaultMock", [asset, isApart]),
  });
  const { escrow, vault, alice, bob, one } = all;
  await escrow.connect(alice).lock(100n * one, 0n);
  await escrow.connect(bob).lock(50n * one, 0n);
  await enterRageQuit(all);
  // Each request has an id of its own and takes a 16th, so that there can be many.
  await vault.setRule(RequestRule.HasRequestIds, true);
  await vault.setRule(RequestRule.CancelsByClaim, true);
  await vault.setBounds(0n, 10n * one);
  const token = await ethers.getContractAt("UnrulyShareMock", await escrow.SHARE());
  return { ...all, token };
}
const together = () => deploy(false);
const apart = () => deploy(true);
type World = Awaited<ReturnType<typeof deploy>>;

type Name = Parameters<World["vault"]["interface"]["getFunction"]>[0];
const tell = async ({ vault }: World, answer: keyof typeof Answer, ...names: readonly Name[]) => {
  for (const name of names) await vault.setAnswer(vault.interface.getFunction(name).selector, Answer[answer]);
};
const answerBalances = async ({ token }: World, answer: keyof typeof Answer) => {
  await token.setAnswer(token.interface.getFunction("balanceOf").selector, Answer[answer]);
};

/**
 * The exit uses so many vessels, and the last one has so many ids. It has shares that the vault handed back and assets
 * that the vault paid without being asked; the escrow has shares that nobody has asked for.
 */
async function leave(all: World, ids: number, vessels: number) {
  const { escrow, vault, share, asset, carol, unit, one } = all;
  // Asked each time until it has told it, as a vault may never do.
  await tell(all, "BurnGas", "convertToAssets");
  const begin = (vessel: string) => escrow.beginExit(1n, vessel, GENEROUS);
  for (let count = 0; count < vessels; ++count) {
    await begin(count < 4 ? ethers.ZeroAddress : await escrow.vesselAt(1n, BigInt(count - 4)));
  }
  const used = await escrow.vesselsOf(1n);
  const [payer = ""] = used;
  const last = used.at(-1) ?? "";
  for (let count = 1; count < ids; ++count) await begin(last);
  expect(used.length).to.equal(vessels);
  expect((await vault.getRequestIds(last)).length).to.equal(ids);
  await share.connect(carol).transfer(last, one);
  await asset.mint(last, 7n * unit);
  return { payer, last };
}

/** Everything that a claim calls, the balances of a share apart aside. */
const ALL: readonly Name[] = [
  ...(["maxRedeem", "previewRedeem", "convertToAssets", "votableSupply", "totalSupply", "supportsInterface"] as const),
  ...(["pendingRedeemRequest", "claimableRedeemRequest", "redeem"] as const),
  ...(["claimableCancelRedeemRequest", "claimCancelRedeemRequest"] as const),
];

/** How the vault burns whatever it is granted. */
const BURNS: Record<string, (all: World, last: string) => Promise<void>> = {
  "burns all gas in every call": (all) => tell(all, "BurnGas", ...ALL),
  "burns all gas where it should hand back what it says it will": async (all, last) => {
    await all.vault.cancelAll(last);
    await tell(all, "BurnGas", ...ALL.filter((name) => name !== "claimableCancelRedeemRequest"));
  },
  "burns all gas where it should pay what it says it will": async (all, last) => {
    await all.vault.fulfilAll(last);
    await tell(all, "BurnGas", "redeem", "maxRedeem");
  },
  "answers as dearly as it may, and burns all gas where it should pay": async (all, last) => {
    await all.vault.fulfilAll(last);
    await tell(all, "BurnGas", "redeem", "maxRedeem", "claimableCancelRedeemRequest");
    await tell(all, "Dear", "pendingRedeemRequest");
  },
};

const SIZES = [
  [1, 1],
  [5, 1],
  [6, 1],
  [8, 1],
  [1, 3],
  [8, 3],
  [1, 8],
  [5, 8],
] as const;

describe("[INV-8] attack: a vault that burns all gas does not keep in a vessel what has arrived there", () => {
  for (const [how, burn] of Object.entries(BURNS)) {
    for (const isSilent of [false, true]) {
      for (const [where, world] of Object.entries({ together, apart })) {
        const balances = isSilent ? "which tells no balance either" : "which tells its balances";
        it(`one that ${how}, with a share ${where} ${balances}`, async () => {
          for (const [ids, vessels] of SIZES) {
            const all = await networkHelpers.loadFixture(world);
            const { escrow, share, asset, unit } = all;
            const { payer, last } = await leave(all, ids, vessels);
            await burn(all, last);
            if (isSilent) await answerBalances(all, "BurnGas");
            await escrow.claim(1n, last, GENEROUS);
            expect(await asset.balanceOf(payer), `${ids} ids, ${vessels} vessels`).to.equal(7n * unit);
            // Of a share that does not tell what lies there nothing can be sent.
            if (!isSilent) expect(await share.balanceOf(last), `${ids} ids, ${vessels} vessels`).to.equal(0n);
          }
        });
      }
    }
  }

  // Code that counts its coverage answers more dearly than it may.
  if (!isInstrumented) {
    it("nor does a vessel that uses up all it is given, and a vault that answers as dearly as it may", async () => {
      for (const vessels of [1, 3, 8]) {
        const all = await networkHelpers.loadFixture(apart);
        const { escrow } = all;
        const { last } = await leave(all, 1, vessels);
        await tell(all, "Dear", "pendingRedeemRequest");
        await answerBalances(all, "BurnGas");
        // Little below what the escrow grants the answer, and what is paid before it is asked.
        const { requestedShares } = await ethers.getContractAt("StandardVessel", last);
        expect(await requestedShares.estimateGas()).to.be.within(500_000n, 620_000n);
        const [implementation, elsewhere] = [await escrow.VESSEL_IMPLEMENTATION(), ethers.zeroPadValue("0x1234", 20)];
        await networkHelpers.setCode(elsewhere, await ethers.provider.getCode(implementation));
        const greedy = await ethers.deployContract("GreedyVesselMock", [elsewhere]);
        await networkHelpers.setCode(implementation, await ethers.provider.getCode(greedy));
        await escrow.claim(1n, last, GENEROUS);
        expect((await escrow.getEpoch(1n)).redeemedShares, `${vessels} vessels`).to.equal(0n);
      }
    });
  }
});
