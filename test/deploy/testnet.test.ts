import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect } from "chai";
import { Wallet } from "ethers";
import { configVariable } from "hardhat/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Deployment } from "../../src/protocol/addresses.js";
import { powerCut } from "../faults/faults.js";
import { startProxy } from "../faults/proxy.js";
import { captureEnding } from "../helpers/captureOutput.js";
import { startExplorer, type Explorer } from "../helpers/explorer.js";
import { rejectionOf } from "../helpers/rejection.js";
import { startTestnet, SEPOLIA, STEPS, type Testnet } from "../helpers/testnet.js";
import { isDeep } from "../helpers/testProfile.js";

/** So many of them are on the chain when the line breaks; the next one arrives without an answer. */
const BROKEN = 9;
const ETHER = 10n ** 18n;
/** Nobody has set it. */
const NO_KEY = configVariable("TRIBUNE_TEST_UNSET_PRIVATE_KEY");
const NO_PLACE = { timelock: undefined, addresses: undefined, firstBlock: undefined };

/** Of the steps that were told. */
const positionsIn = (text: string): number[] =>
  [...text.matchAll(/^Step (\d+) of 22, [\w.]+: 0x[0-9a-f]{64}$/gm)].map(([, position]) => Number(position));

describe("config/testnet.ts on anvil, with the chain id of Sepolia", () => {
  let testnet: Testnet;
  let hre: HardhatRuntimeEnvironment;
  let dao: { name: string; file: string };

  const deploy = (at: HardhatRuntimeEnvironment, args: object = {}) =>
    testnet.run(at, "deploy", { dao: dao.file, ...args });
  const sentenceOf = async (running: Promise<unknown>) => (await rejectionOf(running)).message;
  const readRecord = async (name = dao.name) =>
    JSON.parse(await readFile(testnet.recordOf(name), "utf8")) as Deployment;

  before(async () => {
    testnet = await startTestnet("anvil");
    hre = await testnet.open();
    dao = await testnet.writeDao();
  });
  after(() => testnet.close());

  it("writes and sends nothing without ether, and says how much it takes", async () => {
    const sentence = await sentenceOf(deploy(hre, { yes: true }));
    expect(sentence)
      .to.match(/The deployer, 0x\w{40}, has 0 ETH on chain 11155111, and this takes 0\.\d+ ETH/)
      .and.to.contain("Nothing was sent");
    expect(existsSync(testnet.recordOf(dao.name))).to.equal(false);
  });

  it("writes and sends nothing where nobody can be asked", async () => {
    await testnet.fund(testnet.deployer, ETHER);
    expect(await sentenceOf(deploy(hre)))
      .to.contain("without a terminal nobody can be asked")
      .and.to.contain("--yes");
    expect(existsSync(testnet.recordOf(dao.name))).to.equal(false);
    expect(await testnet.countSent()).to.equal(0);
  });

  it("says what it will send and who will hold what, and how to go on once the line has broken", async () => {
    const line = await startProxy(testnet.node.url, powerCut(BROKEN, true));
    const broken = await captureEnding(async () => {
      const at = await testnet.open(undefined, {}, line.url);
      await at.tasks.getTask(["tribune", "deploy"]).run({ dao: dao.file, json: undefined, yes: true });
    });
    await line.close();
    // What became of the last one was not told: 2, as wherever something could not be read.
    expect(broken.code).to.equal(2);
    expect(broken.stderr).to.contain("nothing will be sent twice. Go on with the same command");
    for (const told of [
      "sepolia, chain 11155111",
      `${testnet.deployer}, which has 1 ETH`,
      "the asset, which anybody mints",
      "100,000,000 tTRIB, 100 % of the votes",
      ` ${STEPS} `,
    ]) {
      expect(broken.stdout).to.contain(told);
    }
    const steps = positionsIn(broken.stderr);
    expect(steps).to.deep.equal(Array.from({ length: BROKEN }, (_, index) => index + 1));
  });

  it("tells another account whose deployment has been begun, and what to do", async () => {
    const stranger = Wallet.createRandom();
    await testnet.fund(stranger.address, ETHER);
    const sentence = await sentenceOf(deploy(await testnet.open(stranger.privateKey), { yes: true }));
    expect(sentence)
      .to.contain(`was begun by ${testnet.deployer}`)
      .and.to.contain("give the network the key of the former")
      .and.to.contain("give the configuration file another name");
  });

  it("sends nothing while the journal of what has been begun is missing", async () => {
    const folder = path.dirname(testnet.journalOf(dao.name));
    await rename(folder, `${folder}.away`);
    const sentence = await sentenceOf(deploy(hre, { yes: true })).finally(() => rename(`${folder}.away`, folder));
    expect(sentence)
      .to.contain(`restore ${folder}. If`)
      .and.to.contain(`Or move ${testnet.recordOf(dao.name)} away, to deploy anew`);
    expect(await testnet.countSent("pending")).to.equal(BROKEN + 1);
  });

  it("goes on with what is left, and sends nothing twice", async () => {
    const { stdout, stderr } = await deploy(hre, { yes: true });
    expect(stdout).to.match(new RegExp(`\\d+ of ${STEPS}; \\d+ of an earlier run are on the chain`));
    expect(stdout).to.contain("everything is as the configuration says");
    expect(positionsIn(stderr).at(-1)).to.equal(STEPS);
    expect(stderr).to.match(/, DualGovernanceTimelock.renounceRole: 0x[0-9a-f]{64}\n$/);
    expect(await testnet.countSent()).to.equal(STEPS);
  });

  it("tells in its names that asset and market are stand-ins", async () => {
    const { example } = (await readRecord()).addresses;
    const { ethers } = await hre.network.create();
    const asset = await ethers.getContractAt("TestAsset", example?.asset ?? "");
    const market = await ethers.getContractAt("TestMarket", example?.market ?? "");
    expect(await asset.name()).to.equal("Test asset, worth nothing");
    expect(await market.name()).to.equal("Test market, a stand-in");
  });

  it("asks nothing and sends nothing when it is run again", async () => {
    const { stdout } = await deploy(hre);
    expect(stdout).to.contain("everything is as the configuration says").and.not.to.contain("before anything is sent");
    expect(await testnet.countSent()).to.equal(STEPS);
  });

  it("only verifies what is finished, whatever its journal has", async () => {
    const journal = testnet.journalOf(dao.name);
    const kept = await readFile(journal, "utf8");
    await writeFile(journal, "");
    const { stdout } = await deploy(hre).finally(() => writeFile(journal, kept));
    expect(stdout).to.contain("everything is as the configuration says");
    expect(await testnet.countSent()).to.equal(STEPS);
  });

  it("verifies it for any other account", async () => {
    const stranger = Wallet.createRandom();
    const { stdout } = await deploy(await testnet.open(stranger.privateKey));
    expect(stdout).to.contain("everything is as the configuration says");
    expect((await readRecord()).deployer).to.equal(testnet.deployer);
  });

  context("given an explorer", () => {
    const KEY = "a key of an explorer";
    const show = async (explorer: Explorer, args: object, key = KEY) => {
      const { url } = explorer;
      const blockExplorers = { etherscan: { url, apiUrl: url }, blockscout: { url, apiUrl: url } };
      // Whoever shows sources has no key.
      const at = await testnet.open(NO_KEY, {
        verify: { etherscan: { apiKey: key } },
        chainDescriptors: { [SEPOLIA]: { name: "Sepolia", chainType: "l1", blockExplorers } },
      });
      return await testnet.run(at, "verify", { dao: dao.file, explorer: undefined, only: undefined, ...args });
    };
    let etherscan: Explorer;
    before(async () => (etherscan = await startExplorer(testnet.node.url, SEPOLIA, KEY)));
    after(() => etherscan.close());

    it("tells of a key that it does not take", async () => {
      expect(await sentenceOf(show(etherscan, { only: "FallbackGate" }, "another"))).to.contain(
        "npx hardhat keystore set ETHERSCAN_API_KEY",
      );
    });

    it("tells of names that no contract has, and of explorers that nobody knows", async () => {
      expect(await sentenceOf(show(etherscan, { only: "Nothing" })))
        .to.contain("there are")
        .and.to.contain("VetoEscrow");
      expect(await sentenceOf(show(etherscan, { explorer: "moonscan" }))).to.contain("etherscan, blockscout, sourcify");
    });

    if (isDeep) {
      it("shows it sources that give the code, with what the constructor took, once", async () => {
        // Whoever is busy is asked again, after a pause.
        etherscan.tire(1);
        const { stdout } = await show(etherscan, { only: "FallbackGate", json: "-" });
        const { contracts } = JSON.parse(stdout) as { contracts: Record<string, unknown>[] };
        expect(contracts).to.have.lengthOf(1);
        expect(contracts[0]).to.deep.include({ outcome: "verified", constructorArguments: ["36000"] });
        expect(etherscan.judged.map(({ problem }) => problem)).to.deep.equal([undefined]);
        const again = await show(etherscan, { only: "FallbackGate" });
        expect(again.stdout).to.contain("was verified before");
        expect(etherscan.judged).to.have.lengthOf(1);
      });

      it("verifies every contract there, and on one that speaks like Blockscout", async function () {
        this.timeout(900_000);
        for (const explorer of ["etherscan", "blockscout"] as const) {
          const server = await startExplorer(testnet.node.url, SEPOLIA, explorer === "etherscan" ? KEY : undefined);
          const { stdout } = await show(server, { explorer, json: "-" });
          const { contracts } = JSON.parse(stdout) as { contracts: { outcome: string; contractName: string }[] };
          expect(contracts.map(({ outcome }) => outcome)).to.deep.equal(Array(11).fill("verified"));
          await server.close();
        }
      });
    }
  });

  context("given that its record is lost", () => {
    let kept: Deployment;
    let reader: HardhatRuntimeEnvironment;
    const attach = (args: object) => testnet.run(reader, "attach", { ...NO_PLACE, dao: dao.file, ...args });
    const lose = () => rm(testnet.recordOf(dao.name), { force: true });

    before(async () => {
      kept = await readRecord();
      // Whoever attaches has no key.
      reader = await testnet.open(NO_KEY, { ignition: { blockPollingInterval: 20 } });
    });
    beforeEach(lose);

    it("finds everything from the timelock, verifies it, and writes what deploy had written", async () => {
      const { stdout } = await attach({ timelock: kept.addresses.timelock });
      expect(stdout).to.contain("everything is as the configuration says");
      // Without a term that counts from it, nobody can tell how long before the first contract it was.
      const { firstBlock } = await readRecord();
      expect(await readRecord()).to.deep.equal({ ...kept, firstBlock });
    });

    it("takes addresses that somebody has kept", async () => {
      const book = `${dao.file}.json`;
      await writeFile(book, JSON.stringify(kept));
      await attach({ addresses: book, firstBlock: "0" });
      expect(await readRecord()).to.deep.equal(kept);
    });

    it("verifies what was attached when it is deployed again, and sends nothing", async () => {
      const other = await testnet.writeDao();
      await testnet.run(reader, "attach", { ...NO_PLACE, dao: other.file, timelock: kept.addresses.timelock });
      const { stdout } = await testnet.run(hre, "deploy", { dao: other.file });
      expect(stdout).to.contain("everything is as the configuration says");
      expect(await testnet.countSent()).to.equal(STEPS);
    });

    it("writes nothing for another configuration, and says where it differs", async () => {
      const preset = JSON.stringify(path.join(hre.config.paths.root, "config", "testnet.ts"));
      const other = await testnet.writeDao(
        `import testnet from ${preset};\n` +
          'export default (facts) => { const dao = testnet(facts); return { ...dao, timelock: { ...dao.timelock, delay: "45 min" } }; };\n',
      );
      const sentence = await sentenceOf(attach({ dao: other.file, timelock: kept.addresses.timelock }));
      expect(sentence)
        .to.contain("so nothing was written")
        .and.to.contain("timelock, delay is 40 min, should be 45 min");
      expect(existsSync(testnet.recordOf(other.name))).to.equal(false);
    });

    for (const [what, sentence, addressOf] of [
      ["an account", "There is no contract at", () => testnet.deployer],
      ["another contract", "There is no timelock of Tribune at", ({ token }) => token],
      ["a gate", "There is no timelock of Tribune at", ({ gate }) => gate],
    ] as const satisfies readonly (readonly [string, string, (addresses: Deployment["addresses"]) => string])[]) {
      it(`tells that ${what} is no timelock`, async () => {
        expect(await sentenceOf(attach({ timelock: addressOf(kept.addresses) }))).to.contain(sentence);
        expect(existsSync(testnet.recordOf(dao.name))).to.equal(false);
      });
    }

    it("leaves a record alone that is of the same deployment, and refuses one that differs in anything", async () => {
      const { timelock } = kept.addresses;
      await writeFile(testnet.recordOf(dao.name), JSON.stringify(kept));
      const { stdout } = await attach({ timelock });
      expect(stdout).to.contain("It is on record already");
      expect(await readRecord()).to.deep.equal(kept);
      const sentence = await sentenceOf(attach({ timelock, firstBlock: "1" }));
      expect(sentence).to.contain(`firstBlock: "${kept.firstBlock}" there, "1" here`);
      expect(await readRecord()).to.deep.equal(kept);
    });

    it("does not replace the record of another deployment", async () => {
      const { addresses } = kept;
      const changed = { ...kept, addresses: { ...addresses, gate: addresses.escrow } };
      await writeFile(testnet.recordOf(dao.name), JSON.stringify(changed));
      const sentence = await sentenceOf(attach({ timelock: addresses.timelock }));
      expect(sentence).to.contain("is of another deployment").and.to.contain(`gate: "${addresses.escrow}" there`);
    });
  });
});
