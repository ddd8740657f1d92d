import { ZeroAddress } from "ethers";
import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";

import { getActors } from "../../helpers/actors.js";

export const FEE = 10n ** 17n; // 10 %
export const ONE = 10n ** 18n;

/** The example vault over WETH, lending to a market; `owner` stands for the timelock. Everybody has 1,000 WETH. */
export async function deployVault(ethers: HardhatEthers) {
  const { deployer, owner, alice, bob, mallory } = await getActors(
    ethers,
    "deployer",
    "owner",
    "alice",
    "bob",
    "mallory",
  );
  const weth = await ethers.deployContract("WETHMock");
  const market = await ethers.deployContract("MarketMock", [weth]);
  const strategy = await ethers.deployContract("ERC4626Strategy", [market]);
  const vault = await ethers.deployContract("ExampleVault", [
    weth,
    "Example vault",
    "exWETH",
    owner,
    FEE,
    strategy,
    ZeroAddress,
  ]);
  await strategy.bindVault(vault);
  for (const person of [deployer, alice, bob, mallory]) {
    await weth.connect(person).deposit({ value: 1_000n * ONE });
    await weth.connect(person).approve(vault, ethers.MaxUint256);
    await weth.connect(person).approve(market, ethers.MaxUint256);
  }
  return { weth, market, strategy, vault, deployer, owner, alice, bob, mallory };
}

/** As {deployVault}, with 100 WETH of alice's and 300 WETH of bob's lent to the market. */
export async function deployInvestedVault(ethers: HardhatEthers) {
  const all = await deployVault(ethers);
  await all.vault.connect(all.alice).deposit(100n * ONE, all.alice);
  await all.vault.connect(all.bob).deposit(300n * ONE, all.bob);
  await all.vault.invest();
  return all;
}
