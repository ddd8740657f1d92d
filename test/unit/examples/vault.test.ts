import { expect } from "chai";
import hre from "hardhat";

import { FEE, ONE, deployInvestedVault, deployVault } from "./vault-fixture.js";

const { ethers, networkHelpers } = await hre.network.create();

const deploy = () => deployVault(ethers);
const deployInvested = () => deployInvestedVault(ethers);

describe("ExampleVault", () => {
  describe("construction", () => {
    it("names asset, owner, fee and strategy, and has three decimals more than the asset", async () => {
      const { vault, weth, owner, strategy } = await networkHelpers.loadFixture(deploy);
      expect(await vault.asset()).to.equal(weth);
      expect(await vault.owner()).to.equal(owner);
      expect(await vault.fee()).to.equal(FEE);
      expect(await vault.strategy()).to.equal(strategy);
      expect(await vault.decimals()).to.equal(21n);
      await expect(vault.deploymentTransaction())
        .to.emit(vault, "StrategyReplaced")
        .withArgs(ethers.ZeroAddress, strategy, 0n);
    });

    it("refuses an owner of zero", async () => {
      const { vault, weth, strategy } = await networkHelpers.loadFixture(deploy);
      await expect(
        ethers.deployContract("ExampleVault", [weth, "V", "V", ethers.ZeroAddress, 0n, strategy, ethers.ZeroAddress]),
      )
        .to.be.revertedWithCustomError(vault, "OwnableInvalidOwner")
        .withArgs(ethers.ZeroAddress);
    });

    it("refuses a fee above the limit", async () => {
      const { vault, weth, owner } = await networkHelpers.loadFixture(deploy);
      const limit = await vault.MAX_FEE();
      await expect(
        ethers.deployContract("ExampleVault", [
          weth,
          "V",
          "V",
          owner,
          limit + 1n,
          ethers.ZeroAddress,
          ethers.ZeroAddress,
        ]),
      )
        .to.be.revertedWithCustomError(vault, "FeeTooHigh")
        .withArgs(limit + 1n, limit);
    });
  });

  describe("deposit and redeem", () => {
    it("give back what was put in, less rounding of one wei", async () => {
      const { vault, weth, alice } = await networkHelpers.loadFixture(deployInvested);
      const before = await weth.balanceOf(alice);
      await vault.connect(alice).redeem(await vault.balanceOf(alice), alice, alice);
      expect((await weth.balanceOf(alice)) - before).to.be.within(100n * ONE - 1n, 100n * ONE);
    });

    it("take out of the strategy only what idle assets do not cover", async () => {
      const { vault, market, strategy, mallory } = await networkHelpers.loadFixture(deployInvested);
      await vault.connect(mallory).deposit(50n * ONE, mallory);
      const lent = await market.balanceOf(strategy);
      await vault.connect(mallory).withdraw(20n * ONE, mallory, mallory);
      expect(await market.balanceOf(strategy)).to.equal(lent);
      await vault.connect(mallory).withdraw(30n * ONE - 1n, mallory, mallory);
      expect(await vault.totalAssets()).to.be.within(400n * ONE, 400n * ONE + 1n);
    });

    it("need the owner's allowance when somebody else redeems", async () => {
      const { vault, alice, mallory } = await networkHelpers.loadFixture(deployInvested);
      await expect(vault.connect(mallory).redeem(5n, mallory, alice))
        .to.be.revertedWithCustomError(vault, "ERC20InsufficientAllowance")
        .withArgs(mallory.address, 0n, 5n);
    });

    it("let everybody leave, down to the last share, and start anew", async () => {
      const { vault, weth, alice, bob } = await networkHelpers.loadFixture(deployInvested);
      for (const person of [alice, bob]) {
        await vault.connect(person).redeem(await vault.balanceOf(person), person, person);
      }
      expect(await vault.totalSupply()).to.equal(0n);
      expect(await vault.totalAssets()).to.be.lessThan(5n);
      await vault.connect(alice).deposit(ONE, alice);
      await vault.connect(alice).redeem(await vault.balanceOf(alice), alice, alice);
      expect(await weth.balanceOf(alice)).to.be.closeTo(1_000n * ONE, 10n);
    });

    context("given a gain whose fee is not charged yet", () => {
      for (const amount of [1n, 12_345_678_901n, 7n * ONE + 3n]) {
        it(`are what the previews said, for ${amount.toString()} units`, async () => {
          const { vault, market, alice, deployer } = await networkHelpers.loadFixture(deployInvested);
          await market.connect(deployer).drip(40n * ONE, 0n);
          await vault.connect(alice).deposit(20n * ONE, alice); // some of it idle
          await market.connect(deployer).drip(3n * ONE, 0n);
          const user = vault.connect(alice);

          const preview = await vault.previewDeposit(amount);
          expect(await user.deposit.staticCall(amount, alice)).to.equal(preview);
          const shares = await vault.balanceOf(alice);
          await user.deposit(amount, alice);
          expect((await vault.balanceOf(alice)) - shares).to.equal(preview);

          await market.connect(deployer).drip(ONE, 0n);
          expect(await user.mint.staticCall(amount, alice)).to.equal(await vault.previewMint(amount));
          expect(await user.withdraw.staticCall(amount, alice, alice)).to.equal(await vault.previewWithdraw(amount));
          expect(await user.redeem.staticCall(amount, alice, alice)).to.equal(await vault.previewRedeem(amount));
        });
      }
    });
  });

  describe("permit", () => {
    it("lets a share be locked or moved without a transaction of its owner's", async () => {
      const { vault, alice, bob, mallory } = await networkHelpers.loadFixture(deployInvested);
      const { name, version, chainId, verifyingContract } = await vault.eip712Domain();
      const message = { owner: alice.address, spender: bob.address, value: 9n, nonce: 0n, deadline: ethers.MaxUint256 };
      const types = {
        Permit: [
          { name: "owner", type: "address" },
          { name: "spender", type: "address" },
          { name: "value", type: "uint256" },
          { name: "nonce", type: "uint256" },
          { name: "deadline", type: "uint256" },
        ],
      };
      const domain = { name, version, chainId, verifyingContract };
      const { v, r, s } = ethers.Signature.from(await alice.signTypedData(domain, types, message));
      await vault.connect(mallory).permit(alice, bob, 9n, ethers.MaxUint256, v, r, s);
      await vault.connect(bob).transferFrom(alice, bob, 9n);
      expect(await vault.allowance(alice, bob)).to.equal(0n);
    });
  });

  describe("power over it", () => {
    it("of the owner ends at fee, strategy, ownership and a pause of deposits", async () => {
      const { vault } = await networkHelpers.loadFixture(deploy);
      const writers: string[] = [];
      vault.interface.forEachFunction((fragment) => {
        if (!["view", "pure"].includes(fragment.stateMutability)) writers.push(fragment.name);
      });
      expect(writers.sort()).to.deep.equal(
        [
          ...["abandonStrategy", "acceptOwnership", "setBreaker", "setFee", "setStrategy", "transferOwnership"],
          ...["pauseFor", "resume"],
          ...["accrueFee", "approve", "deposit", "invest", "mint", "permit", "redeem"],
          ...["transfer", "transferFrom", "withdraw"],
        ].sort(),
      );
    });

    for (const name of ["setFee", "setStrategy", "abandonStrategy", "transferOwnership"] as const) {
      it(`keeps ${name} from everybody else`, async () => {
        const { vault, mallory, strategy } = await networkHelpers.loadFixture(deploy);
        const args = {
          setFee: [0n],
          setStrategy: [strategy.target],
          abandonStrategy: [],
          transferOwnership: [mallory.address],
        };
        const data = vault.interface.encodeFunctionData(name as "setStrategy", args[name] as [string]);
        await expect(mallory.sendTransaction({ to: vault, data }))
          .to.be.revertedWithCustomError(vault, "OwnableUnauthorizedAccount")
          .withArgs(mallory.address);
      });
    }

    it("passes on in two steps, so that no slip of an address ends it", async () => {
      const { vault, owner, bob } = await networkHelpers.loadFixture(deploy);
      await vault.connect(owner).transferOwnership(bob);
      expect(await vault.owner()).to.equal(owner);
      await vault.connect(bob).acceptOwnership();
      expect(await vault.owner()).to.equal(bob);
    });

    it("cannot be renounced", async () => {
      const { vault, owner } = await networkHelpers.loadFixture(deploy);
      await expect(vault.connect(owner).renounceOwnership()).to.be.revertedWithCustomError(
        vault,
        "OwnershipNotRenounceable",
      );
    });
  });

  describe("inflation attack", () => {
    it("costs the attacker far more than it takes from the first depositor", async () => {
      const { vault, weth, mallory, alice } = await networkHelpers.loadFixture(deploy);
      const evil = vault.connect(mallory);
      await evil.deposit(1n, mallory);
      await weth.connect(mallory).transfer(vault, 500n * ONE);
      await vault.connect(alice).deposit(10n * ONE, alice);

      const kept = await vault.previewRedeem(await vault.balanceOf(alice));
      const loss = 10n * ONE - kept;
      await evil.redeem(await vault.balanceOf(mallory), mallory, mallory);
      const cost = 1_000n * ONE - (await weth.balanceOf(mallory));
      expect(loss).to.be.lessThan(ONE); // less than one share's worth, 0.5 WETH
      expect(cost).to.be.greaterThan(200n * loss);
      expect(cost).to.be.greaterThan(200n * ONE);
    });
  });

  context("given a deposit too small to buy the smallest share", () => {
    it("is refused with the amount that would", async () => {
      const { vault, weth, mallory, alice } = await networkHelpers.loadFixture(deploy);
      await vault.connect(mallory).deposit(1n, mallory);
      await weth.connect(mallory).transfer(vault, 500n * ONE);
      const minimum = await vault.previewMint(1n);
      await expect(vault.connect(alice).deposit(minimum - 1n, alice))
        .to.be.revertedWithCustomError(vault, "DepositTooSmall")
        .withArgs(minimum - 1n, minimum);
      await vault.connect(alice).deposit(minimum, alice);
      expect(await vault.balanceOf(alice)).to.equal(1n);
    });

    it("is fine when it is nothing at all", async () => {
      const { vault, alice } = await networkHelpers.loadFixture(deployInvested);
      await vault.connect(alice).deposit(0n, alice);
    });
  });

  describe("re-entrancy", () => {
    for (const call of ["deposit", "redeem", "invest", "accrueFee"] as const) {
      it(`from the market into ${call} is refused`, async () => {
        const { vault, weth, owner, alice } = await networkHelpers.loadFixture(deploy);
        const hostile = await ethers.deployContract("HostileVaultMock", [weth]);
        const strategy = await ethers.deployContract("ERC4626Strategy", [hostile]);
        await strategy.bindVault(vault);
        await vault.connect(owner).setStrategy(strategy);
        await vault.connect(alice).deposit(ONE, alice);
        await vault.invest();

        const args = {
          deposit: [0n, alice.address],
          redeem: [0n, alice.address, hostile.target],
          invest: [],
          accrueFee: [],
        };
        const data = vault.interface.encodeFunctionData(call as "redeem", args[call] as [bigint, string, string]);
        await hostile.setReentry(vault, data);
        await expect(vault.connect(alice).withdraw(1n, alice, alice)).to.be.revertedWithCustomError(
          vault,
          "ReentrancyGuardReentrantCall",
        );
      });
    }
  });

  it("refuses ETH sent by mistake", async () => {
    const { vault, alice } = await networkHelpers.loadFixture(deploy);
    await expect(alice.sendTransaction({ to: vault, value: 1n })).to.revert(ethers);
  });
});
