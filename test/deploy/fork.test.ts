import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import hre from "hardhat";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { check as isFormatted } from "prettier";

import { isAdopting } from "../../src/config/schema.js";
import { loadDao } from "../../src/config/load.js";
import { LOCAL_ACCOUNTS } from "../../src/config/localAccounts.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { startNode } from "../helpers/localNode.js";
import { rejectionOf } from "../helpers/rejection.js";
import { isDeep } from "../helpers/testProfile.js";
import { deployWizardDao } from "../helpers/wizardDao.js";

const [, alder, birch, cedar] = LOCAL_ACCOUNTS;

describe("a DAO of one's own", () => {
  let folder: string;
  before(async () => {
    await mkdir(hre.config.paths.cache, { recursive: true });
    folder = await mkdtemp(path.join(hre.config.paths.cache, "fork-"));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  const DAO = `fork-${process.pid}`;
  const recordOf = (dao: string): string => path.join(hre.config.paths.root, "deployments", "31337", `${dao}.json`);

  const run = (verb: string, args: Readonly<Record<string, unknown>>, where: HardhatRuntimeEnvironment = hre) => {
    const task = where.tasks.getTask(["tribune", verb]);
    const none = Object.fromEntries([...task.options].map(([name, { defaultValue }]) => [name, defaultValue]));
    return captureOutput(() => task.run({ ...none, ...args }));
  };
  const sentenceOf = async (failing: Promise<unknown>): Promise<string> => (await rejectionOf(failing)).message;
  const fileOf = (name: string): string => path.relative("", path.join(folder, `${name}.ts`));

  describe("tribune init", () => {
    it("writes a file as prettier would, from what it was told", async () => {
      const file = fileOf(DAO);
      const allocations = `${alder} 50 %; ${birch} 30,000,000; ${cedar} 20 % insider vesting 2027-01-01 over 1460 d cliff 365 d`;
      const { stdout } = await run("init", { name: 'The "Own" DAO', symbol: "OWN", allocations, file });
      expect(stdout).to.contain("Insiders get 20 % of the supply; all of it vests.").and.to.contain(`--dao ${file}`);
      const text = await readFile(file, "utf8");
      expect(await isFormatted(text, { parser: "typescript", printWidth: 120 })).to.equal(true);
      const { config } = await loadDao(file);
      expect(config.name).to.equal('The "Own" DAO');
      if (isAdopting(config)) throw new Error("it founds a DAO");
      expect(config.token.allocations.map(({ holder, amount }) => [holder, amount / 10n ** 18n])).to.deep.equal([
        [alder, 50_000_000n],
        [birch, 30_000_000n],
        [cedar, 20_000_000n],
      ]);
      expect(config.tiebreaker?.subCommittees.length).to.equal(3);
    });

    it("writes one beside a DAO that exists, with a vault that does", async () => {
      const file = fileOf("beside");
      const given = { file, token: alder, governor: birch, vault: cedar, vaultKind: "erc7540" };
      const { stdout } = await run("init", given);
      // One network, in each of the next commands; it has no account on purpose.
      expect(stdout.match(/--network \w+/g)).to.deep.equal(["--network mainnet", "--network mainnet"]);
      expect(stdout).to.contain("keystore set MAINNET_RPC_URL").and.to.contain("names an account for mainnet:");
      const text = await readFile(file, "utf8");
      expect(await isFormatted(text, { parser: "typescript", printWidth: 120 })).to.equal(true);
      const { config } = await loadDao(file);
      expect(config.token).to.deep.equal({ address: alder });
      expect(config.governor).to.deep.equal({ address: birch });
      expect(config.vault).to.deep.equal({ kind: "erc7540", address: cedar });
      expect(config.circuitBreaker).to.equal(undefined);
    });

    it("does not overwrite what is there, and writes nothing that deploy would refuse", async () => {
      const before = await readdir(folder);
      expect(await sentenceOf(run("init", { name: "Other", file: fileOf(DAO) }))).to.contain("not overwritten");
      const quorum = `5 of ${alder}, ${birch}`;
      const refused = await sentenceOf(run("init", { file: fileOf("refused"), activation: quorum }));
      expect(refused).to.contain("emergency.activationCommittee.threshold: is 5 of 2");
      const few = await sentenceOf(run("init", { file: fileOf("few"), allocations: `${alder} 90 %` }));
      expect(few).to.contain("10,000,000 too few");
      expect(await readdir(folder)).to.deep.equal(before);
    });
  });

  if (isDeep) {
    it("tribune init ends without a trace when nobody reads to its end", async () => {
      const command = `npx hardhat tribune init --yes --name Unread --file ${fileOf("unread")} | true; exit \${PIPESTATUS[0]}`;
      // Hardhat adds a trace to errors where it sees CI.
      const { stderr } = await promisify(execFile)("bash", ["-c", command], { cwd: hre.config.paths.root });
      expect(stderr).to.equal("");
      expect(await readdir(folder)).to.include("unread.ts");
    });

    it("tribune init writes what deploys beside a DAO that exists", async () => {
      const node = await startNode();
      const { token, governor, vault } = await deployWizardDao(await node.hre.network.create());
      const file = fileOf(`${DAO}-beside`);
      await run("init", { file, token, governor, vault: await vault.getAddress(), bodies: "none" });
      const { stdout } = await run("deploy", { dao: file }, node.hre);
      await node.close();
      await rm(recordOf(`${DAO}-beside`));
      expect(stdout).to.contain(governor).and.to.contain("Written to");
    });

    for (const [what, args] of Object.entries({
      "with the pool": { vault: "pool" },
      "without committees, in minutes": { bodies: "none", preset: "fast" },
      "with every default": {},
      "in the figures of testnets, over an asset worth nothing": { preset: "testnet", vault: "test" },
    })) {
      it(`tribune init writes what deploys ${what}`, async () => {
        const file = fileOf(`${DAO}-deep-${Object.keys(args).join("-")}`);
        await run("init", { file, ...args });
        const text = await readFile(file, "utf8");
        expect(await isFormatted(text, { parser: "typescript", printWidth: 120 })).to.equal(true);
        const { stdout } = await run("deploy", { dao: file });
        expect(stdout).to.contain("A rehearsal");
      });
    }
  }
});
