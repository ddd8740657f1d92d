import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { parseEther } from "ethers";
import { artifacts, network } from "hardhat";

import preset from "../../config/pool.js";
import { estimatePoolCreation, LARGEST_TRANSACTION } from "../../src/config/checks/capacity.js";
import { listOperators } from "../../src/config/pool.js";
import { sharesOfSeed } from "../../src/config/seed.js";
import { describeFinding } from "../../src/deployment/renderDeployment.js";
import { verifyDeployment } from "../../src/deployment/verify/verifyDeployment.js";
import { connectPool } from "../../src/protocol/contracts.js";
import { BEACON_ROOTS, WITHDRAWAL_REQUESTS } from "../../src/protocol/predeploys.js";
import { readStatus } from "../../src/status/readStatus.js";
import { renderPool } from "../../src/status/renderPool.js";
import { powerCut } from "../faults/faults.js";
import { startProxy } from "../faults/proxy.js";
import { captureEnding, captureOutput } from "../helpers/captureOutput.js";
import { deployProtocol } from "../helpers/deployTribune.js";
import { impersonate } from "../helpers/impersonate.js";
import { isInstrumented } from "../helpers/instrumented.js";
import { createHre, startNode, type LocalNode } from "../helpers/localNode.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const VETO_SIGNALLING = 1n;
/** So many transactions of a deployment on a fresh chain come before the one that is cut off. */
const POOL_CREATED = 19;

async function deployPoolDao() {
  const protocol = await deployProtocol(connection, preset);
  const { addresses, dao, deployer, firstBlock, timelock } = protocol;
  if (addresses.pool === undefined || dao.vault.kind !== "pool") throw new Error("the pool was not deployed");
  const contracts = connectPool(addresses.vault, addresses.pool, deployer);
  const verify = async (other: Partial<typeof dao.vault> = {}): Promise<string[]> => {
    const report = await verifyDeployment({
      provider: ethers.provider,
      dao: { ...dao, vault: { ...dao.vault, ...other } as typeof dao.vault },
      addresses,
      deployer: deployer.address,
      firstBlock,
      readArtifact: (name) => artifacts.readArtifact(name),
    });
    expect(report.unread).to.deep.equal([]);
    return report.findings.map(describeFinding);
  };
  const record = {
    format: 1 as const,
    dao: "pool",
    chain: { id: 31337 },
    deployer: deployer.address,
    firstBlock,
    configuration: JSON.parse(JSON.stringify(preset)) as unknown,
    addresses,
  };
  const status = async () => {
    const { pool, block } = await readStatus(record, ethers.provider);
    if (pool === undefined) throw new Error("the status tells of no pool");
    return { pool, block };
  };
  const governance = await impersonate(connection, timelock);
  return { ...protocol, ...contracts, vault: dao.vault, governance, verify, status };
}
const fixture = () => networkHelpers.loadFixture(deployPoolDao);

