import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import type { NetworkConnection } from "hardhat/types/network";

import { UnreadableError } from "../../../src/protocol/errors.js";
import { createHre } from "../../helpers/localNode.js";
import { rejectionOf } from "../../helpers/rejection.js";

type Fault = (response: ServerResponse, id: number) => void;

const CONTRACT = "0x1234567890123456789012345678901234567890";
const ASK = { method: "eth_call", params: [{ to: CONTRACT, data: "0x12345678" }, "latest"] };

const json = (response: ServerResponse, body: object): void => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", ...body }));
};
const status =
  (code: number, headers: Record<string, string> = {}): Fault =>
  (response) => {
    response.writeHead(code, headers);
    response.end("<html><body>execution reverted</body></html>");
  };
const error =
  (code: number, message: string): Fault =>
  (response, id) => {
    json(response, { id, error: { code, message } });
  };

/** How a node, or what stands before it, breaks down for a moment. */
const FAULTS: readonly [name: string, fault: Fault, words: RegExp][] = [
  ["an error page", status(500), /500/],
  ["a gateway's error page", status(502), /502/],
  ["a page that is no answer", status(200), /Invalid JSON-RPC response/],
  ["a connection that breaks", (response) => void response.socket?.destroy(), /socket|closed/],
  ["half an answer", (response) => void response.end('{"jsonrpc":"2.0","id":1,"resu'), /Invalid JSON-RPC response/],
  ["a limit", error(-32005, "limit exceeded"), /limit exceeded/],
  ["a lag", error(-32000, "header not found"), /header not found/],
  ["an internal error", error(-32603, "Internal error"), /Internal error/],
  [
    "a result cut off",
    (response, id) => {
      json(response, { id, result: "0x123" });
    },
    /a part of one/,
  ],
];

describe("a network of Hardhat's", () => {
  let server: Server;
  let connection: NetworkConnection;
  /** What the next requests meet. */
  let faults: Fault[] = [];
  let lasting: Fault | undefined;
  const asked: string[] = [];

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { id, method } = JSON.parse(Buffer.concat(chunks).toString()) as { id: number; method: string };
        // Hardhat wants to know who might be asking.
        if (method === "eth_accounts") {
          json(response, { id, result: [] });
          return;
        }
        asked.push(method);
        const fault = faults.shift() ?? lasting;
        if (fault === undefined) json(response, { id, result: "0xabcd" });
        else fault(response, id);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    connection = await (await createHre(`http://127.0.0.1:${port}`)).network.create();
  });

  after(async () => {
    await connection.close();
    await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(() => {
    faults = [];
    lasting = undefined;
    asked.length = 0;
  });

  for (const [name, fault, words] of FAULTS) {
    it(`is asked again after ${name}`, async () => {
      faults = [fault];
      expect(await connection.provider.request(ASK)).to.equal("0xabcd");
      expect(asked).to.deep.equal(["eth_call", "eth_call"]);
    });

    it(`says what was asked for, and ${name}, where that lasts`, async () => {
      lasting = fault;
      const thrown = await rejectionOf(connection.provider.request(ASK));
      expect(thrown).to.be.instanceOf(UnreadableError);
      expect(thrown.message).to.contain(`eth_call of ${CONTRACT}, 0x12345678`).and.to.match(words);
      // TRIBUNE_RETRY_DELAYS has two delays here.
      expect(asked.length).to.equal(3);
    });
  }

  it("waits no longer than Hardhat does for a node that wants it to", async () => {
    lasting = status(429, { "retry-after": "60" });
    expect(await rejectionOf(connection.provider.request(ASK))).to.have.property("trouble", "busy");
    expect(asked.length).to.equal(1);
  });

  it("hands on a contract's revert", async () => {
    lasting = error(3, "execution reverted");
    expect(await rejectionOf(connection.provider.request(ASK))).to.include({ code: 3, message: "execution reverted" });
    expect(asked.length).to.equal(1);
  });

  it("sends a transaction once, whatever happens to it", async () => {
    for (const [, fault] of FAULTS.slice(0, 8)) {
      asked.length = 0;
      lasting = fault;
      await rejectionOf(connection.provider.request({ method: "eth_sendRawTransaction", params: ["0x12"] }));
      expect(asked).to.deep.equal(["eth_sendRawTransaction"]);
    }
  });
});
