import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import standard from "../../../config/default.js";
import { isAdopting } from "../../../src/config/schema.js";
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
    ["malformed JSON", "broken.json", '{\n  "name": }', "cannot be read: line 2, column 11: Unexpected"],
    [
      "malformed TypeScript",
      "broken.ts",
      "export default {\n  name: = 3,\n};",
      "cannot be read: line 2, column 9: Unexpected",
    ],
    [
      "malformed JavaScript",
      "broken.mjs",
      "export default {\n  name: = 3,\n};",
      "cannot be read: line 2, column 9: Unexpected",
    ],
    ["one that depends on its deployer", "recipe.mjs", "export default () => ({});", "depends on who deploys it"],
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

  it("tells which file has the mistake, if another one is imported", async () => {
    const other = await write("other.ts", "export const fee: string = ;");
    const file = await write("importing.ts", 'import { fee } from "./other.js";\nexport default { fee };');
    const { message } = await rejectionOf(loadDao(file));
    expect(message).to.contain(`${path.relative("", other)} cannot be read: line 1, column 28`);
    expect(message).to.contain(`(for ${file})`);
  });

  it("tells a configuration who deploys it, and keeps what it gives", async () => {
    const deployer = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    const { config, definition } = await loadDao("config/testnet.ts", () => Promise.resolve({ deployer }));
    if (isAdopting(config)) throw new Error("it founds a DAO");
    expect(config.token.allocations[0]?.holder).to.equal(deployer);
    expect(parseDao(definition, "test")).to.deep.equal(config);
  });

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
