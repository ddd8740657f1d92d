import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { id, Interface } from "ethers";
import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import standard from "../../config/default.js";
import type { DaoDefinition } from "../../src/config/schema.js";
import type { Rehearsal } from "../../src/rehearsal/rehearsalFacts.js";
import type { AssetMock } from "../../types/index.js";
import { cooldownVault } from "../conformance/vaults/cooldownVault.js";
import { RequestRule, SyncRule } from "../conformance/vaults/names.js";
import { deployRequestVault } from "../conformance/vaults/requestVaults.js";
import type { Standing } from "../conformance/vaults/vaultCase.js";
import { deploySyncVault } from "../conformance/vaults/syncVaults.js";
import { inMethod } from "../faults/faults.js";
import { startProxy } from "../faults/proxy.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { openLine, type Line } from "../helpers/line.js";
import { createHre, startNode, type LocalNode } from "../helpers/localNode.js";
import { rejectionOf } from "../helpers/rejection.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

interface Arguments {
  dao?: string;
  vault?: string;
  holder?: string;
  json?: string;
  drain?: string;
  settle?: string;
}

/** JSON has amounts as text. */
type Written<Value> = Value extends bigint
  ? string
  : Value extends object
    ? { readonly [Key in keyof Value]: Written<Value[Key]> }
    : Value;

interface Ending {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const VAULT = new Interface([
  "function fulfilAll(address controller)",
  "function setAdmitted(address account, bool isAdmitted)",
  "function borrow(uint256 assets)",
]);
/** Where the rehearsal puts 32 bytes that only it knows. */
const withPlaceholder = (name: string, args: readonly unknown[], placeholder: string): string =>
  `${VAULT.getFunction(name)?.selector ?? ""}{${placeholder}}${VAULT.encodeFunctionData(name, args).slice(2 + 8 + 64)}`;
const NOBODY = "0x00000000000000000000000000000000DeaDBeef";

describe("tribune rehearse", () => {
  let node: LocalNode;
  /** Copies of a chain keep connections open for long: here they can be cut. */
  let line: Line;
  let connection: NetworkConnection;
  let hre: HardhatRuntimeEnvironment;
  let folder: string;
  let asset: AssetMock;
  let files = 0;
  /** Names of configurations whose deployments leave files behind. */
  const deployed: string[] = [];

  const runIn = async (on: HardhatRuntimeEnvironment, args: Arguments): Promise<Ending> => {
    const task = on.tasks.getTask(["tribune", "rehearse"]);
    const nothing = { dao: undefined, vault: undefined, holder: undefined, json: undefined, drain: undefined };
    const output = await captureOutput(() => task.run({ ...nothing, settle: undefined, ...args }));
    const code = process.exitCode;
    process.exitCode = undefined;
    return { code, ...output };
  };
  const run = (args: Arguments) => runIn(hre, args);
  /** What a rehearsal writes with `--json -`, and how it ends. */
  const rehearse = async (args: Arguments, on = hre) => {
    const { code, stdout, stderr } = await runIn(on, { ...args, json: "-" });
    expect(stdout, stderr).not.to.equal("");
    const data = JSON.parse(stdout) as Written<Rehearsal>;
    const reasons = data.reasons.map(({ weight, text }) => `${weight}: ${text}`).join("\n");
    return { code, text: stderr, data, reasons };
  };
  const writeJson = async (content: unknown): Promise<string> => {
    const file = path.join(folder, `${files++}.json`);
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };

  /** Gives three people shares of a vault: 60, 30 and 10. */
  const stock = async <Vault extends Standing>(standing: Vault) => {
    const [, ...signers] = await connection.ethers.getSigners();
    const holders = signers.slice(0, 3);
    for (const [index, holder] of holders.entries()) await standing.stake(holder, [60n, 30n, 10n][index]! * 10n ** 18n); // eslint-disable-line @typescript-eslint/no-non-null-assertion
    return { ...standing, holders, address: await standing.vault.getAddress() };
  };

  before(async () => {
    node = await startNode();
    line = await openLine(node.url);
    connection = await node.hre.network.create();
    hre = await createHre(line.url);
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    asset = await connection.ethers.deployContract("AssetMock", ["Asset", "ASSET", 18]);
  });

  after(async () => {
    await line.close();
    await node.close();
    await rm(folder, { recursive: true });
    const { root, ignition } = node.hre.config.paths;
    for (const name of deployed) {
      await forgetDeployment(ignition, path.join(root, "deployments", "31337", `${name}.json`), name);
    }
  });

  context("given a vault that redeems at once", () => {
    it("plays the exit to the last withdrawal, and leaves the chain as it was", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      const block = await connection.ethers.provider.getBlockNumber();
      const { code, data, text } = await rehearse({ vault: vault.address });
      expect(data.verdict).to.equal("fits");
      expect(code).to.equal(0);
      expect(data.walk.reached).to.equal("withdrawn");
      expect(data.walk.exit?.atOnce).to.equal(data.walk.exit?.total);
      expect(data.walk.exit?.paid).to.equal(data.walk.exit?.received);
      expect(data.subject.block).to.equal(block);
      expect(text).to.contain("all at once").and.to.contain("The vault fits.");
      expect(await connection.ethers.provider.getBlockNumber()).to.equal(block);
      expect(await connection.ethers.provider.getCode(data.walk.escrow ?? "")).to.equal("0x");
    });

    it("warns of a price that moves within a transaction, and of a market that dries up", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      await vault.mock.setRule(SyncRule.RealisesLoss, true);
      const [from] = vault.holders;
      const all = VAULT.encodeFunctionData("borrow", [90n * 10n ** 18n]);
      const drain = await writeJson([{ from: from?.address, to: vault.address, data: all }]);
      const { data, reasons, text } = await rehearse({ vault: vault.address, drain });
      expect(data.verdict).to.equal("fits");
      expect(reasons).to.contain("warning: its price moves within a transaction");
      expect(reasons).to.contain("in the dry market of --drain a holder is paid");
      expect(text).to.contain("To weigh:");
    });

    it("does not fit while it redeems nothing", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      await vault.mock.setRule(SyncRule.RefusesRedemption, true);
      const { code, reasons, data } = await rehearse({ vault: vault.address });
      expect(code).to.equal(1);
      expect(reasons)
        .to.contain("does-not-fit: at this block it lets nobody leave")
        .and.to.contain("RedemptionRefused");
      expect(data.walk.steps.at(-1)?.told).to.contain("are back with the stakers");
    });

    it("does not fit if transfers of its share cost a fee", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      await vault.mock.setTransferFee(100n);
      const { code, reasons } = await rehearse({ vault: vault.address });
      expect(code).to.equal(1);
      expect(reasons).to.contain("the escrow takes only shares that arrive whole");
    });

