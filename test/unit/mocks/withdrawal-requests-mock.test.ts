import { expect } from "chai";
import { AbiCoder, concat, toBeHex } from "ethers";
import hre from "hardhat";

import { getActors } from "../../helpers/actors.js";
import { SYSTEM_ADDRESS } from "../../helpers/consensus/beaconRoots.js";
import { decodeWithdrawalRequests, somePubkey } from "../../helpers/consensus/depositData.js";
import { impersonate } from "../../helpers/impersonate.js";

const PREDEPLOY = "0x00000961Ef480Eb55e80D19ad83579A64c007002";

describe("WithdrawalRequestsMock", () => {
  async function place() {
    const connection = await hre.network.create();
    const { ethers } = connection;
    const contract = await ethers.deployContract("WithdrawalRequestsMock");
    await ethers.provider.send("hardhat_setCode", [PREDEPLOY, await ethers.provider.getCode(contract)]);
    const { alice, bob } = await getActors(ethers, "alice", "bob");
    const ask = (key: number, amount: bigint, value = 1n, from = alice) =>
      from.sendTransaction({ to: PREDEPLOY, data: concat([somePubkey(key), toBeHex(amount, 8)]), value });
    const fee = async () => BigInt(await ethers.provider.call({ to: PREDEPLOY }));
    const system = await impersonate(connection, SYSTEM_ADDRESS);
    /** Ends a block: its records. */
    const dequeue = async () => {
      const records = await ethers.provider.call({ to: PREDEPLOY, from: SYSTEM_ADDRESS });
      await system.sendTransaction({ to: PREDEPLOY });
      return decodeWithdrawalRequests(records);
    };
    return { contract, ethers, alice, bob, ask, fee, dequeue };
  }

  it("hands over records that Lodestar's types read", async () => {
    const { alice, bob, ask, dequeue } = await place();
    await ask(1, 0n);
    await ask(2, 0x0102030405060708n, 1n, bob);
    expect(await dequeue()).to.deep.equal([
      { sourceAddress: alice.address.toLowerCase(), pubkey: somePubkey(1), amount: 0n },
      { sourceAddress: bob.address.toLowerCase(), pubkey: somePubkey(2), amount: 0x0102030405060708n },
    ]);
    expect(await dequeue()).to.deep.equal([]);
  });

  it("hands over sixteen at a time, in order, and charges by what is beyond two a block", async () => {
    const { ask, fee, dequeue } = await place();
    expect(await fee()).to.equal(1n);
    for (let key = 0; key < 20; key++) await ask(key, 0n);
    expect(await fee(), "the fee changes between blocks alone").to.equal(1n);
    expect((await dequeue()).map(({ pubkey }) => pubkey)).to.deep.equal([...Array(16).keys()].map(somePubkey));
    expect(await fee()).to.equal(2n);
    expect((await dequeue()).map(({ pubkey }) => pubkey)).to.deep.equal([16, 17, 18, 19].map(somePubkey));
    for (let block = 0; block < 9; block++) await dequeue();
    expect(await fee()).to.equal(1n);
  });

  it("charges by the exponential series of the specification", async () => {
    const { ethers, fee } = await place();
    const expected = (excess: bigint): bigint => {
      let [output, accumulator] = [0n, 17n];
      for (let i = 1n; accumulator > 0n; i++) {
        output += accumulator;
        accumulator = (accumulator * excess) / (17n * i);
      }
      return output / 17n;
    };
    for (const excess of [0n, 1n, 11n, 12n, 18n, 100n, 500n, 1000n]) {
      await ethers.provider.send("hardhat_setStorageAt", [PREDEPLOY, "0x0", toBeHex(excess, 32)]);
      expect(await fee(), `excess ${excess}`).to.equal(expected(excess));
    }
  });

  it("keeps what is paid beyond the fee, and refuses what is below", async () => {
    const { contract, ethers, ask } = await place();
    await ask(1, 0n, 5n);
    expect(await ethers.provider.getBalance(PREDEPLOY)).to.equal(5n);
    await expect(ask(1, 0n, 0n))
      .to.be.revertedWithCustomError(contract, "FeeTooLow")
      .withArgs(0n, 1n);
  });

  it("refuses other lengths, and ETH sent to ask for the fee", async () => {
    const { contract, alice } = await place();
    const send = (data: string, value = 1n) => alice.sendTransaction({ to: PREDEPLOY, data, value });
    await expect(send("0x00")).to.be.revertedWithCustomError(contract, "InputLengthMismatch").withArgs(1n, 56n);
    await expect(send(somePubkey(1)))
      .to.be.revertedWithCustomError(contract, "InputLengthMismatch")
      .withArgs(48n, 56n);
    await expect(send("0x")).to.be.revertedWithCustomError(contract, "FeeQueryWithValue").withArgs(1n);
  });

  it("lays its storage out as the specification does", async () => {
    const { ethers, alice, ask } = await place();
    await ask(7, 3n);
    const slot = (index: number) => ethers.provider.getStorage(PREDEPLOY, index);
    expect([await slot(0), await slot(1), await slot(2), await slot(3)].map(BigInt)).to.deep.equal([0n, 1n, 0n, 1n]);
    expect(await slot(4)).to.equal(AbiCoder.defaultAbiCoder().encode(["address"], [alice.address]));
    expect(concat([await slot(5), (await slot(6)).slice(0, 34)])).to.equal(somePubkey(7));
  });
});
