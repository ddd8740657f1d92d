import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { Outbox, type Deliver } from "../../../src/watch/outbox.js";
import type { WatchEvent } from "../../../src/watch/types.js";
import { parseWebhook, postEvent } from "../../../src/watch/webhook.js";

describe("a webhook", () => {
  const EVENT: WatchEvent = { id: "0x12", kind: "state", text: "Governance went on.", block: 7 };
  const SECRET = "T0KEN";
  let server: Server;
  let answers: number[];
  let bodies: string[];
  const urlOf = () => parseWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/${SECRET}`);
  const post = (url = urlOf()) =>
    postEvent({ url, about: { dao: "a", chain: 1 } }, EVENT, { fetch, wait: () => Promise.resolve() });

  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        bodies.push(body);
        response.writeHead(answers.shift() ?? 200, { location: "http://127.0.0.1:1/" }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => server.close());
  beforeEach(() => {
    answers = [];
    bodies = [];
  });

  it("is asked again where that may help, with the same identifier", async () => {
    answers = [500, 429];
    expect(await post()).to.equal(undefined);
    expect(bodies).to.have.length(3);
    expect(JSON.parse(bodies[2] ?? "")).to.deep.include({ ...EVENT, dao: "a", chain: 1, content: EVENT.text });
  });

  it("is given up where it refuses, sends on, or is not there; what is said has no key in it", async () => {
    answers = [403];
    const refused = await post();
    expect(refused?.reason).to.match(/^127\.0\.0\.1:\d+ answers 403$/);
    expect(refused?.isRefused).to.equal(true);
    answers = [302];
    expect((await post())?.reason).to.match(/answers 302$/);
    expect(bodies).to.have.length(2);
    const nobody = await post(parseWebhook(`http://127.0.0.1:1/${SECRET}`));
    expect(nobody).to.deep.equal({ reason: "127.0.0.1:1 does not answer", isRefused: false });
    expect(() => parseWebhook(`ftp://${SECRET}`))
      .to.throw()
      .with.property("message")
      .that.does.not.contain(SECRET);
  });
});

describe("what a webhook has not taken", () => {
  const eventOf = (number: number): WatchEvent => ({
    id: `0x${number}`,
    kind: "state",
    text: `${number}`,
    block: number,
  });
  const events = (count: number) => Array.from({ length: count }, (_, number) => eventOf(number));

  async function send(outbox: Outbox, times = 1): Promise<void> {
    for (let round = 0; round < times; ++round) {
      outbox.send(() => false);
      await outbox.settle();
    }
  }

  it("is not held back by one event that is refused, which is given up and told", async () => {
    const [taken, complaints]: [string[], string[]] = [[], []];
    const deliver: Deliver = ({ text }) => {
      if (text === "0") return Promise.resolve({ reason: "it answers 400", isRefused: true });
      taken.push(text);
      return Promise.resolve(undefined);
    };
    const outbox = new Outbox(events(3), deliver, (sentence) => complaints.push(sentence));
    await send(outbox, 2);
    expect(taken.slice(0, 2)).to.deep.equal(["1", "2"]);
    expect(taken[2]).to.match(
      /^The webhook has refused an event \(state\) of block 0, which is left out: it answers 400/,
    );
    expect(outbox.events).to.deep.equal([]);
    expect(complaints).to.include(taken[2]);
  });

  it("is reported as left out also where the keeper did it, and a report that is refused makes no other", async () => {
    const complaints: string[] = [];
    const deliver: Deliver = ({ kind }) =>
      Promise.resolve(kind === "keeper" ? { reason: "it answers 400", isRefused: true } : undefined);
    const [sent, ...others] = events(4);
    if (sent === undefined) throw new Error("too few events");
    const outbox = new Outbox([{ ...sent, kind: "keeper" }], deliver, (sentence) => complaints.push(sentence));
    for (const other of others) {
      outbox.add([other]);
      await send(outbox, 2);
    }
    expect(complaints.filter((text) => text.includes("left out"))).to.deep.equal([
      "The webhook has refused an event (keeper) of block 0, which is left out: it answers 400.",
    ]);
    expect(outbox.events).to.deep.equal([]);
  });

  it("is kept, all of it and in its order, however long the server refuses whatever it is sent", async () => {
    let isOut = true;
    let asked = 0;
    const taken: string[] = [];
    const deliver: Deliver = ({ text }) => {
      ++asked;
      if (!isOut) taken.push(text);
      return Promise.resolve(isOut ? { reason: "it answers 403", isRefused: true } : undefined);
    };
    const outbox = new Outbox(events(25), deliver, () => undefined);
    await send(outbox);
    expect(asked, "a round ends after ten refusals").to.equal(10);
    await send(outbox, 20);
    expect(outbox.events).to.deep.equal(events(25));
    isOut = false;
    await send(outbox);
    expect(taken).to.deep.equal(events(25).map(({ text }) => text));
  });

  it("is not held back by many events that are refused, each of which is refused twice before it is left out", async () => {
    const taken: string[] = [];
    const refusals = new Map<string, number>();
    const deliver: Deliver = ({ text }) => {
      if (Number(text) < 15) {
        refusals.set(text, (refusals.get(text) ?? 0) + 1);
        return Promise.resolve({ reason: "it answers 400", isRefused: true });
      }
      taken.push(text);
      return Promise.resolve(undefined);
    };
    const outbox = new Outbox(events(20), deliver, () => undefined);
    await send(outbox, 4);
    expect(taken.slice(0, 5)).to.deep.equal(["15", "16", "17", "18", "19"]);
    expect(outbox.events).to.deep.equal([]);
    expect(refusals.size).to.equal(15);
    expect(Math.min(...refusals.values())).to.be.at.least(2);
    expect(taken).to.have.length(20);
  });

  it("is sent in its order once the webhook is up, and what was too much is told as dropped", async () => {
    let isUp = false;
    const [taken, complaints]: [string[], string[]] = [[], []];
    const deliver: Deliver = ({ text }) => {
      if (isUp) taken.push(text);
      return Promise.resolve(isUp ? undefined : { reason: "it is down", isRefused: false });
    };
    const outbox = new Outbox([], deliver, (sentence) => complaints.push(sentence));
    outbox.add(events(1_002));
    await send(outbox, 2);
    isUp = true;
    await send(outbox);
    expect(taken.slice(0, 2)).to.deep.equal(["3", "4"]);
    expect(complaints).to.deep.equal([
      "The webhook has not taken 3 events of blocks 0 to 2 for so long that they were dropped.",
      "The webhook has not taken every event yet: it is down.",
      "The webhook takes events again.",
    ]);
    expect(taken.at(-1)).to.equal(complaints[0]);
  });
});
