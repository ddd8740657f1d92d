import { expect } from "chai";
import hre, { network } from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { HardhatPluginError } from "hardhat/plugins";

import config from "../../hardhat.config.js";
import { startProxy } from "../faults/proxy.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { rejectionOf } from "../helpers/rejection.js";

const HOODI = 560_048;
const VARIABLES = ["HOODI_RPC_URL", "HOODI_PRIVATE_KEY"] as const;

describe("a network whose account is a secret", () => {
  let url: string;
  let close: () => Promise<void>;
  const earlier = VARIABLES.map((name) => [name, process.env[name]] as const);

  before(async () => {
    const server = await network.createServer({ network: "default", override: { chainId: HOODI } }, "127.0.0.1");
    const { port } = await server.listen();
    // A copy of a chain keeps its connections for a while, and the server waits for them; this line does not.
    const line = await startProxy(`http://127.0.0.1:${port}`);
    ({ url } = line);
    close = async () => {
      await line.close();
      await server.close();
    };
  });
  after(async () => {
    await close();
    for (const [name, value] of earlier) setVariable(name, value);
  });

  function setVariable(name: string, value: string | undefined): void {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }

  /** What a person reads of a verb that fails there. */
  async function sentenceOf(verb: string[], args: Record<string, unknown>, key?: string, networkName = "hoodi") {
    setVariable("HOODI_RPC_URL", url);
    setVariable("HOODI_PRIVATE_KEY", key);
    const environment = {
      ...config,
      networks: { ...config.networks, strange: { type: "http", chainId: 7, url } },
    } as const;
    const there = await createHardhatRuntimeEnvironment(environment, { network: networkName }, hre.config.paths.root);
    let failure = new Error("it did not fail");
    const { stderr } = await captureOutput(async () => {
      const exitCode = process.exitCode;
      if (verb.includes("rehearse")) await there.tasks.getTask(verb).run(args);
      else failure = await rejectionOf(there.tasks.getTask(verb).run(args));
      process.exitCode = exitCode;
    });
    return { error: failure, sentence: verb.includes("rehearse") ? stderr : failure.message };
  }

  const READERS: readonly (readonly [string[], Record<string, unknown>, string])[] = [
    [["tribune", "status"], { dao: undefined, json: undefined }, `There is no deployment on chain ${HOODI}`],
    [
      ["tribune", "committee", "list"],
      { dao: undefined, json: undefined, safe: undefined },
      `There is no deployment on chain ${HOODI}`,
    ],
    [
      ["tribune", "rehearse"],
      {
        dao: undefined,
        vault: `0x${"11".repeat(20)}`,
        holder: undefined,
        json: undefined,
        drain: undefined,
        settle: undefined,
      },
      `Chain ${HOODI} has no contract at`,
    ],
  ];
  for (const [verb, args, told] of READERS) {
    it(`is read without it by ${verb.join(" ")}`, async () => {
      const { sentence } = await sentenceOf(verb, args);
      expect(sentence).to.contain(told).and.not.to.contain("HOODI_PRIVATE_KEY");
    });
  }

  for (const [what, key] of [
    ["is too short", "0x1234"],
    ["is no number", "zz".repeat(32)],
    ["is zero", `0x${"00".repeat(32)}`],
    ["is above the curve's order", `0x${"ff".repeat(32)}`],
  ] as const) {
    it(`tells in a sentence that a key ${what}, without the key`, async () => {
      const deploy = { dao: "config/default.ts", json: undefined, noRehearsal: true };
      const { error, sentence } = await sentenceOf(["tribune", "deploy"], deploy, key);
      expect(error, error.stack).to.be.instanceOf(HardhatPluginError);
      expect(sentence).to.contain("The private key of account 0 of the network hoodi, HOODI_PRIVATE_KEY, is none");
      expect(`${sentence}${error.stack ?? ""}`).not.to.contain(key.slice(2));
    });
  }

  it("tells in a sentence that its node is of another chain", async () => {
    const { error, sentence } = await sentenceOf(
      ["tribune", "status"],
      { dao: undefined, json: undefined },
      undefined,
      "strange",
    );
    expect(error, error.stack).to.be.instanceOf(HardhatPluginError);
    expect(sentence).to.contain(`The network strange is chain 7, and the node at its URL is of chain ${HOODI}`);
  });
});
