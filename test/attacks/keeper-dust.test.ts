import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { Attempts } from "../../src/watch/attempts.js";
import { enterVault } from "../helpers/deployCore.js";
import { nodeError } from "../helpers/failingProvider.js";
import { deployProtocol, getPlayers } from "../helpers/deployTribune.js";
import { keeperOn } from "../helpers/keeperWorld.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { act, answering } = keeperOn(connection);
const UNIT = 10n ** 18n;
const DAY = 86_400n;

/** A rage quit of 10 shares over a vault that redeems on request, and has been asked. */
async function deploy() {
  const { stakers } = await getPlayers(connection);
  const [leaving, attacker] = stakers;
  if (leaving === undefined || attacker === undefined) throw new Error("too few accounts");
  const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
  const flags = { hasSeparateShare: false, hasRequestIds: false, isFulfilledAtOnce: false, hasVotableSupply: false };
  const vault = await ethers.deployContract("ERC7540VaultMock", [asset, { ...flags, burnAt: 1, priceAt: 1 }]);
  await enterVault(connection, asset, vault, leaving, 10n * UNIT);
  await enterVault(connection, asset, vault, attacker, UNIT);
  const address = await vault.getAddress();
  const world = await deployProtocol(connection, { vault: { kind: "erc7540", address } });
  const { escrow, gate } = world;
  await vault.connect(leaving).approve(escrow, 10n * UNIT);
  await escrow.connect(leaving).lock(10n * UNIT, 0n);
  for (let block = 0; block < 20; ++block) await networkHelpers.mine();
  await networkHelpers.time.increase(46n * DAY);
  await gate.poke();
  await escrow.beginExit(1n, ZeroAddress);
  const [vessel = ""] = await escrow.vesselsOf(1n);
  return { ...world, vault, vessel, attacker };
}

/** The commands that a keeper sends in so many rounds of eleven minutes, before each of which somebody does something. */
function runIn(world: Awaited<ReturnType<typeof deploy>>) {
  const attempts = new Attempts();
  return async (rounds: number, before: () => Promise<unknown>): Promise<string[]> => {
    const sent: string[] = [];
    for (let round = 0; round < rounds; ++round) {
      await before();
      await networkHelpers.time.increase(660n);
      const deeds = await act(world, { attempts });
      sent.push(...deeds.filter(({ isDone }) => isDone).map(({ text }) => text.split(" ")[0] ?? ""));
    }
    return sent;
  };
}

describe("dust against a keeper's purse", () => {
  const fixture = () => networkHelpers.loadFixture(deploy);

  it("buys a claim a day, however often it is sent to a vessel", async () => {
    const world = await fixture();
    const { vault, vessel, attacker } = world;
    const run = runIn(world);
    const dust = () => vault.connect(attacker).transfer(vessel, 1n);
    expect(await run(10, dust)).to.deep.equal(["claims"]);
    await networkHelpers.time.increase(DAY);
    expect(await run(2, dust)).to.deep.equal(["claims"]);
  });

  it("keeps no vessel from being claimed, where the claim of another is refused", async () => {
    const world = await fixture();
    const { escrow, vault, vessel } = world;
    await vault.fulfil(vessel, 0n, 6n * UNIT);
    const calls = escrow.interface;
    const selectorOf = (name: "claim" | "vesselsOf") => calls.getFunction(name).selector;
    let tried = 0;
    const provider = answering({
      call: (request) => {
        const { data = "" } = request as { readonly data?: string };
        if (data.startsWith(selectorOf("vesselsOf"))) {
          return Promise.resolve(calls.encodeFunctionResult("vesselsOf", [[vessel, vessel]]));
        }
        if (!data.startsWith(selectorOf("claim")) || ++tried > 1) return undefined;
        return Promise.reject(nodeError(3, "execution reverted"));
      },
    });
    const deeds = await act(world, { provider });
    expect(deeds.map(({ key, isDone }) => [key.split(":")[0], isDone])).to.deep.equal([
      ["refused", false],
      ["sent", true],
    ]);
  });

  it("holds nothing up: what the vault pays is claimed at once, and the exit comes to its end", async () => {
    const world = await fixture();
    const { vault, vessel, attacker } = world;
    const run = runIn(world);
    const dust = () => vault.connect(attacker).transfer(vessel, 1n);
    expect(await run(2, dust)).to.deep.equal(["claims"]);
    await vault.fulfil(vessel, 0n, 6n * UNIT);
    expect(await run(1, dust)).to.deep.equal(["claims"]);
    // Less than a part in 64 waits a day.
    await vault.fulfil(vessel, 0n, UNIT / 10n);
    expect(await run(3, dust)).to.deep.equal([]);
    await networkHelpers.time.increase(DAY);
    expect(await run(1, dust)).to.deep.equal(["claims"]);
    await vault.fulfilAll(vessel);
    await run(1, dust);
    expect((await world.escrow.getEpoch(1n)).end).to.not.equal(0n);
  });
});
