import { expect } from "chai";
import { AbiCoder, zeroPadValue } from "ethers";
import hre from "hardhat";

import { BEACON_ROOTS, executeBlocks, executePayload } from "../helpers/consensus/beaconRoots.js";
import { BeaconChain } from "../helpers/consensus/chain.js";
import { getActors } from "../helpers/actors.js";
import { depositOf, eth, VAULT } from "../helpers/consensus/world.js";

const wordOf = (value: number): string => AbiCoder.defaultAbiCoder().encode(["uint256"], [value]);

describe("the consensus model: payloads on the simulated chain", () => {
  async function open(fork: "fulu" | "gloas") {
    const connection = await hre.network.create();
    const now = await connection.networkHelpers.time.latest();
    const chain = new BeaconChain({ fork, genesisTime: now + 100 });
    const ask = (timestamp: number) => connection.ethers.provider.call({ to: BEACON_ROOTS, data: wordOf(timestamp) });
    return { ...connection, connection, chain, ask };
  }

  it("serve each block's parent root at the time of the block, and nothing for slots that were missed", async () => {
    const { connection, chain, ask, ethers } = await open("fulu");
    for (const slot of [1, 2, 4]) chain.addBlock(slot);
    await executeBlocks(connection, chain);
    const [first, second] = chain.blocks;
    expect(await ask(chain.timestampOf(1))).to.equal(zeroPadValue("0x", 32));
    expect(await ask(chain.timestampOf(2))).to.equal(first?.root);
    expect(await ask(chain.timestampOf(4))).to.equal(second?.root);
    await expect(ask(chain.timestampOf(3))).to.revert(ethers);
    await expect(ask(0)).to.revert(ethers);
  });

  it("serve nothing of a block whose payload was withheld", async () => {
    const { connection, chain, ask, ethers } = await open("gloas");
    chain.addBlock(1);
    const withheld = chain.addBlockWithoutPayload(2);
    chain.addBlock(3);
    await executeBlocks(connection, chain);
    await expect(ask(chain.timestampOf(2))).to.revert(ethers);
    expect(await ask(chain.timestampOf(3))).to.equal(withheld.root);
  });

  it("run transactions after the root is known and before withdrawals are paid", async () => {
    const { connection, chain, ethers } = await open("fulu");
    chain.addBlock(1, { deposits: [depositOf(1, eth(32))] });
    chain.advanceEpochs(10);
    for (const validator of chain.state.validators) validator.balance = eth(2050);
    chain.advanceEpochs(1);
    chain.addBlock();
    const [first, second] = chain.blocks;
    if (first?.payload === undefined || second?.payload === undefined) throw new Error("no payloads");
    await executePayload(connection, first.payload);
    const { signer } = await getActors(ethers, "signer");
    const [receipt] = await executePayload(connection, second.payload, async () => [
      await signer.sendTransaction({
        to: BEACON_ROOTS,
        data: wordOf(second.payload?.timestamp ?? 0),
        gasLimit: 100_000n,
      }),
    ]);
    expect(receipt?.status, "the root was there").to.equal(1);
    expect(await ethers.provider.getBalance(VAULT, (receipt?.blockNumber ?? 0) - 1)).to.equal(0n);
    expect(await ethers.provider.getBalance(VAULT)).to.equal(2n * 10n ** 18n);
  });
});
