import { expect } from "chai";

import { UnreadableError } from "../../../src/protocol/errors.js";
import { queryLogs, queryLogsBack, type LogProgress } from "../../../src/protocol/logs.js";
import { rejectionOf } from "../../helpers/rejection.js";

const told = (code: number, message: string): Error => Object.assign(new Error(message), { code });

interface Limits {
  /** What a range may have. [blocks] */
  readonly blocks?: number;
  /** What an answer may have. [logs] */
  readonly results?: number;
  readonly error?: Error;
}

/** A node with limits, and a log in every hundredth block. */
const nodeWith = ({ blocks = Infinity, results = Infinity, error = told(-32602, "block range too large") }: Limits) => {
  const asked: [number, number][] = [];
  let running = 0;
  let most = 0;
  const query = async (from: number, to: number): Promise<number[]> => {
    asked.push([from, to]);
    most = Math.max(most, ++running);
    await Promise.resolve();
    --running;
    if (to - from + 1 > blocks) throw error;
    const logs: number[] = [];
    for (let block = Math.ceil(from / 100) * 100; block <= to; block += 100) logs.push(block);
    if (logs.length > results) throw error;
    return logs;
  };
  return { asked, query, most: () => most };
};
const hundreds = (last: number) => Array.from({ length: last / 100 + 1 }, (_, index) => index * 100);

describe("queryLogs", () => {
  it("asks once where the node answers", async () => {
    const { asked, query } = nodeWith({});
    expect(await queryLogs(query, 150, 450)).to.deep.equal([200, 300, 400]);
    expect(asked).to.deep.equal([[150, 450]]);
  });

  it("asks for nothing where there is no block", async () => {
    const { asked, query } = nodeWith({});
    expect(await queryLogs(query, 10, 9)).to.deep.equal([]);
    expect(asked).to.deep.equal([]);
  });

  for (const blocks of [1, 10, 100, 499, 500, 5_000]) {
    it(`misses none, and keeps the order, at a node that gives ${blocks} blocks at once`, async () => {
      const { query, most } = nodeWith({ blocks });
      expect(await queryLogs(query, 0, 10_000)).to.deep.equal(hundreds(10_000));
      expect(most()).to.be.greaterThan(1).and.at.most(4);
    });
  }

  it("misses none at a node that gives three logs at once", async () => {
    const { query } = nodeWith({ results: 3, error: told(-32005, "query returned more than 3 results") });
    expect(await queryLogs(query, 0, 10_000)).to.deep.equal(hundreds(10_000));
  });

  for (const error of [told(-32000, "nope"), told(-32603, "Internal error"), told(-32600, "invalid")]) {
    it(`asks for shorter ranges at a node that says "${error.message}"`, async () => {
      const { query } = nodeWith({ blocks: 10, error });
      expect(await queryLogs(query, 0, 1_000)).to.deep.equal(hundreds(1_000));
    });
  }

  it("keeps to what works: few requests fail", async () => {
    const { asked, query } = nodeWith({ blocks: 1_000 });
    await queryLogs(query, 0, 100_000);
    // 100 are needed; the length that works may be half of what would.
    expect(asked.length).to.be.lessThan(250);
    expect(asked.filter(([from, to]) => to - from + 1 > 1_000).length).to.be.lessThan(20);
  });

  it("tries longer ranges again once a crowded place is behind", async () => {
    const asked: number[] = [];
    const query = (from: number, to: number): Promise<never[]> => {
      asked.push(to - from + 1);
      return from < 1_000 && to - from >= 10
        ? Promise.reject(told(-32005, "more than 10 results"))
        : Promise.resolve([]);
    };
    await queryLogs(query, 0, 100_000);
    expect(Math.max(...asked.slice(-8))).to.be.greaterThan(5_000);
    expect(asked.length).to.be.lessThan(400);
  });

  it("halves a range that takes too long, and gives up where short ones take as long", async () => {
    const slow = Object.assign(new Error("timed out"), { code: "UND_ERR_HEADERS_TIMEOUT" });
    const { query } = nodeWith({ blocks: 300, error: slow });
    expect(await queryLogs(query, 0, 1_000)).to.deep.equal(hundreds(1_000));
    const dead = nodeWith({ blocks: 0, error: slow });
    expect(await rejectionOf(queryLogs(dead.query, 0, 1_000_000))).to.have.property("trouble", "timeout");
    expect(dead.asked.length).to.be.lessThan(10);
  });

  const hopeless: [name: string, error: Error][] = [
    ["nobody is there", Object.assign(new Error("refused"), { code: "ECONNREFUSED" })],
    ["the history was thrown away", told(4444, "pruned history unavailable")],
    ["the node lags", told(-32000, "header not found")],
    ["the method is not offered", told(-32601, "method not found")],
  ];
  for (const [name, error] of hopeless) {
    it(`does not halve where ${name}`, async () => {
      const { asked, query } = nodeWith({ blocks: 0, error });
      const thrown = await rejectionOf(queryLogs(query, 0, 1_000));
      expect(thrown).to.be.instanceOf(UnreadableError);
      expect(thrown.message).to.contain("blocks 0 to 1000").and.to.contain(error.message);
      expect(asked.length).to.equal(1);
    });
  }

  it("says which block is missing where the length cannot be the reason", async () => {
    const { query } = nodeWith({ blocks: 0, error: told(-32000, "nope") });
    const error = await rejectionOf(queryLogs(query, 0, 1_000));
    expect(error).to.be.instanceOf(UnreadableError);
    expect(error.message).to.equal("The chain could not be read (logs of block 0): nope.");
  });

  it("leaves a mistake of ours as it is", async () => {
    const bug = new TypeError("bug");
    expect(await rejectionOf(queryLogs(() => Promise.reject(bug), 0, 1_000))).to.equal(bug);
  });

  it("tells how far it has come", async () => {
    const told: LogProgress[] = [];
    await queryLogs(nodeWith({ blocks: 100 }).query, 1, 1_000, (progress) => told.push(progress));
    expect(told.at(-1)).to.deep.equal({ read: 1_000, total: 1_000 });
    expect(told.map(({ read }) => read)).to.deep.equal([...told.map(({ read }) => read)].sort((a, b) => a - b));
  });
});

