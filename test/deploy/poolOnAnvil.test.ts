import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import preset from "../../config/pool.js";
import type { TribuneAddresses } from "../../src/protocol/addresses.js";
import { connectPool } from "../../src/protocol/contracts.js";
import { BEACON_ROOTS } from "../../src/protocol/predeploys.js";
import { compoundingCredentials, PREDEPOSIT } from "../../src/staking/deposits/deposits.js";
import { depositNetworkOf } from "../../src/staking/deposits/networks.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { GWEI_PER_ETH } from "../helpers/consensus/constants.js";
import { serveBeacon, servedBlocks, type BeaconServer } from "../helpers/consensus/beaconServer.js";
import { LiveBeacon } from "../helpers/consensus/liveBeacon.js";
import { createHre } from "../helpers/localNode.js";
import { startNodeProcess, type NodeProcess } from "../helpers/nodeProcess.js";
import { rejectionOf } from "../helpers/rejection.js";
import { realPubkey, signEntry } from "../helpers/staking/depositFiles.js";
import { isDeep } from "../helpers/testProfile.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

/** Of blocks: each comes when it is due, with a transaction or without. [seconds] */
const INTERVAL = 1;
const EPOCHS_PER_DAY = 225;
const CHAIN_ID = 31337;
/** Elder's, of config/pool.ts, with the key of anvil's eighth account. */
const OPERATOR = "7";
const SEEDS = ["anvil one", "anvil two", "anvil three"];
const KEYS = SEEDS.map((seed) => realPubkey(seed));

