import { expect } from "chai";
import { concat, parseEther } from "ethers";
import hre from "hardhat";

import { WITHDRAWAL_REQUESTS } from "../../src/protocol/predeploys.js";
import { BeaconChain, pubkeyOf } from "../../src/scenarios/pool/beaconChain.js";
import { FAR_FUTURE } from "../../src/staking/sketch/bigState.js";
import { proveState } from "../../src/staking/proveState.js";
import { compoundingCredentials } from "../../src/staking/deposits/deposits.js";
import { depositDataRoot } from "../helpers/consensus/depositData.js";

const PUBKEY = pubkeyOf(7);
const SIGNATURE = `0x${"51".repeat(96)}`;
const GWEI = 10n ** 9n;

describe("the beacon chain of stories", () => {
  async function open() {
    const connection = await hre.network.create();
    const { ethers, networkHelpers } = connection;
    const [owner, stranger] = await ethers.getSigners();
    if (!owner || !stranger) throw new Error("the chain has too few accounts");
    const deposits = await ethers.deployContract("DepositContractMock");
    const requests = await ethers.deployContract("WithdrawalRequestsMock");
    await networkHelpers.setCode(WITHDRAWAL_REQUESTS, await ethers.provider.getCode(requests));
    const chain = new BeaconChain(connection, await deposits.getAddress());
    const credentials = compoundingCredentials(owner.address);
    const deposit = async (ether: bigint) => {
      const amount = ether * GWEI;
      const root = depositDataRoot({
        pubkey: PUBKEY,
        withdrawalCredentials: credentials,
        amount,
        signature: SIGNATURE,
      });
      await deposits.deposit(PUBKEY, credentials, SIGNATURE, root, { value: amount * GWEI });
    };
    const ask = async (signer: typeof owner) => {
      const data = concat([PUBKEY, "0x0000000000000000"]);
      await signer.sendTransaction({ to: WITHDRAWAL_REQUESTS, data, value: 1n });
      return await chain.tell();
    };
    const only = () => {
      const [validator, ...others] = chain.validatorsOf(credentials);
      if (validator === undefined || others.length > 0) throw new Error("there is one validator");
      return validator;
    };
    return { chain, connection, owner, stranger, deposit, ask, only };
  }

  it("waits for 32 ETH, however many deposits they come in", async () => {
    const { chain, deposit, only } = await open();
    await deposit(1n);
    await chain.tell();
    expect(only().balance).to.equal(GWEI);
    expect(only().activationEligibilityEpoch).to.equal(FAR_FUTURE);
    await deposit(31n);
    const { states } = await chain.tell();
    const { proof } = proveState(states.gloas, "gloas", { fields: [only().index], balances: [only().index] });
    expect(proof.fields[0]?.effectiveBalance).to.equal(32n * GWEI);
    expect(proof.fields[0]?.activationEligibilityEpoch).to.equal(only().activationEligibilityEpoch);
    expect(only().activationEpoch).to.be.gt(only().activationEligibilityEpoch).and.to.be.lt(FAR_FUTURE);
  });

  it("lets a validator leave when its withdrawal address asks, and not before it has grown up", async () => {
    const { connection, owner, stranger, deposit, ask, only, chain } = await open();
    const { time } = connection.networkHelpers;
    const balanceNow = async () => await connection.ethers.provider.getBalance(owner);
    await deposit(32n);
    await ask(owner);
    expect(only().exitEpoch, "too young").to.equal(FAR_FUTURE);
    await time.increase(2 * 86_400);
    await ask(stranger);
    expect(only().exitEpoch, "not the stranger's").to.equal(FAR_FUTURE);
    chain.heedsRequests = false;
    await ask(owner);
    expect(only().exitEpoch, "the chain heeds nobody").to.equal(FAR_FUTURE);
    chain.heedsRequests = true;
    await ask(owner);
    const { exitEpoch } = only();
    expect(exitEpoch).to.be.lt(FAR_FUTURE);
    await ask(owner);
    expect(only().exitEpoch, "once").to.equal(exitEpoch);

    const before = await balanceNow();
    await time.increase(11 * 86_400);
    await chain.tell();
    expect(await balanceNow()).to.equal(before);
    await time.increase(86_400);
    await chain.tell();
    expect((await balanceNow()) - before).to.equal(parseEther("32"));
    expect(only().balance).to.equal(0n);
  });

  it("moves its state where no layout leads to the root, once it has forked", async () => {
    const { chain, deposit } = await open();
    await deposit(32n);
    const { header, states } = await chain.tell();
    expect(header.stateRoot).to.equal(`0x${Buffer.from(states.electra(1n)).toString("hex")}`);
    chain.isForked = true;
    const later = await chain.tell();
    for (const tree of Object.values(later.states)) {
      expect(later.header.stateRoot).to.not.equal(`0x${Buffer.from(tree(1n)).toString("hex")}`);
    }
  });
});
