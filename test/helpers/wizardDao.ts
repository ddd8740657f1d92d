import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, type Contract } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import standard from "../../config/default.js";
import type { AdoptingDefinition } from "../../src/config/schema.js";
import type { OwnedVaultMock, TimelockController } from "../../types/index.js";
import { getActors } from "./actors.js";
import { enterVault } from "./deployCore.js";

/** A DAO as OpenZeppelin's wizard puts it together, and a vault that its timelock owns and upgrades. */
export interface WizardDao {
  readonly connection: NetworkConnection;
  readonly deployer: HardhatEthersSigner;
  /** Holds 60 % of the votes; the others 30 % and 10 %. */
  readonly majority: HardhatEthersSigner;
  readonly voters: readonly HardhatEthersSigner[];
  /** Hold 600, 300 and 100 of what is in the vault. */
  readonly stakers: readonly HardhatEthersSigner[];
  readonly stranger: HardhatEthersSigner;
  readonly token: string;
  readonly governor: string;
  readonly timelock: TimelockController;
  readonly vault: OwnedVaultMock;
}

/** Token and Governor of a DAO, made for the timelock that it is to obey. */
export interface Voice {
  readonly token: { readonly deploy: () => Promise<Contract> };
  readonly governor: { readonly deploy: (token: string, timelock: string) => Promise<Contract> };
}

export const OLD_DELAY = 172_800n;
const SUPPLY = 1_000n * 10n ** 18n;

/** @param voice The wizard's with a clock of blocks by default. */
export async function deployWizardDao(connection: NetworkConnection, voice?: Voice): Promise<WizardDao> {
  const { ethers } = connection;
  const { deployer, majority, minority, third, stranger, alice, bob, carol } = await getActors(
    ethers,
    ...(["deployer", "majority", "minority", "third", "stranger", "alice", "bob", "carol"] as const),
  );
  const made = await (voice?.token.deploy() ?? ethers.deployContract("BlockVotesTokenMock", [SUPPLY]));
  const token = await ethers.getContractAt("BlockVotesTokenMock", await ethers.resolveAddress(made.target));
  const timelock = await ethers.deployContract("TimelockController", [OLD_DELAY, [], [ZeroAddress], deployer]);
  const governor = await (voice?.governor.deploy(await token.getAddress(), await timelock.getAddress()) ??
    ethers.deployContract("WizardGovernorMock", [token, timelock]));
  await timelock.grantRole(await timelock.PROPOSER_ROLE(), governor);
  await timelock.grantRole(await timelock.CANCELLER_ROLE(), governor);
  await timelock.renounceRole(await timelock.DEFAULT_ADMIN_ROLE(), deployer);
  const voters = [majority, minority, third];
  for (const [index, holder] of voters.entries()) {
    await token.transfer(holder, (SUPPLY * ([6n, 3n, 1n][index] ?? 0n)) / 10n);
    await token.connect(holder).delegate(holder);
  }
  const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
  const code = await ethers.deployContract("OwnedVaultMock");
  const setup = code.interface.encodeFunctionData("initialize", [
    await asset.getAddress(),
    await timelock.getAddress(),
  ]);
  const proxy = await ethers.deployContract("ERC1967Proxy", [code, setup]);
  const vault = await ethers.getContractAt("OwnedVaultMock", await proxy.getAddress());
  const stakers = [alice, bob, carol];
  for (const [index, staker] of stakers.entries()) {
    await enterVault(connection, asset, vault, staker, ([600n, 300n, 100n][index] ?? 0n) * 10n ** 18n);
  }
  return {
    ...{ connection, deployer, majority, voters, stakers, stranger, timelock, vault },
    token: await token.getAddress(),
    governor: await ethers.resolveAddress(governor.target),
  };
}

/** The file with which it adopts: the default one without bodies, so that nothing but timelock, gate and escrow is made. */
export async function fileOf(dao: WizardDao, more: Partial<AdoptingDefinition> = {}): Promise<AdoptingDefinition> {
  const { name, timelock, dualGovernance } = standard;
  return {
    ...{ name, timelock, dualGovernance },
    token: { address: dao.token },
    governor: { address: dao.governor },
    vault: { kind: "erc4626", address: await dao.vault.getAddress() },
    ...more,
  };
}