// It goes on for minutes, as a chain does that waits for nobody.
if (isDeep) {
  describe("the pool of config/pool.ts on anvil, which mines when it is time", function () {
    this.timeout(600_000);
    const name = `test-anvil-${process.pid}`;
    let node: NodeProcess;
    let folder: string;
    let hre: HardhatRuntimeEnvironment;
    let beacon: LiveBeacon;
    let server: BeaconServer;

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "tribune-anvil-"));
      await writeFile(path.join(folder, `${name}.json`), JSON.stringify(preset));
      node = await startNodeProcess("anvil", CHAIN_ID);
      hre = await createHre(node.url);
    });

    after(async () => {
      // Undefined if the first test has failed.
      await (server as BeaconServer | undefined)?.close();
      await (beacon as LiveBeacon | undefined)?.close();
      await node.close();
      await rm(folder, { recursive: true });
      await forgetDeployment(hre.config.paths.ignition, recordFile(), name);
    });

    const recordFile = () => path.join(hre.config.paths.root, "deployments", String(CHAIN_ID), `${name}.json`);

    async function run(words: readonly string[], args: Record<string, unknown> = {}): Promise<string> {
      const task = hre.tasks.getTask(["tribune", ...words]);
      const usual = Object.fromEntries(
        Array.from(task.options, ([option, { defaultValue }]) => [option, defaultValue]),
      );
      const asked = words[0] === "prove" && task.options.has("beacon") ? { beacon: server.url } : {};
      const { stdout, stderr } = await captureOutput(() => task.run({ ...usual, dao: name, ...asked, ...args }));
      expect(process.exitCode, stderr).to.equal(undefined);
      return stdout;
    }

    /** Contracts, from the record that `deploy` has written. */
    async function open() {
      const { addresses } = JSON.parse(await readFile(recordFile(), "utf8")) as { addresses: TribuneAddresses };
      const { ethers } = await hre.network.create();
      const [staker] = await ethers.getSigners();
      if (addresses.pool === undefined || staker === undefined) throw new Error("there is no pool, or no account");
      return { addresses: addresses.pool, staker, ...connectPool(addresses.vault, addresses.pool, staker) };
    }

    it("is deployed once the chain has EIP-4788, which anvil has not got", async () => {
      const dao = path.join(folder, `${name}.json`);
      const error = await rejectionOf(run(["deploy"], { dao }));
      expect(error.message).to.contain(`has no code at ${BEACON_ROOTS}, where EIP-4788 puts`);
      const { ethers } = await network.create();
      await node.send("anvil_setCode", [BEACON_ROOTS, await ethers.provider.getCode(BEACON_ROOTS)]);
      expect(await run(["deploy"], { dao })).to.contain("everything is as the configuration says");

      const { addresses, pool, staker } = await open();
      await (await pool.depositETH(staker, { value: parseEther("150") })).wait();
      beacon = await LiveBeacon.start(node.url, addresses.depositContract, INTERVAL);
      const { chain } = beacon;
      server = await serveBeacon({
        blocks: () => servedBlocks(chain),
        genesisTime: chain.timestampOf(0),
        validators: () => chain.state.validators,
        pendingDeposits: () => chain.state.pendingDeposits,
      });
      expect(await run(["operator", "list"])).to.match(/│ 12 +│ vetted/);
    });

    it("takes keys of an operator, which are activated when the beacon chain has them", async () => {
      const { registry } = await open();
      const { vault } = await registry.getOperator(OPERATOR);
      const network = depositNetworkOf(BigInt(CHAIN_ID));
      if (network === undefined) throw new Error("the local chain must be known");
      const terms = { withdrawalCredentials: compoundingCredentials(vault), amount: PREDEPOSIT, network };
      const file = path.join(folder, "deposit_data.json");
      await writeFile(file, JSON.stringify(SEEDS.map((seed) => signEntry(seed, terms))));
      const added = await run(["operator", "add-keys"], {
        file,
        operator: OPERATOR,
        check: false,
        beacon: server.url,
      });
      expect(added).to.contain("3 keys are in order, 0 of them deposited already.");
      expect(await run(["prove", "activate"])).to.contain(": not seen yet");
      await beacon.passEpochs(4);
      const activated = await run(["prove", "activate"]);
      for (const key of KEYS) expect(activated).to.contain(`operator ${OPERATOR}, ${key}: activated`);
    });

    it("is checked: a checkpoint is started, opened, proven and finished", async () => {
      await beacon.passEpochs(12);
      for (const validator of beacon.chain.state.validators) validator.balance += GWEI_PER_ETH / 4n;
      await beacon.passBlocks(2);
      const proven = await run(["prove", "checkpoint"], { batch: "2" });
      expect(proven).to.contain(`operator ${OPERATOR}: checkpoint 1 is finished, 3 keys were proven here.`);
      const shown = await run(["status"]);
      expect(shown).to.contain("1 operators have more than a third").and.to.contain("96");
    });

    it("pays who leaves: keys are made to exit, are proven withdrawn, and what they held is claimed", async () => {
      const { pool, registry, staker } = await open();
      const shares = await pool.balanceOf(staker);
      await (await pool.requestRedeem(shares, staker, staker)).wait();
      await beacon.passEpochs(8 * EPOCHS_PER_DAY);
      const exits = await run(["prove", "exits"]);
      for (const key of KEYS) expect(exits).to.contain(`operator ${OPERATOR}, ${key}: asked to exit`);
      await beacon.passBlocks(3);
      await beacon.passEpochs(300);
      const last = await run(["prove", "checkpoint"]);
      expect(last).to.contain("checkpoint 2 is finished, 3 keys were proven here.");
      expect(last).to.match(/1[45]\d\.?\d* ETH can be claimed by those who waited for it\./);
      expect((await registry.getOperator(OPERATOR)).keyCount).to.equal(0n);
      expect(await pool.maxRedeem(staker)).to.equal(shares);
      const { provider } = (await hre.network.create()).ethers;
      const before = await provider.getBalance(staker);
      await (await pool.claimETH(1n, staker, staker)).wait();
      expect((await provider.getBalance(staker)) - before).to.be.gt(parseEther("149.9"));
      const claimed = await run(["operator", "claim"], { operator: OPERATOR });
      expect(claimed).to.match(/collects shares of operator 7: 0x\w+ in block \d+\n.* received 3\.\d+ shares\./);
      expect(await run(["prove", "claim"])).to.match(
        /credits what was proven in checkpoint 1 .* received 0\.0\d+ shares\./s,
      );
    });
  });
}