    it("is not proven where it could pay a part only", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      await vault.mock.borrow(96n * 10n ** 18n);
      const { code, reasons } = await rehearse({ vault: vault.address });
      expect(code).to.equal(2);
      expect(reasons).to.contain("unproven: it pays in parts");
    });
  });

  context("given a vault that redeems on request", () => {
    it("is not proven while it waits for settlement, and fits when that is played", async () => {
      const vault = await stock(await deployRequestVault(connection, asset));
      const waiting = await rehearse({ vault: vault.address });
      expect(waiting.code).to.equal(2);
      expect(waiting.data.verdict).to.equal("unproven");
      expect(waiting.reasons).to.contain("it waits for settlement: 100 % of what was asked for is not paid");

      const [from] = vault.holders;
      const data = withPlaceholder("fulfilAll", [NOBODY], "vessel");
      const settle = await writeJson([{ from: from?.address, to: vault.address, data, after: "7 d" }]);
      const settled = await rehearse({ vault: vault.address, settle });
      expect(settled.reasons).not.to.match(/^(?:does-not-fit|unproven|fits-if)/m);
      expect(settled.code).to.equal(0);
      expect(settled.data.walk.reached).to.equal("withdrawn");
      expect(settled.data.walk.exit?.burnt.settlement).to.equal(settled.data.walk.exit?.total);
      expect(settled.data.comparison.state).to.equal("found");
    });

    it("does not fit if a stranger's request takes the place of the vessel's", async () => {
      const habits = { cooldown: 86_400n, rules: ["Overwrites"], priceAt: "Request" } as const;
      const vault = await stock(await deployRequestVault(connection, asset, habits));
      const { code, reasons } = await rehearse({ vault: vault.address });
      expect(code).to.equal(1);
      expect(reasons).to.contain("anybody can erase an exit");
    });

    it("does not fit while it refuses every request", async () => {
      const vault = await stock(await deployRequestVault(connection, asset));
      await vault.mock.setRule(RequestRule.RefusesRequests, true);
      const { code, reasons } = await rehearse({ vault: vault.address });
      expect(code).to.equal(1);
      expect(reasons).to.contain("RequestsRefused");
    });
  });

  context("given a share with a list of holders", () => {
    const deployListed = async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      for (const holder of [...vault.holders, vault.stranger]) await vault.mock.setAdmitted(holder, true);
      await vault.mock.setHolderList(true);
      return vault;
    };

    it("fits if escrow and vessels are admitted, and names them", async () => {
      const vault = await deployListed();
      const { code, data, reasons } = await rehearse({ vault: vault.address });
      expect(data.verdict).to.equal("fits-if");
      expect(code).to.equal(0);
      expect(data.walk.reached).to.equal("withdrawn");
      expect(data.admission.addresses.map(({ name }) => name)).to.deep.equal([
        "escrow",
        "vessel 0",
        "vessel 1",
        "vessel 2",
        "vessel 3",
      ]);
      for (const { address } of data.admission.addresses) expect(reasons).to.contain(address);
      expect(reasons).to.contain("AccountNotAdmitted");
    });

    it("fits when --settle plays the admission", async () => {
      const vault = await deployListed();
      const [from] = vault.holders;
      const admit = (placeholder: string) => ({
        from: from?.address,
        to: vault.address,
        data: withPlaceholder("setAdmitted", [NOBODY, true], placeholder),
        after: "deploy",
      });
      const settle = await writeJson([admit("escrow"), admit("vessel0")]);
      const { code, data, reasons } = await rehearse({ vault: vault.address, settle });
      expect(data.verdict, reasons).to.equal("fits");
      expect(code).to.equal(0);
    });
  });

  context("given a vault with a cooldown of its own", () => {
    it("does not fit the standard vessel, and fits its own", async () => {
      const vault = await stock(await cooldownVault.deploy(connection, asset));
      const plain = await rehearse({ vault: vault.address });
      expect(plain.code).to.equal(1);
      expect(plain.reasons).to.contain('vault.kind "own"').and.to.contain("CooldownVessel");

      const own: DaoDefinition = {
        ...standard,
        circuitBreaker: undefined,
        vault: { kind: "own", address: vault.address, vessel: "CooldownVessel" },
      };
      const { data, code, reasons } = await rehearse({ dao: await writeJson(own) });
      expect(data.verdict, reasons).to.equal("fits");
      expect(code).to.equal(0);
      expect(data.walk.reached).to.equal("withdrawn");
    });
  });

  context("given holders with too few shares for a rage quit", () => {
    it("tells how far it came", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      const { code, data, reasons } = await rehearse({ vault: vault.address, holder: vault.stranger.address });
      expect(code).to.equal(2);
      expect(data.walk.reached).to.equal("locked");
      expect(reasons).to.contain("a rage quit takes 10 %: name more with --holder");
    });

    it("takes several that are named", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      const holder = vault.holders.map(({ address }) => address).join(", ");
      const { code, data } = await rehearse({ vault: vault.address, holder });
      expect(code).to.equal(0);
      expect(data.holders).to.have.lengthOf(3);
    });
  });

  context("given the chain inside Hardhat", () => {
    it("makes the example vault of a configuration, and rehearses on it", async () => {
      const { code, data, reasons } = await rehearse(
        { dao: "config/default.ts" },
        await createHre(line.url, "default"),
      );
      expect(data.verdict, reasons).to.equal("fits");
      expect(code).to.equal(0);
      expect(data.walk.reached).to.equal("withdrawn");
    });
  });

  context("given input that cannot be used", () => {
    const cases: [what: string, args: () => Promise<Arguments> | Arguments, sentence: string][] = [
      ["neither vault nor DAO", () => ({}), "Which vault?"],
      ["both", () => ({ vault: NOBODY, dao: "config/default.ts" }), "Which vault?"],
      ["a text that is no address", () => ({ vault: "0x12" }), '--vault: "0x12" is not an address'],
      ["an address without code", () => ({ vault: NOBODY }), "has no contract at"],
      ["a token that is no vault", async () => ({ vault: await asset.getAddress() }), "does not tell an asset()"],
      ["a DAO that does not exist", () => ({ dao: "config/missing.ts" }), "config/missing.ts does not exist."],
      ["a file that is missing", () => ({ vault: NOBODY, settle: "missing.json" }), "missing.json does not exist."],
      ["a file that is no JSON", async () => ({ vault: NOBODY, drain: await writeJson("{") }), "is no JSON"],
      [
        "a list that cannot be played",
        async () => ({
          vault: NOBODY,
          settle: await writeJson([{ from: NOBODY, to: NOBODY, data: "0x", after: "soon" }]),
        }),
        '0.after: must be one of "start"',
      ],
    ];
    for (const [what, args, sentence] of cases) {
      it(`tells of ${what}, and ends with 2`, async () => {
        const { code, stderr, stdout } = await run(await args());
        expect(stderr).to.contain(sentence);
        expect(stderr + stdout).not.to.contain("does not fit");
        expect(code).to.equal(2);
      });
    }

    it("tells of a holder without shares, and ends with 2", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      const { code, stderr } = await run({ vault: vault.address, holder: NOBODY });
      expect(stderr).to.contain(`${NOBODY} holds no shares`);
      expect(code).to.equal(2);
    });

    it("tells of a placeholder that nobody knows, and ends with 2", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      const call = { from: NOBODY, to: NOBODY, data: `${id("f(address)").slice(0, 10)}{vessel}`, after: "lock" };
      const { code, stderr } = await run({ vault: vault.address, settle: await writeJson([call]) });
      expect(stderr).to.contain("--settle names {vessel}, which is not known at that moment");
      expect(code).to.equal(2);
    });
  });

  context("given an RPC that fails", () => {
    it("tells of one that is not there, and ends with 2", async () => {
      const { code, stderr, stdout } = await runIn(await createHre("http://127.0.0.1:9"), { vault: NOBODY });
      expect(stderr).to.contain("The network localhost cannot be read");
      expect(stderr + stdout).not.to.contain("does not fit");
      expect(code).to.equal(2);
    });

    it("tells of one that has no logs, and ends with 2", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      const fault = inMethod("eth_getLogs", { kind: "error", code: -32000, message: "no logs here" });
      const proxy = await startProxy(node.url, fault);
      try {
        const { code, stderr } = await runIn(await createHre(proxy.url), { vault: vault.address });
        expect(stderr).to.contain("The share's logs could not be read").and.to.contain("--holder");
        expect(code).to.equal(2);
      } finally {
        await proxy.close();
      }
    });
  });

  context("given a deployment", () => {
    const deploy = async (vault: DaoDefinition["vault"], flags: { noRehearsal?: boolean } = {}) => {
      const file = path.join(folder, `dao-${process.pid}-${files++}.json`);
      await writeFile(file, JSON.stringify({ ...standard, circuitBreaker: undefined, vault }));
      deployed.push(path.basename(file, ".json"));
      const task = hre.tasks.getTask(["tribune", "deploy"]);
      const output = await captureOutput(() => task.run({ dao: file, json: undefined, noRehearsal: false, ...flags }));
      return { ...output, file };
    };

    it("rehearses a vault that exists, then deploys", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      const { stdout } = await deploy({ kind: "erc4626", address: vault.address });
      expect(stdout).to.contain("The vault fits.").and.to.contain("everything is as the configuration says");
      expect(stdout.indexOf("The vault fits.")).to.be.lessThan(stdout.indexOf("everything is as"));
    });

    it("says that it does not rehearse a vault that is made with it, or that it was told not to", async () => {
      const { stdout, file } = await deploy(standard.vault);
      expect(stdout).to.contain("Not rehearsed: the vault is made with the deployment.");
      // Afterwards it stands, with its seed.
      const { data } = await rehearse({ dao: file });
      expect(stdout).to.contain(data.subject.vault);
      expect(data.walk.reached).to.equal("withdrawn");
      const vault = await stock(await deploySyncVault(connection, asset));
      await vault.mock.setRule(SyncRule.RefusesRedemption, true);
      const told = await deploy({ kind: "erc4626", address: vault.address }, { noRehearsal: true });
      expect(told.stdout).to.contain("Not rehearsed: --no-rehearsal was given.");
    });

    it("sends nothing for a vault that does not fit", async () => {
      const vault = await stock(await deploySyncVault(connection, asset));
      await vault.mock.setRule(SyncRule.RefusesRedemption, true);
      const block = await connection.ethers.provider.getBlockNumber();
      const error = await rejectionOf(deploy({ kind: "erc4626", address: vault.address }));
      expect(error).to.be.instanceOf(HardhatPluginError);
      expect(error.message).to.contain("The vault does not fit. Nothing was sent.");
      expect(await connection.ethers.provider.getBlockNumber()).to.equal(block);
    });
  });
});