describe("a deployment of the staking pool", () => {
  if (!isInstrumented) {
    it("creates the pool within what the configuration is checked against, and hardly below", async () => {
      const { vault } = await fixture();
      const count = await ethers.provider.getBlockNumber();
      const blocks = await Promise.all(
        Array.from({ length: count }, (_, index) => ethers.provider.getBlock(index + 1)),
      );
      const [largest = 0n, next = 0n] = blocks.map((block) => block?.gasUsed ?? 0n).sort((a, b) => (a > b ? -1 : 1));
      const estimate = estimatePoolCreation(listOperators(vault).length);
      expect(largest <= estimate, `${largest} of ${estimate}`).to.equal(true);
      expect(largest * 100n > estimate * 85n, `${largest} of ${estimate}`).to.equal(true);
      expect(next <= LARGEST_TRANSACTION, `next: ${next}`).to.equal(true);
    });
  }

  it("gives stakers shares that count", async () => {
    const { pool, escrow, gate, stranger } = await fixture();
    await pool.connect(stranger).depositETH(stranger, { value: parseEther("32") });
    const shares = await pool.balanceOf(stranger);
    await pool.connect(stranger).approve(escrow, shares);
    await escrow.connect(stranger).lock(shares, 0n);
    expect(await gate.effectiveState()).to.equal(VETO_SIGNALLING);
  });

  it("seeds the pool before the escrow is made, with shares of the timelock's, which do not vote", async () => {
    const { pool, timelock, escrow, vault, deployer } = await fixture();
    const seed = sharesOfSeed(vault.seed, 18n);
    expect(await pool.totalSupply()).to.equal(seed);
    expect(await pool.balanceOf(timelock)).to.equal(seed);
    expect(await pool.balanceOf(deployer)).to.equal(0n);
    expect(await pool.votableSupply()).to.equal(0n);
    expect(await escrow.SUPPLY_FLOOR()).to.equal(seed / 1000n);
  });

  it("begins with the operators of the file, whose owners can run validators at once", async () => {
    const { registry, vault } = await fixture();
    const expected = listOperators(vault);
    expect(expected.length).to.equal(12);
    expect(await registry.entityCount()).to.equal(9n);
    expect(await registry.operatorCount()).to.equal(12n);
    const first = await registry.getOperator(1);
    const owner = await ethers.getSigner(first.owner);
    const operatorVault = await ethers.getContractAt("OperatorVault", first.vault, owner);
    expect(await operatorVault.withdrawalCredentials()).to.equal(
      `0x020000000000000000000000${first.vault.slice(2).toLowerCase()}`,
    );
  });

  it("leaves nobody with the power to vet but the timelock", async () => {
    const { registry, pool, deployer, majority } = await fixture();
    for (const account of [deployer, majority]) {
      await registry.connect(account).register();
      await expect(registry.connect(account).vet(13, 0, 1n)).to.be.revertedWithCustomError(registry, "NotGovernance");
      await expect(pool.connect(account).setFee(0)).to.be.revertedWithCustomError(pool, "NotGovernance");
    }
  });

  it("places a stand-in for EIP-7002 where the chain has nothing, and leaves alone what is there", async () => {
    await fixture();
    const code = await ethers.provider.getCode(WITHDRAWAL_REQUESTS);
    expect(code).to.equal((await artifacts.readArtifact("WithdrawalRequestsMock")).deployedBytecode);
    const own = await network.create();
    await own.networkHelpers.setCode(WITHDRAWAL_REQUESTS, "0x00");
    const { addresses } = await deployProtocol(own, preset);
    expect(addresses.pool).to.not.equal(undefined);
    expect(await own.ethers.provider.getCode(WITHDRAWAL_REQUESTS)).to.equal("0x00");
  });

  context("when it is verified", () => {
    it("is found to be what the file says", async () => {
      const { verify } = await fixture();
      expect(await verify()).to.deep.equal([]);
    });

    it("is found to be another than a file with other terms says", async () => {
      const { verify, vault } = await fixture();
      const [first, ...entities] = vault.entities;
      if (first === undefined) throw new Error("the file has no entity");
      expect(await verify({ fee: 0n })).to.deep.equal(["pool, fee is 10 %, should be 0 %"]);
      expect(await verify({ cap: parseEther("1") })).to.deep.equal(["pool, cap is 83,200 ETH, should be 1 ETH"]);
      expect(await verify({ unvettedCap: 0n })).to.deep.equal(["registry, unvettedCap is 6,400 ETH, should be 0 ETH"]);
      expect(await verify({ entities: [{ ...first, cap: 1n }, ...entities] })).to.deep.equal([
        "registry, cap of entity 1 is 12,800 ETH, should be 0.000000000000000001 ETH",
      ]);
      const others = first.operators.map((operator) => ({ ...operator, cap: 0n }));
      expect(await verify({ entities: [{ ...first, operators: others }, ...entities] })).to.deep.equal([
        "operator 1, cap is 6,400 ETH, should be 0 ETH",
        "operator 2, cap is 6,400 ETH, should be 0 ETH",
      ]);
    });

    it("tells what has become of it since: an owner, an operator, deposits, shares of the deployer's", async () => {
      const { verify, registry, pool, governance, deployer, stranger } = await fixture();
      const { owner } = await registry.getOperator(3);
      await registry.connect(await ethers.getSigner(owner)).offerOwner(3, stranger);
      await registry.connect(stranger).acceptOwner(3);
      await registry.connect(governance).retire(4);
      await pool.depositETH(deployer, { value: parseEther("1") });
      await pool.connect(governance).stopDeposits();
      expect(await verify()).to.deep.equal([
        "pool, deposits stopped is true, should be false",
        `operator 3, owner is ${stranger.address}, should be ${owner}`,
        "operator 4, status is Retired, should be Vetted",
        "pool, shares of the deployer are 1: the deployment gives it none, so it has staked since, or somebody has sent " +
          "it some; they vote like anybody's",
      ]);
    });

    it("is found to be broken where EIP-7002 or the beacon roots have gone", async () => {
      const { verify } = await fixture();
      await networkHelpers.setCode(WITHDRAWAL_REQUESTS, "0x");
      await networkHelpers.setCode(BEACON_ROOTS, "0x");
      const findings = await verify();
      expect(findings.length).to.equal(2);
      expect(findings[0]).to.contain(`EIP-4788 at ${BEACON_ROOTS} has no code`);
      expect(findings[1]).to.contain(`EIP-7002 at ${WITHDRAWAL_REQUESTS} has no code`);
    });

    it("is found to be broken where an operator's vault has other code", async () => {
      const { verify, registry } = await fixture();
      await networkHelpers.setCode((await registry.getOperator(12)).vault, "0x00");
      const [finding, ...others] = await verify();
      expect(finding).to.contain("operator 12, code of its vault is 0x00, should be 0x363d3d37");
      expect(others).to.deep.equal([]);
    });
  });

  context("when its status is read", () => {
    it("tells operators, caps and that nobody has stake", async () => {
      const { status, vault } = await fixture();
      const now = await status();
      expect(
        now.pool.operators.map(({ id, entity, cap }) => ({ id: Number(id), entity: Number(entity), cap })),
      ).to.deep.equal(listOperators(vault).map(({ id, entity, cap }) => ({ id, entity, cap })));
      expect(now.pool.operators.every(({ keyCount, bond }) => keyCount === 0n && bond === 0n)).to.equal(true);
      expect(now.pool).to.deep.include({ fee: vault.fee, cap: vault.cap, idle: vault.seed, isFresh: true });
      const text = renderPool(now);
      expect(text).to.contain("nobody has stake").and.to.contain("nobody has keys").and.to.contain("nobody waits");
      expect(text).to.contain("0 ETH of 6,400 ETH, for all of them together");
      expect(text.match(/│ Vetted/g)?.length).to.equal(12);
    });

    it("tells who waits, what governance has done, and counts whom nobody has vetted", async () => {
      const { status, pool, registry, governance, stranger } = await fixture();
      await pool.connect(stranger).depositETH(stranger, { value: parseEther("2") });
      await pool.connect(stranger).requestRedeem((await pool.balanceOf(stranger)) / 2n, stranger, stranger);
      await registry.connect(stranger).register();
      await registry.connect(governance).retire(12);
      await registry.connect(governance).mergeEntities(9, 8);
      await pool.connect(governance).stopDeposits();
      const now = await status();
      expect(now.pool.queue.shares).to.equal(parseEther("1000"));
      expect(now.pool.entities.map(({ entity }) => entity)).to.not.include(9n);
      const text = renderPool(now);
      expect(text)
        .to.contain("1 shares wait, now worth 1 ETH")
        .and.to.contain("what is idle and exiting pays for them");
      expect(text).to.contain("Retired").and.to.contain("stopped by governance");
      expect(text).to.contain("1 more has registered, without a key.");
    });
  });
});

