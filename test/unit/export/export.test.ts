import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { Interface } from "ethers";
import { network } from "hardhat";

import { exportDeployment, isExport, renderExport, type Exported } from "../../../src/export/renderExport.js";
import { writeFolder } from "../../../src/export/writeFolder.js";
import type { TribuneAddresses } from "../../../src/protocol/addresses.js";
import { LOCAL_ACCOUNTS } from "../../../src/config/localAccounts.js";
import { askViews } from "../../helpers/askViews.js";
import { rejectionOf } from "../../helpers/rejection.js";

const connection = await network.create();
const [one, two, three] = LOCAL_ACCOUNTS;

function exported(kind: string, share: string, addresses: Partial<TribuneAddresses> = {}) {
  const rest = { token: one, fallbackGate: one, timelock: one, governor: one, vessel: one, escrow: one, gate: one };
  const record = { format: 1, dao: "any", chain: { id: 1 }, deployer: one, firstBlock: 0 } as const;
  return exportDeployment(
    {
      ...record,
      configuration: { vault: { kind } },
      addresses: { ...rest, vault: two, bodies: {}, vestingWallets: [], ...addresses },
    },
    share,
  );
}

describe("what a front end gets of contracts that are somebody else's", () => {
  it("is ERC-7540 of a vault that redeems on request, whose shares are apart", async () => {
    const { ethers } = connection;
    const mode = { hasRequestIds: true, isFulfilledAtOnce: false, hasVotableSupply: false, burnAt: 0n, priceAt: 0n };
    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const vault = await ethers.deployContract("ERC7540VaultMock", [asset, { ...mode, hasSeparateShare: true }]);
    const { contracts, abis } = exported("erc7540", await vault.share(), { vault: await vault.getAddress() });
    expect(contracts.vault).to.have.property("abi", "IERC7540");
    const functions = new Interface(abis.IERC7540 ?? []);
    for (const call of ["requestRedeem", "claimableRedeemRequest", "setOperator", "isOperator", "share", "redeem"]) {
      expect(functions.hasFunction(call), call).to.equal(true);
    }
    for (const { address, abi } of [contracts.vault, contracts.share].filter((found) => found !== undefined)) {
      const answers = [...(await askViews(address, abis[abi] ?? [], ethers.provider))];
      expect(answers.length, abi).to.be.greaterThan(2);
      expect(answers.filter(([, isAnswered]) => !isAnswered)).to.deep.equal([]);
    }
  });

  it("is ERC-4626 of one that redeems at once", () => {
    const { contracts } = exported("erc4626", two);
    expect(contracts.vault).to.deep.equal({ address: two, abi: "IERC4626" });
    expect(contracts.share).to.deep.equal({ address: two, abi: "IERC20Metadata" });
  });

  it("is the standard of a token and a Governor that were there before, and the timelock that they obeyed", () => {
    const before = exported("erc4626", two, { oldTimelock: three }).contracts;
    expect(before.oldTimelock).to.deep.equal({ address: three, abi: "TimelockController" });
    expect([before.token?.abi, before.governor?.abi]).to.deep.equal(["IERC20Votes", "GovernorTimelockControl"]);
    const made = exported("erc4626", two).contracts;
    expect([made.token?.abi, made.governor?.abi]).to.deep.equal(["GovernanceToken", "TribuneGovernor"]);
    expect(made).not.to.have.property("oldTimelock");
  });
});

describe("the folder for a front end", () => {
  let folder: string;
  let out: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tribune-export-"));
    out = path.join(folder, "contracts");
  });
  after(() => rm(folder, { recursive: true }));
  const write = () => writeFolder(out, renderExport(exported("erc4626", two)), isExport);

  it("has each ABI once, is replaced by the next export, and stays where anything else is in it", async () => {
    await write();
    await write();
    expect((await readdir(out)).sort()).to.deep.equal(["abi", "addresses.json", "index.ts"]);
    const facts = JSON.parse(await readFile(path.join(out, "addresses.json"), "utf8")) as Omit<Exported, "abis">;
    for (const { abi } of Object.values(facts.contracts)) {
      expect(JSON.parse(await readFile(path.join(out, "abi", `${abi}.json`), "utf8"))).to.be.an("array");
    }
    await writeFile(path.join(out, "abi", "mine.txt"), "kept");
    expect((await rejectionOf(write())).message).to.contain("has other files in it");
    expect(await readFile(path.join(out, "abi", "mine.txt"), "utf8")).to.equal("kept");
    expect(await readdir(folder)).to.deep.equal(["contracts"]);
  });
});
