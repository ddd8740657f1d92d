import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { FutureType } from "@nomicfoundation/ignition-core";
import { expect } from "chai";
import { ZeroAddress, type Provider } from "ethers";
import { artifacts, network } from "hardhat";

import pooled from "../../../config/pool.js";
import standard from "../../../config/default.js";
import { modules } from "../../../deploy/modules.js";
import { parseDao } from "../../../src/config/parse.js";
import { journalsOf, type Place } from "../../../src/deployment/place.js";
import { collectPreflight, refuseUnfunded } from "../../../src/deployment/preflight/preflight.js";
import { renderPreflight } from "../../../src/deployment/preflight/renderPreflight.js";
import { failingProvider } from "../../helpers/failingProvider.js";
import { rejectionOf } from "../../helpers/rejection.js";

const SEPOLIA = 11_155_111;
const REQUEST = { to: "0x00000000000000000000000000000000DeaDBeef", data: "0x1234", value: 7n };

describe("collectPreflight", () => {
  const dao = parseDao(standard, "test");
  let folder: string;
  let connection: Awaited<ReturnType<typeof network.create>>;
  let deployer: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    connection = await network.create();
    deployer = (await connection.ethers.getSigners())[0]?.address ?? "";
  });
  after(() => rm(folder, { recursive: true }));

  const placeOver = (provider: Provider): Place => ({
    ...{ provider, chain: { id: SEPOLIA }, recordsFolder: folder, journalsFolder: folder },
  });
  const collect = (provider: Provider, isBegun = false) =>
    collectPreflight({
      ...{ dao, place: placeOver(provider), deployer, modules, id: "test" },
      readArtifact: (name) => artifacts.readArtifact(name),
      earlier: isBegun
        ? { format: 1, dao: "test", chain: { id: SEPOLIA }, deployer, firstBlock: 0, configuration: standard }
        : undefined,
    });
  const countDone = async () =>
    (await collect(connection.ethers.provider, true)).steps.filter(({ isDone }) => isDone).length;

  /** A journal that leaves its first step open: prepared, and perhaps sent. */
  async function leaveOpen(nonce: number, request = REQUEST): Promise<void> {
    const futures = [...modules.buildTribune(dao).submodules].flatMap((module) => [...module.futures]);
    const future = futures.find(({ type }) => type === FutureType.NAMED_ARTIFACT_CONTRACT_DEPLOYMENT);
    if (future === undefined) throw new Error("no module creates a contract");
    const common = { futureId: future.id, networkInteractionId: 1 };
    const value = { _kind: "bigint", value: String(request.value) };
    const lines = [
      {
        type: "NETWORK_INTERACTION_REQUEST",
        futureId: common.futureId,
        networkInteraction: { id: 1, type: "ONCHAIN_INTERACTION", ...request, value },
      },
      { type: "TRANSACTION_PREPARE_SEND", ...common, nonce },
    ];
    const { tribune } = journalsOf(placeOver(connection.ethers.provider), "test");
    await mkdir(tribune.folder, { recursive: true });
    await writeFile(path.join(tribune.folder, "journal.jsonl"), lines.map((line) => JSON.stringify(line)).join("\n"));
  }

  it("does not take a node's failure for a price of zero", async () => {
    const failing = failingProvider(
      connection.ethers.provider,
      ({ method, args: [asked] }) => method === "send" && asked === "eth_gasPrice",
    );
    expect((await rejectionOf(collect(failing))).message).to.contain("limit exceeded");
    const silent = failingProvider(connection.ethers.provider, () => false);
    expect((await collect(silent)).gasPrice > 0n).to.equal(true);
  });

  it("takes an open step for done only once its own transaction is on the chain", async () => {
    const [signer] = await connection.ethers.getSigners();
    if (signer === undefined) throw new Error("the chain has no accounts");
    const next = () => connection.ethers.provider.getTransactionCount(deployer);
    await leaveOpen(await next());
    expect(await countDone()).to.equal(0);
    // A wallet's, under the same nonce.
    await signer.sendTransaction({ to: ZeroAddress, value: 1n });
    expect(await countDone()).to.equal(0);

    await leaveOpen(await next());
    await signer.sendTransaction(REQUEST);
    expect(await countDone()).to.equal(1);
  });

  it("does not take an open step for done that reverted", async () => {
    const [signer] = await connection.ethers.getSigners();
    const gate = await connection.ethers.deployContract("FallbackGate", [1n]);
    const request = { to: await gate.getAddress(), data: "0xffffffff", value: 0n };
    await leaveOpen(await connection.ethers.provider.getTransactionCount(deployer), request);
    const sending = signer?.sendTransaction({ ...request, gasLimit: 100_000n });
    await rejectionOf(Promise.resolve(sending));
    expect(await countDone()).to.equal(0);
  });

  it("shows what the deployer pays in a token, whom the pool gives ether to, and what may be paused", async () => {
    const preflight = await collect(connection.ethers.provider);
    const [asset, paused, owner] = ["0x".padEnd(42, "1"), "0x".padEnd(42, "2"), "0x".padEnd(42, "3")];
    const { name, symbol, fee, seed } = { name: "V", symbol: "V", fee: "0 %", seed: "12.5" };
    const example = parseDao(
      {
        ...standard,
        vault: { kind: "example", name, symbol, fee, seed, asset, market: asset },
        circuitBreaker: standard.circuitBreaker && { ...standard.circuitBreaker, pausables: [paused] },
      },
      "test",
    );
    const shown = renderPreflight(preflight, example, "sepolia");
    expect(shown).to.contain(`12.5 tokens of the asset, ${asset}`);
    expect(shown).to.match(new RegExp(`${paused}[ │]+nothing; the circuit breaker may pause it`));

    const { vault } = { ...standard, ...pooled };
    if (vault.kind !== "pool") throw new Error("config/pool.ts has no pool");
    const entities = [{ cap: "96", operators: [{ owner, cap: "64" }] }];
    const pool = parseDao({ ...standard, ...pooled, vault: { ...vault, entities } }, "test");
    expect(renderPreflight(preflight, pool, "sepolia")).to.match(new RegExp(`${owner}[ │]+validators .*up to 64 ETH`));
  });

  it("says that this run has sent nothing, whatever an earlier one has", async () => {
    const preflight = await collect(connection.ethers.provider);
    expect(() => {
      refuseUnfunded({ ...preflight, balance: 0n });
    }).to.throw(/Nothing was sent by this run\.$/);
  });
});
