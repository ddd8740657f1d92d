import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { getAddress, toBeHex, type Provider } from "ethers";

import standard from "../../../config/default.js";
import { journalsOf, recordAt, type Place } from "../../../src/deployment/place.js";
import { writeRecord } from "../../../src/deployment/record.js";
import { findEarlier } from "../../../src/deployment/resume.js";
import type { DeploymentRecord } from "../../../src/protocol/addresses.js";
import { UnreadableError } from "../../../src/protocol/errors.js";
import type { Sender } from "../../../src/protocol/sender.js";
import { nodeError } from "../../helpers/failingProvider.js";
import { rejectionOf } from "../../helpers/rejection.js";

const address = (index: number): string => getAddress(toBeHex(0xb0000 + index, 20));
const [token, fallbackGate, timelock, governor, vault, vessel, escrow, gate] = [1, 2, 3, 4, 5, 6, 7, 8].map(
  address,
) as [string, string, string, string, string, string, string, string];
const addresses = {
  token,
  fallbackGate,
  timelock,
  governor,
  vault,
  vessel,
  escrow,
  gate,
  bodies: {},
  vestingWallets: [],
};

/** Transactions of the deployer: on that chain, and with the one that waits in the pool. */
const INCLUDED = 12;
const SENT = 13;

describe("findEarlier", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "tribune-"))));
  after(() => rm(folder, { recursive: true }));

  /**
   * A chain whose newest block is 100, and that has code at `standing`.
   * @param own The newest block as a development chain itself has it; null where nobody knows that question.
   */
  async function placeOf(
    id: number,
    standing: readonly string[],
    record: Partial<DeploymentRecord> = {},
    own: number | null = 100,
  ) {
    const send = () =>
      own === null
        ? Promise.reject(nodeError(-32601, "the method hardhat_metadata does not exist"))
        : Promise.resolve({ latestBlockNumber: own });
    const node: Pick<Provider, "getBlockNumber" | "getCode" | "getTransactionCount"> = {
      getTransactionCount: (_, tag) => Promise.resolve(tag === "pending" ? SENT : INCLUDED),
      getBlockNumber: () => Promise.resolve(100),
      getCode: (at) => Promise.resolve(typeof at === "string" && standing.includes(at) ? "0x00" : "0x"),
    };
    const chain = { id, genesis: toBeHex(7, 32) };
    const recordsFolder = path.join(folder, "records");
    const journalsFolder = path.join(folder, "journals");
    const sender: Sender = { send };
    const provider = Object.assign(node as Provider, sender);
    const place: Place = { provider, chain, recordsFolder, journalsFolder };
    await writeRecord(recordAt(place, "dao"), {
      format: 1,
      dao: "dao",
      chain,
      deployer: address(9),
      firstBlock: 50,
      configuration: standard,
      ...record,
    });
    await mkdir(journalsOf(place, "dao").tribune.folder, { recursive: true });
    return place;
  }

  it("goes on with what was begun, and verifies again what was finished", async () => {
    expect(await findEarlier(await placeOf(7, []), "dao")).not.to.have.property("addresses");
    const finished = await findEarlier(await placeOf(7, [timelock], { addresses }), "dao");
    expect(finished?.addresses?.timelock).to.equal(timelock);
  });

  it("goes on without a journal where nothing was sent since, and where all is finished", async () => {
    for (const begun of [undefined, {}, { vesting: SENT }]) {
      expect((await findEarlier(await placeOf(7, [], { begun }), "dao"))?.begun).to.deep.equal(begun);
    }
    const finished = await placeOf(7, [timelock], { begun: { tribune: INCLUDED }, addresses });
    expect(await findEarlier(finished, "dao")).to.deep.include({ addresses });
  });

  it("refuses to begin anew what has sent something, be it only in the pool, and has lost its journals", async () => {
    const place = await placeOf(7, [], { begun: { safes: INCLUDED - 1, vesting: INCLUDED } });
    const { message } = await rejectionOf(findEarlier(place, "dao"));
    const { safes, vesting } = journalsOf(place, "dao");
    expect(message)
      .to.contain(`restore ${safes.folder}, ${vesting.folder}. If that never existed`)
      .and.to.contain('remove "safes" and "vesting" from "begun" in the record')
      .and.to.contain(`Or move ${recordAt(place, "dao")} away`);
  });

  it("refuses to begin a module anew whose journal alone is lost, and none that was not begun", async () => {
    const place = await placeOf(7, [], { begun: { safes: INCLUDED - 1, vesting: INCLUDED } });
    const { safes, vesting } = journalsOf(place, "dao");
    const write = async (folder: string) => {
      await mkdir(folder);
      await writeFile(path.join(folder, "journal.jsonl"), '{"type":"DEPLOYMENT_INITIALIZE","chainId":7}');
    };
    await write(safes.folder);
    expect((await rejectionOf(findEarlier(place, "dao"))).message)
      .to.contain(`restore ${vesting.folder}. If that`)
      .and.to.contain(`Or move ${recordAt(place, "dao")}, ${safes.folder} away`)
      .and.not.to.contain(`restore ${safes.folder}`);
    await write(vesting.folder);
    expect(await findEarlier(place, "dao")).to.have.property("begun");
    for (const { folder } of [safes, vesting]) await rm(folder, { recursive: true });
  });

  it("tells what a public chain has lost, and what to do", async () => {
    const { message } = await rejectionOf(findEarlier(await placeOf(7, [], { addresses }), "dao"));
    expect(message).to.contain(`This chain has lost the timelock at ${timelock}`);
    expect(message).to.contain("either this node lags, then run the same command again").and.to.contain("dao.json");
  });

  it("tells of a chain that is shorter than when the deployment began", async () => {
    const { message } = await rejectionOf(findEarlier(await placeOf(7, [], { firstBlock: 101 }), "dao"));
    expect(message).to.contain("This chain has lost block 101");
  });

  it("forgets what a local chain has lost, with its journals", async () => {
    const place = await placeOf(31_337, [], { addresses });
    expect(await findEarlier(place, "dao")).to.equal(undefined);
    expect(existsSync(journalsOf(place, "dao").tribune.folder)).to.equal(false);
  });

  it("keeps it where a local chain's node answers of an older block than its chain has", async () => {
    const place = await placeOf(31_337, [], { firstBlock: 101 }, 120);
    const error = await rejectionOf(findEarlier(place, "dao"));
    expect(error).to.be.instanceOf(UnreadableError);
    expect(error.message).to.equal(
      "This node answers of block 100, and its chain has 120: run the same command again.",
    );
    expect(existsSync(journalsOf(place, "dao").tribune.folder)).to.equal(true);
  });

  it("keeps it, and tells both that may be, where a local chain does not tell whether it was set back", async () => {
    const place = await placeOf(31_337, [], { addresses }, null);
    const { message } = await rejectionOf(findEarlier(place, "dao"));
    expect(message).to.contain("either this node lags, then run the same command again, or the chain was set back");
    expect(existsSync(journalsOf(place, "dao").tribune.folder)).to.equal(true);
  });

  it("refuses the record of another public chain", async () => {
    const place = await placeOf(7, [], { chain: { id: 7, genesis: toBeHex(8, 32) } });
    expect((await rejectionOf(findEarlier(place, "dao"))).message).to.contain("was written for another chain 7");
  });
});
