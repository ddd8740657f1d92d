import { expect } from "chai";

import { queryLogs } from "../../../src/protocol/logs.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("queryLogs", () => {
  /** A node that finds more than `limit` blocks too many, with a log in every hundredth block. */
  const nodeWith = (limit: number) => {
    const asked: [number, number][] = [];
    const query = (from: number, to: number): Promise<number[]> => {
      asked.push([from, to]);
      if (to - from + 1 > limit) return Promise.reject(new Error("range too long"));
      const blocks = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      return Promise.resolve(blocks.filter((block) => block % 100 === 0));
    };
    return { asked, query };
  };

  it("asks once where the node answers", async () => {
    const { asked, query } = nodeWith(10_000);
    expect(await queryLogs(query, 150, 450)).to.deep.equal([200, 300, 400]);
    expect(asked).to.deep.equal([[150, 450]]);
  });

  it("asks for shorter ranges where it must, misses none and keeps the order", async () => {
    const { query } = nodeWith(1_000);
    const expected = Array.from({ length: 101 }, (_, index) => index * 100);
    expect(await queryLogs(query, 0, 10_000)).to.deep.equal(expected);
  });

  it("gives up where the range cannot be the reason", async () => {
    const { asked, query } = nodeWith(0);
    expect((await rejectionOf(queryLogs(query, 0, 1_000))).message).to.equal("range too long");
    expect(asked.length).to.be.lessThan(5);
  });
});
