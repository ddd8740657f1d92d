import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import hre from "hardhat";

import { startNode, type LocalNode } from "../helpers/localNode.js";
import { isDeep } from "../helpers/testProfile.js";

const run = promisify(execFile);
/** Of npm with an empty cache. [ms] */
const PATIENCE = 600_000;

/** A project of somebody else's that has the package, with contracts, types and commands of it in use. */
const PROJECT: Readonly<Record<string, string>> = {
  "hardhat.config.ts": `
    import { fileURLToPath } from "node:url";
    import { defineConfig } from "hardhat/config";
    import tribune from "tribune/hardhat";

    export default defineConfig({
      plugins: [tribune],
      solidity: {
        version: "0.8.34",
        path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
        settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 } },
      },
      networks: { localhost: { type: "http", chainType: "l1", url: process.env.NODE_URL ?? "" } },
    });
  `,
  "contracts/Mine.sol": `
    // SPDX-License-Identifier: MIT
    pragma solidity ^0.8.34;

    import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
    import {CooldownVessel} from "tribune/contracts/examples/CooldownVessel.sol";
    import {IDualGovernance} from "tribune/contracts/interfaces/IDualGovernance.sol";

    contract MyVessel is CooldownVessel {
        constructor(IERC4626 vault) CooldownVessel(vault) {}
    }

    contract Reader {
        function stateOf(IDualGovernance gate) external view returns (uint8) {
            return uint8(gate.persistedState());
        }
    }
  `,
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2023",
      module: "nodenext",
      moduleResolution: "nodenext",
      strict: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      skipLibCheck: false,
      noEmit: true,
      allowImportingTsExtensions: true,
      types: ["node"],
    },
    include: ["config", "front-end", "hardhat.config.ts", "use.ts"],
  }),
  "use.ts": `
    import { readFileSync } from "node:fs";
    import { Contract, JsonRpcProvider } from "ethers";
    import { DualGovernance__factory, type VetoEscrow } from "tribune/bindings";
    import gateAbi from "tribune/abi/DualGovernance.json" with { type: "json" };
    import { calcExtension, GovernanceState } from "tribune/model";
    import { connectProtocol, isFinished, recordSchema, type TribuneAddresses } from "tribune/protocol";
    import { parseDate } from "tribune/protocol/format";
    import { gate as exported } from "./front-end/index.ts";

    const record = recordSchema.parse(JSON.parse(readFileSync("deployments/31337/mine.json", "utf8")));
    if (!isFinished(record)) throw new Error("unfinished");
    const addresses: TribuneAddresses = record.addresses;
    const provider = new JsonRpcProvider(process.env.NODE_URL);
    const { gate, escrow } = connectProtocol(addresses, provider);
    const typed: VetoEscrow = escrow;
    const state: bigint = await gate.persistedState();
    const again: unknown = await new Contract(exported.address, exported.abi, provider).getFunction("persistedState")();
    const functionName: (typeof exported.abi)[number]["type"] = "function";
    console.log(
      JSON.stringify([
        state === again && state === BigInt(GovernanceState.Normal),
        (await typed.getAddress()) === addresses.escrow,
        typeof calcExtension === functionName,
        gateAbi.length === DualGovernance__factory.abi.length,
        parseDate("2027-01-01") > 0n,
      ]),
    );
    provider.destroy();
  `,
};

/** Of this repository, at the versions that it has. */
const TOOLS = [
  "@nomicfoundation/hardhat-ethers",
  "@nomicfoundation/hardhat-ignition",
  "@nomicfoundation/hardhat-ignition-ethers",
  "@nomicfoundation/hardhat-network-helpers",
  "@nomicfoundation/hardhat-verify",
  "@nomicfoundation/ignition-core",
  "@types/node",
  "ethers",
  "hardhat",
  "solc",
  "typescript",
];

