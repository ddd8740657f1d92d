import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import { checkIdentities, readIdentities } from "../../../src/power/identities.js";
import { SentenceError } from "../../../src/protocol/errors.js";
import { inventAccount } from "../../../src/rehearsal/snapshot.js";
import { rejectionOf } from "../../helpers/rejection.js";

const [alice, bob] = [inventAccount("alice"), inventAccount("bob")];

describe("identities", () => {
  let folder: string;
  const file = () => path.join(folder, "who.json");
  const read = async (content: string) => {
    await writeFile(file(), content);
    return await readIdentities(file());
  };

  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "tribune-"))));
  after(() => rm(folder, { recursive: true }));

  it("are read from a file, by account", async () => {
    const identities = await read(JSON.stringify({ Carol: [alice, bob.toLowerCase()] }));
    expect([...identities]).to.deep.equal([
      [alice, "Carol"],
      [bob, "Carol"],
    ]);
  });

  for (const [what, content, words] of [
    ["no JSON", "{", /cannot be read as JSON/],
    ["an address with a wrong checksum", `{"A":["${alice.toLowerCase().replace("0x", "0X")}"]}`, /A\.0: is no address/],
    ["one account of two entities", JSON.stringify({ A: [alice], B: [alice] }), /is both A and B/],
    ["something else than lists", '{"A":1}', /A: .*Right is/],
  ] as const) {
    it(`are refused in a sentence where the file has ${what}`, async () => {
      const error = await rejectionOf(read(content));
      expect(error).to.be.instanceOf(SentenceError);
      expect(error.message).to.match(words);
    });
  }

  it("are refused where they name accounts of which nothing is known", () => {
    const identities = new Map([
      [alice, "Alice"],
      [bob, "Bob\u202e"],
    ]);
    const known = [{ address: alice, name: "voter 0" }];
    expect(() => {
      checkIdentities(identities, known);
    })
      .to.throw(SentenceError)
      .with.property("message")
      .that.contains(`${bob}, of Bob\\u{202e}`)
      .and.does.not.contain(alice);
  });
});
