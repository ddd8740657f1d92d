import { expect } from "chai";
import hre from "hardhat";

import { depositDataRoot, depositTreeRoot } from "../../helpers/consensus/depositData.js";
import { depositOf, eth } from "../../helpers/consensus/world.js";
import type { DepositRequest } from "../../helpers/consensus/state.js";
import { DepositContractMock__factory } from "../../../types/index.js";

const WEI_PER_GWEI = 10n ** 9n;

describe("DepositContractMock", () => {
  async function deploy() {
    const { ethers } = await hre.network.create();
    const contract = await ethers.deployContract("DepositContractMock");
    const send = (
      deposit: DepositRequest,
      change: Partial<DepositRequest> & { root?: string; value?: bigint } = {},
    ) => {
      const { pubkey, withdrawalCredentials, signature, amount } = { ...deposit, ...change };
      const value = change.value ?? amount * WEI_PER_GWEI;
      return contract.deposit(pubkey, withdrawalCredentials, signature, change.root ?? depositDataRoot(deposit), {
        value,
      });
    };
    return { contract, send, ethers };
  }

  it("keeps the root that SSZ gives the list of all deposits", async () => {
    const { contract, send } = await deploy();
    const deposits: DepositRequest[] = [];
    expect(await contract.get_deposit_root()).to.equal(depositTreeRoot([]));
    for (let key = 1; key <= 9; key++) {
      const deposit = depositOf(key, eth(key));
      deposits.push(deposit);
      await send(deposit);
      expect(await contract.get_deposit_root(), `${key} deposits`).to.equal(depositTreeRoot(deposits));
    }
    expect(await contract.get_deposit_count()).to.equal("0x0900000000000000");
  });

  it("begins with the root that the live contract began with", async () => {
    const { contract } = await deploy();
    // The root of no deposits, known from the genesis of the beacon chain's deposit contract.
    expect(await contract.get_deposit_root()).to.equal(
      "0xd70a234731285c6804c2a4f56711ddb8c82c99740f207854891028af34e27e5e",
    );
  });

  it("tells a deposit with little-endian numbers", async () => {
    const { contract, send } = await deploy();
    await send(depositOf(1, eth(1)));
    const { pubkey, withdrawalCredentials, signature } = depositOf(2, eth(32));
    await expect(send(depositOf(2, eth(32))))
      .to.emit(contract, "DepositEvent")
      .withArgs(pubkey, withdrawalCredentials, "0x0040597307000000", signature, "0x0100000000000000");
  });

  it("refuses lengths, values and roots that are wrong", async () => {
    const { contract, send } = await deploy();
    const deposit = depositOf(1, eth(1));
    const refusal = (error: string, ...args: unknown[]) => ({ error, args });
    const cases = [
      [{ pubkey: `${deposit.pubkey}00` }, refusal("LengthMismatch", 49n, 48n)],
      [{ withdrawalCredentials: "0x02" }, refusal("LengthMismatch", 1n, 32n)],
      [{ signature: "0x" }, refusal("LengthMismatch", 0n, 96n)],
      [{ value: 10n ** 18n - WEI_PER_GWEI }, refusal("ValueRefused", 10n ** 18n - WEI_PER_GWEI)],
      [{ value: 10n ** 18n + 1n }, refusal("ValueRefused", 10n ** 18n + 1n)],
      [
        { root: depositDataRoot(depositOf(1, eth(2))) },
        refusal("RootMismatch", depositDataRoot(depositOf(1, eth(2))), depositDataRoot(deposit)),
      ],
    ] as const;
    for (const [change, { error, args }] of cases) {
      await expect(send(deposit, change))
        .to.be.revertedWithCustomError(contract, error)
        .withArgs(...args);
    }
    expect(await contract.get_deposit_count()).to.equal("0x0000000000000000");
  });

  it("works from code that was placed without its constructor", async () => {
    const { ethers, contract } = await deploy();
    const address = `0x${"d0".repeat(20)}`;
    await ethers.provider.send("hardhat_setCode", [address, await ethers.provider.getCode(contract)]);
    expect(await DepositContractMock__factory.connect(address, ethers.provider).get_deposit_root()).to.equal(
      depositTreeRoot([]),
    );
  });

  it("answers to ERC-165 as the live contract does", async () => {
    const { contract } = await deploy();
    expect(await contract.supportsInterface("0x01ffc9a7")).to.equal(true);
    expect(await contract.supportsInterface("0x85640907")).to.equal(true);
    expect(await contract.supportsInterface("0xffffffff")).to.equal(false);
  });
});