if (isDeep) {
  describe("the package, in a project of somebody else's (needs the package registry)", function () {
    this.timeout(PATIENCE);
    let folder: string;
    let node: LocalNode;
    /** In the package. */
    let files: string[];

    /** Runs a command of the project, with the Node that this runs on. */
    async function inProject(command: string, ...args: string[]): Promise<string> {
      // Not what the npm and the Hardhat of this repository say of where they run.
      const others = Object.entries(process.env).filter(
        ([name]) => !/^(?:npm_(?!config_registry)|HH_TEST$|HARDHAT_|NODE_OPTIONS$)/.test(name),
      );
      const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ""}`;
      const env = { ...Object.fromEntries(others), NODE_URL: node.url, PATH };
      const { stdout } = await run(command, args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    }
    const tribune = (...args: string[]): Promise<string> => inProject("npx", "hardhat", "tribune", ...args);

    before(async () => {
      node = await startNode();
      folder = await mkdtemp(path.join(tmpdir(), "tribune-package-"));
      const root = hre.config.paths.root;
      const { devDependencies } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
        devDependencies: Record<string, string>;
      };
      await run(process.execPath, ["scripts/dev/build-package.mjs"], { cwd: root });
      const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
        cwd: root,
      });
      const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
      if (packed === undefined) throw new Error("npm has packed nothing");
      files = packed.files.map((file) => file.path);
      const manifest = {
        name: "project",
        private: true,
        type: "module",
        dependencies: { tribune: `file:${packed.filename}` },
        devDependencies: Object.fromEntries(TOOLS.map((name) => [name, devDependencies[name] ?? "missing"])),
      };
      for (const [file, text] of Object.entries({ ...PROJECT, "package.json": JSON.stringify(manifest) })) {
        await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
        await writeFile(path.join(folder, file), text);
      }
      await inProject("npm", "install", "--no-audit", "--no-fund");
    });
    after(async () => {
      await node.close();
      await rm(folder, { recursive: true, force: true });
    });

    it("takes along the contracts, and nothing that is for tests or for those who work here", () => {
      const contracts = globSync("contracts/**/*.sol", { cwd: hre.config.paths.root, exclude: ["contracts/mocks/**"] });
      const papers = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json"];
      expect(files.filter((file) => !file.startsWith("dist/")).sort()).to.deep.equal(
        [...contracts.map((file) => file.replaceAll("\\", "/")), ...papers].sort(),
      );
    });

    it("has a file for everything that it exports", async () => {
      const root = path.join(folder, "node_modules", "tribune");
      const { exports } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
        exports: Record<string, string>;
      };
      for (const target of Object.values(exports).filter((one) => !one.includes("*"))) {
        expect(existsSync(path.join(root, target)), target).to.equal(true);
        if (target.endsWith(".js"))
          expect(existsSync(path.join(root, target.replace(/js$/, "d.ts"))), target).to.equal(true);
      }
      for (const left of ["contracts/mocks", "test", "scripts", "dist/src/gas", "dist/tasks/repository"]) {
        expect(existsSync(path.join(root, left)), left).to.equal(false);
      }
    });

    it("gives contracts to inherit from, in a compiler of the project's own", async () => {
      await inProject("npx", "hardhat", "build");
      expect(existsSync(path.join(folder, "artifacts", "contracts", "Mine.sol", "MyVessel.json"))).to.equal(true);
    });

    it("tells a story", async () => {
      expect(await tribune("scenario", "hostile-majority")).to.contain("Both majorities got their proposal through");
    });

    it("writes a configuration, deploys it, reads and exports it; and types and values are what they say", async () => {
      await tribune("init", "--name", "Mine", "--file", "config/mine.ts");
      expect(await tribune("deploy", "--dao", "config/mine.ts", "--network", "localhost")).to.contain(
        "as the configuration says",
      );
      expect(await tribune("status", "--network", "localhost")).to.contain("Normal");
      await tribune("export", "--network", "localhost", "--out", "front-end");
      await inProject("npx", "tsc");
      expect(JSON.parse(await inProject(process.execPath, "use.ts"))).to.deep.equal([true, true, true, true, true]);
    });

    it("audits it, with what the package knows of storage", async () => {
      const told = await tribune("audit", "--dao", "config/mine.ts").catch((error: unknown) => {
        // Ends with 1 where somebody has more power than is good: what it says of a configuration is not the matter here.
        if (error instanceof Error && "stdout" in error && "code" in error && error.code === 1)
          return String(error.stdout);
        throw error;
      });
      expect(told).to.match(/\d+ functions, each called by \d+ accounts/);
    });
  });
}