describe("tribune deploy and tribune status of the pool's configuration", () => {
  let node: LocalNode;
  let folder: string;
  const name = `test-pool-${process.pid}`;
  const recordFile = () => path.join(node.hre.config.paths.root, "deployments", "31337", `${name}.json`);
  const run = (verb: string, given: { readonly dao: string; readonly json?: string }, from = node.hre) =>
    captureOutput(() => from.tasks.getTask(["tribune", verb]).run({ json: undefined, ...given }));
  const countTransactions = async () => await (await node.hre.network.create()).ethers.provider.getBlockNumber();

  before(async () => {
    node = await startNode("2026-01-08T00:00:00Z");
    folder = await mkdtemp(path.join(tmpdir(), "tribune-pool-"));
    await writeFile(path.join(folder, `${name}.json`), JSON.stringify(preset));
  });
  after(async () => {
    await node.close();
    await rm(folder, { recursive: true });
    await forgetDeployment(node.hre.config.paths.ignition, recordFile(), name);
  });

  it("deploy it on a node, go on where power was cut, say what is stood for, and show its operators", async () => {
    const dao = path.join(folder, `${name}.json`);
    // After the pool, before the escrow: its creation is not sent again.
    const proxy = await startProxy(node.url, powerCut(POOL_CREATED, true));
    const cut = await createHre(proxy.url);
    const { stderr, code } = await captureEnding(() =>
      cut.tasks.getTask(["tribune", "deploy"]).run({ dao, json: undefined }),
    );
    await proxy.close();
    expect(code).to.equal(2);
    expect(stderr).to.contain("nothing will be sent twice");
    const { stdout } = await run("deploy", { dao });
    expect(stdout).to.contain("everything is as the configuration says").and.to.contain("are stand-ins");
    const sent = await countTransactions();
    expect((await run("deploy", { dao })).stdout).to.contain("everything is as the configuration says");
    expect(await countTransactions()).to.equal(sent);

    const shown = (await run("status", { dao: name })).stdout;
    expect(shown).to.contain("Pool\n").and.to.contain("12,800");
    const { pool } = JSON.parse((await run("status", { dao: name, json: "-" })).stdout) as {
      readonly pool: { readonly operators: readonly { readonly keyCount: string }[] };
    };
    expect(pool.operators.map(({ keyCount }) => keyCount)).to.deep.equal(Array.from({ length: 12 }, () => "0"));
  });
});
