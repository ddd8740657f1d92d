import { readFile, rm } from "node:fs/promises";

import { expect } from "chai";
import { Transaction, Wallet } from "ethers";

import { loadDao } from "../../src/config/load.js";
import { planSafes } from "../../src/deployment/provideCommittees.js";
import type { Deployment, DeploymentRecord } from "../../src/protocol/addresses.js";
import { listSeats, type SeatName } from "../../src/protocol/committees/seats.js";
import { createSafe, encodeSetup } from "../../src/safe/createSafe.js";
import { isTransaction, powerCut } from "../faults/faults.js";
import { startProxy, type RpcRequest } from "../faults/proxy.js";
import { captureEnding } from "../helpers/captureOutput.js";
import { nameOwners, SAFES, startTestnet, STEPS_WITH_COMMITTEES, type Testnet } from "../helpers/testnet.js";

const ETHER = 10n ** 18n;
/** Between two blocks. [ms] */
const INTERVAL = 10;
/** So often the second run counts the deployer's transactions before a block comes. */
const LOOKS = 20;

describe("config/testnet.ts with owners of every committee, on anvil", () => {
  const owners = Array.from({ length: 2 * SAFES }, () => Wallet.createRandom().address);
  let testnet: Testnet;
  let forgetOwners: () => void;
  let dao: { name: string; file: string };

  before(async () => {
    testnet = await startTestnet("anvil");
    await testnet.provideSafe();
    await testnet.fund(testnet.deployer, ETHER);
    forgetOwners = nameOwners(owners);
    dao = await testnet.writeDao();
  });
  after(async () => {
    forgetOwners();
    await testnet.close();
  });

  async function planAt(firstBlock: number) {
    const { config } = await loadDao(dao.file, () => Promise.resolve({ deployer: testnet.deployer }));
    return planSafes(config, testnet.deployer, firstBlock);
  }

  /** Of which seat a transaction creates the Safe. */
  async function findSeat({ params: [raw] }: RpcRequest, firstBlock: number): Promise<SeatName> {
    const { data } = Transaction.from(String(raw));
    const found = [...(await planAt(firstBlock))].find(([, plan]) => data.includes(encodeSetup(plan).slice(2)));
    if (found === undefined) throw new Error("the transaction creates no Safe");
    return found[0];
  }

  /** The Safe of a seat, from another account: the deployment that began in that block takes it for its own. */
  async function createForIt(seat: SeatName, firstBlock: number): Promise<void> {
    const stranger = Wallet.createRandom();
    await testnet.fund(stranger.address, ETHER);
    const { ethers } = await (await testnet.open(stranger.privateKey)).network.create();
    const [signer] = await ethers.getSigners();
    const plan = (await planAt(firstBlock)).get(seat);
    if (signer === undefined || plan === undefined) throw new Error(`nobody creates the Safe of ${seat}`);
    await createSafe(signer, plan);
  }

  /** The first transaction of a run arrives, and its answer is lost. */
  async function stopAtFirst(): Promise<void> {
    const line = await startProxy(testnet.node.url, powerCut(0, true));
    const broken = await testnet.open(undefined, {}, line.url);
    const stopped = await captureEnding(() => testnet.run(broken, "deploy", { dao: dao.file, yes: true }));
    await line.close();
    expect(stopped.code, stopped.stderr).to.equal(2);
    expect([await testnet.countSent("latest"), await testnet.countSent("pending")]).to.deep.equal([0, 1]);
  }

  it("sends a Safe once that was still in the pool when the line broke, and none that somebody else creates", async () => {
    await createForIt("seal", Number(await testnet.node.send("eth_blockNumber")) + 1);
    await testnet.node.send("evm_setAutomine", [false]);
    await stopAtFirst();
    // The node forgets it, and somebody else creates the Safe that it was to create.
    const pool = (await testnet.node.send("eth_getBlockByNumber", ["pending", false])) as { transactions: string[] };
    await testnet.node.send("anvil_dropTransaction", pool.transactions);
    const { firstBlock, begun } = JSON.parse(await readFile(testnet.recordOf(dao.name), "utf8")) as DeploymentRecord;
    expect(begun).to.deep.equal({ safes: 0 });
    await testnet.node.mineEvery(INTERVAL);
    await createForIt("activation", firstBlock);
    testnet.node.pause();
    await stopAtFirst();

    // No block comes before the second run has waited for one, or has sent something.
    let looks = 0;
    let sent = 0;
    const patient = await startProxy(testnet.node.url, async (request) => {
      if (request.method === "eth_getTransactionCount") looks++;
      if (looks === LOOKS || isTransaction(request)) await testnet.node.mineEvery(INTERVAL);
      if (!isTransaction(request)) return undefined;
      // Before one of those that come later is tried, and before another one arrives, which then reverts.
      if (sent === 0) await createForIt("tiebreaker-2", firstBlock);
      if (sent === 1) await createForIt(await findSeat(request, firstBlock), firstBlock);
      sent++;
      return undefined;
    });
    const again = await testnet.open(undefined, {}, patient.url);
    const { stdout } = await testnet.run(again, "deploy", { dao: dao.file, yes: true });
    await patient.close();
    expect(stdout).to.contain("everything is as the configuration says");
    // One that reverted counts.
    expect(await testnet.countSent("pending")).to.equal(STEPS_WITH_COMMITTEES - 3);
  });

  it("seats the owners that the environment names, and finds their Safes again from the timelock alone", async () => {
    const file = testnet.recordOf(dao.name);
    const kept = JSON.parse(await readFile(file, "utf8")) as Deployment;
    expect(listSeats(kept.addresses.bodies)).to.have.lengthOf(SAFES);
    await rm(file);
    const { timelock } = kept.addresses;
    const args = { dao: dao.file, timelock, addresses: undefined, firstBlock: String(kept.firstBlock) };
    const { stdout } = await testnet.run(await testnet.open(), "attach", args);
    expect(stdout).to.contain("everything is as the configuration says");
    expect(JSON.parse(await readFile(file, "utf8"))).to.deep.equal(kept);
  });
});
