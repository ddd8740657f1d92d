import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import standard from "../../../config/default.js";
import { daoIdOf, loadDao } from "../../../src/config/load.js";
import { ConfigError, parseDao } from "../../../src/config/parse.js";
import { SentenceError } from "../../../src/protocol/errors.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("loadDao", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "tribune-"))));
  after(async () => {
    await rm(folder, { recursive: true });
  });

  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return file;
  };

  it("reads TypeScript", async () => {
    const { id, config, definition } = await loadDao("config/default.ts");
    expect(id).to.equal("default");
    expect(definition).to.deep.equal(standard);
    expect(config).to.deep.equal(parseDao(standard, "test"));
  });

  it("reads JSON", async () => {
    const { id, config } = await loadDao(await write("my-dao.json", JSON.stringify(standard)));
    expect(id).to.equal("my-dao");
    expect(config).to.deep.equal(parseDao(standard, "test"));
  });

  const cases: [what: string, name: string, text: string | undefined, sentence: string][] = [
    ["a file that does not exist", "missing.ts", undefined, "does not exist"],
    ["a folder", ".", undefined, "give a .ts, .js or .json file"],
    ["another kind of file", "dao.yaml", "name: x", "give a .ts, .js or .json file"],
    ["malformed JSON", "broken.json", "{", "cannot be read: Expected property name"],
    ["malformed TypeScript", "broken.ts", "export default {", "cannot be read: "],
    ["a file that throws", "throws.ts", 'throw new Error("not today");', "cannot be read: not today"],
    ["a file without default export", "empty.ts", "export const dao = {};", "exports nothing by default"],
  ];
  for (const [what, name, text, sentence] of cases) {
    it(`tells of ${what} in a sentence`, async () => {
      const file = text === undefined ? path.join(folder, name) : await write(name, text);
      const error = await rejectionOf(loadDao(file));
      expect(error).to.be.instanceOf(SentenceError);
      expect(error.message).to.contain(file).and.to.contain(sentence).and.not.to.contain("\n");
    });
  }

  it("tells what is wrong inside, under the name of the file", async () => {
    const file = await write("wrong.json", JSON.stringify({ ...standard, name: 7 }));
    const error = await rejectionOf(loadDao(file));
    expect(error).to.be.instanceOf(ConfigError);
    expect(error.message).to.equal(`${file} has a problem:\n  - name: must be text`);
  });

  it("refuses a name that cannot name a deployment", () => {
    expect(() => daoIdOf("config/my dao.ts")).to.throw(SentenceError, '"my dao" cannot name a deployment');
    expect(daoIdOf("config/My_DAO-2.ts")).to.equal("My_DAO-2");
    expect(daoIdOf("default")).to.equal("default");
  });
});
