import { expect } from "chai";
import { network } from "hardhat";

import standard from "../../../config/default.js";
import { checkOnChain } from "../../../src/config/checks/chain.js";
import { describeProblem } from "../../../src/config/checks/checkDao.js";
import { parseDao } from "../../../src/config/parse.js";
import type { DaoDefinition } from "../../../src/config/schema.js";

const { ethers, networkHelpers } = await network.create();

const NOWHERE = "0x00000000000000000000000000000000DeaDBeef";
const example = { kind: "example", name: "Vault", symbol: "V", fee: "0 %" } as const;

async function deployVaults() {
  const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
  const other = await ethers.deployContract("AssetMock", ["Other", "OTH", 18]);
  const vault = await ethers.deployContract("VaultMock", [asset]);
  const mode = {
    hasSeparateShare: false,
    hasVotableSupply: false,
    hasRequestIds: false,
    isFulfilledAtOnce: false,
    burnAt: 0,
    priceAt: 0,
  };
  const queue = await ethers.deployContract("ERC7540VaultMock", [asset, mode]);
  const addresses = await Promise.all([asset, other, vault, queue].map((contract) => contract.getAddress()));
  const [assetAt = "", otherAt = "", vaultAt = "", queueAt = ""] = addresses;
  return { asset: assetAt, other: otherAt, vault: vaultAt, queue: queueAt };
}
const fixture = () => networkHelpers.loadFixture(deployVaults);

const check = async (vault: DaoDefinition["vault"]): Promise<string[]> =>
  (await checkOnChain(parseDao({ ...standard, vault }, "test"), ethers.provider)).map(describeProblem);

describe("checkOnChain", () => {
  it("accepts vaults that are what the file says", async () => {
    const { asset, vault, queue } = await fixture();
    expect(await check(standard.vault)).to.deep.equal([]);
    expect(await check({ kind: "erc4626", address: vault })).to.deep.equal([]);
    expect(await check({ kind: "erc7540", address: queue })).to.deep.equal([]);
    expect(await check({ ...example, asset, market: vault })).to.deep.equal([]);
  });

  it("refuses an address without code", async () => {
    const { asset } = await fixture();
    const sentence = `is ${NOWHERE}, where this chain has no contract`;
    for (const kind of ["erc4626", "erc7540"] as const) {
      expect((await check({ kind, address: NOWHERE })).join()).to.contain(`vault.address: ${sentence}`);
    }
    expect((await check({ ...example, asset, market: NOWHERE })).join()).to.contain(`vault.market: ${sentence}`);
    expect(await check({ ...example, asset: NOWHERE, market: NOWHERE })).to.have.lengthOf(2);
  });

  it("refuses a contract that is no vault", async () => {
    const { asset } = await fixture();
    const sentence = "which does not tell an asset(): right is an ERC-4626 vault";
    expect((await check({ kind: "erc4626", address: asset })).join()).to.contain(
      `vault.address: is ${asset}, ${sentence}`,
    );
    expect((await check({ ...example, asset, market: asset })).join()).to.contain(
      `vault.market: is ${asset}, ${sentence}`,
    );
  });

  it("refuses a market of another asset", async () => {
    const { asset, other, vault } = await fixture();
    expect((await check({ ...example, asset: other, market: vault })).join()).to.equal(
      `vault.market: is ${vault}, which lends ${asset}: right is a market of vault.asset, ${other}`,
    );
  });

  it("refuses one kind of vault under the name of the other", async () => {
    const { vault, queue } = await fixture();
    expect((await check({ kind: "erc4626", address: queue })).join()).to.contain('right is "erc7540"');
    expect((await check({ kind: "erc7540", address: vault })).join()).to.contain('right is "erc4626"');
  });
});
