import { expect } from "chai";
import hre from "hardhat";

import { getActors } from "../../helpers/actors.js";

const { ethers, networkHelpers } = await hre.network.create();

const CAP = 10n ** 30n;
const PERMIT = [
  { name: "owner", type: "address" },
  { name: "spender", type: "address" },
  { name: "value", type: "uint256" },
  { name: "nonce", type: "uint256" },
  { name: "deadline", type: "uint256" },
];

describe("GovernanceToken", () => {
  async function deploy() {
    const { alice, bob, carol } = await getActors(ethers, "alice", "bob", "carol");
    const token = await ethers.deployContract("GovernanceToken", [
      "Tribune",
      "TRIB",
      [
        { holder: alice, amount: 600n },
        { holder: bob, amount: 300n },
        { holder: alice, amount: 100n },
      ],
    ]);
    return { token, alice, bob, carol };
  }

  describe("construction", () => {
    it("hands out every allocation as a transfer from nowhere, repeated holders included", async () => {
      const { token, alice, bob } = await networkHelpers.loadFixture(deploy);
      expect(await token.totalSupply()).to.equal(1_000n);
      expect(await token.balanceOf(alice)).to.equal(700n);
      expect(await token.balanceOf(bob)).to.equal(300n);
      const mints = await token.queryFilter(token.filters.Transfer(ethers.ZeroAddress));
      expect(mints.map(({ args }) => [args.to, args.value])).to.deep.equal([
        [alice.address, 600n],
        [bob.address, 300n],
        [alice.address, 100n],
      ]);
    });

    it("accepts a supply of exactly the cap", async () => {
      const { alice, token } = await networkHelpers.loadFixture(deploy);
      expect(await token.SUPPLY_CAP()).to.equal(CAP);
      const full = await ethers.deployContract("GovernanceToken", ["Full", "F", [{ holder: alice, amount: CAP }]]);
      expect(await full.totalSupply()).to.equal(CAP);
    });

    const refusals = [
      { why: "no allocation", amounts: [], error: "NoAllocation", args: [] },
      { why: "an amount of zero", amounts: [1n, 0n], error: "ZeroAmount", args: [1n] },
      { why: "one unit above the cap", amounts: [CAP, 1n], error: "SupplyAboveCap", args: [CAP + 1n, CAP] },
      {
        why: "amounts that overflow",
        amounts: [1n, ethers.MaxUint256],
        error: "SupplyAboveCap",
        args: [ethers.MaxUint256, CAP],
      },
    ] as const;
    for (const { why, amounts, error, args } of refusals) {
      it(`refuses ${why}`, async () => {
        const { token, alice } = await networkHelpers.loadFixture(deploy);
        const allocations = amounts.map((amount) => ({ holder: alice, amount }));
        await expect(ethers.deployContract("GovernanceToken", ["T", "T", allocations]))
          .to.be.revertedWithCustomError(token, error)
          .withArgs(...args);
      });
    }

    it("refuses the zero address, naming the line", async () => {
      const { token, alice } = await networkHelpers.loadFixture(deploy);
      const allocations = [
        { holder: alice, amount: 1n },
        { holder: ethers.ZeroAddress, amount: 1n },
      ];
      await expect(ethers.deployContract("GovernanceToken", ["T", "T", allocations]))
        .to.be.revertedWithCustomError(token, "ZeroHolder")
        .withArgs(1n);
    });

    it("refuses a name that does not fit an EIP-712 domain", async () => {
      const { token, alice } = await networkHelpers.loadFixture(deploy);
      const name = "x".repeat(32);
      await expect(ethers.deployContract("GovernanceToken", [name, "T", [{ holder: alice, amount: 1n }]]))
        .to.be.revertedWithCustomError(token, "StringTooLong")
        .withArgs(name);
    });
  });

  describe("power over it", () => {
    it("is nobody's: no function mints, burns, pauses, or has an owner", async () => {
      const { token } = await networkHelpers.loadFixture(deploy);
      const writers: string[] = [];
      token.interface.forEachFunction((fragment) => {
        if (!["view", "pure"].includes(fragment.stateMutability)) writers.push(fragment.name);
      });
      expect(writers.sort()).to.deep.equal([
        "approve",
        "delegate",
        "delegateBySig",
        "permit",
        "transfer",
        "transferFrom",
      ]);
    });
  });

  describe("votes", () => {
    it("run on block time", async () => {
      const { token } = await networkHelpers.loadFixture(deploy);
      expect(await token.CLOCK_MODE()).to.equal("mode=timestamp");
      expect(await token.clock()).to.equal(await networkHelpers.time.latest());
    });

    context("given nobody has delegated", () => {
      it("are zero", async () => {
        const { token, alice } = await networkHelpers.loadFixture(deploy);
        expect(await token.getVotes(alice)).to.equal(0n);
      });
    });

    context("given a delegation to oneself", () => {
      it("follow transfers, and the past stays as it was", async () => {
        const { token, alice, bob } = await networkHelpers.loadFixture(deploy);
        await token.delegate(alice);
        const before = await networkHelpers.time.latest();
        await token.transfer(bob, 200n);
        expect(await token.getVotes(alice)).to.equal(500n);
        expect(await token.getPastVotes(alice, before)).to.equal(700n);
        expect(await token.getPastTotalSupply(before)).to.equal(1_000n);
      });
    });
  });

  describe("permit", () => {
    it("approves by signature and shares its nonce with delegation", async () => {
      const { token, alice, bob, carol } = await networkHelpers.loadFixture(deploy);
      const deadline = (await networkHelpers.time.latest()) + 3600;
      const { name, version, chainId, verifyingContract } = await token.eip712Domain();
      const message = { owner: alice.address, spender: bob.address, value: 50n, nonce: 0n, deadline };
      const { v, r, s } = ethers.Signature.from(
        await alice.signTypedData({ name, version, chainId, verifyingContract }, { Permit: PERMIT }, message),
      );
      await token.connect(carol).permit(alice, bob, 50n, deadline, v, r, s);
      expect(await token.allowance(alice, bob)).to.equal(50n);
      expect(await token.nonces(alice)).to.equal(1n);
    });
  });
});