describe("queryLogsBack", () => {
  const NEWEST = 1_000_000;
  /** Until a log of block 990,000 is found. */
  const isEnough = (logs: readonly number[]) => logs.includes(990_000);

  it("asks for ranges that grow, from the newest block back, until it is enough, and keeps the order", async () => {
    const { asked, query } = nodeWith({});
    const logs = await queryLogsBack(query, NEWEST, isEnough);
    expect(asked).to.deep.equal([
      [998_001, 1_000_000],
      [994_001, 998_000],
      [986_001, 994_000],
    ]);
    expect(logs).to.deep.equal(hundreds(NEWEST).filter((block) => block > 986_000));
  });

  it("reads everything where it is never enough", async () => {
    const { query } = nodeWith({});
    expect(await queryLogsBack(query, 10_000, () => false)).to.deep.equal(hundreds(10_000));
    expect(await queryLogsBack(query, 0, () => false)).to.deep.equal([0]);
  });

  it("misses none at a node that gives 10 blocks at once, and finds that limit once", async () => {
    const { asked, query } = nodeWith({ blocks: 10 });
    const logs = await queryLogsBack(query, NEWEST, isEnough);
    expect(logs).to.deep.equal(hundreds(NEWEST).filter((block) => block > 986_000));
    // 1,400 are needed at least; the length that works may be half of what would.
    expect(asked.length).to.be.lessThan(3_000);
    expect(asked.filter(([from, to]) => to - from + 1 > 20).length).to.be.lessThan(10);
    expect(Math.min(...asked.map(([from]) => from))).to.equal(986_001);
  });

  it("tells how far it has come, and that it may end earlier", async () => {
    const { query } = nodeWith({});
    const told: LogProgress[] = [];
    await queryLogsBack(query, NEWEST, isEnough, (progress) => told.push(progress));
    const of = { total: NEWEST + 1, mayEndEarlier: true };
    expect(told).to.deep.equal([2_000, 6_000, 14_000].map((read) => ({ read, ...of })));
  });
});
