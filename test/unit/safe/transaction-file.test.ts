import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { ZeroHash } from "ethers";

import { readTransactionFile, writeTransactionFile, type TransactionFile } from "../../../src/safe/transactionFile.js";
import { rejectionOf } from "../../helpers/rejection.js";

const ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

const file: TransactionFile = {
  format: 1,
  kind: "safe-transaction",
  description: "calls somebody",
  chainId: 31337,
  safe: ADDRESS,
  nonce: 2n ** 256n - 1n,
  to: ADDRESS,
  value: 10n ** 18n,
  data: "0x12",
  operation: "call",
  safeTxHash: ZeroHash,
  signatures: [{ owner: ADDRESS, signature: `0x${"ab".repeat(65)}` }],
};

describe("a transaction's file", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "tribune-"))));
  after(() => rm(folder, { recursive: true }));

  it("is read as it was written", async () => {
    const name = path.join(folder, "motion.json");
    await writeTransactionFile(name, file);
    expect(await readTransactionFile(name)).to.deep.equal(file);
    expect(JSON.parse(await readFile(name, "utf8"))).to.include({ value: "1000000000000000000" });
  });

  const malformed: [what: string, change: Record<string, unknown>, place: string][] = [
    ["a delegatecall", { operation: "delegatecall" }, "operation"],
    ["another format", { format: 2 }, "format"],
    ["an address with a wrong checksum", { to: ADDRESS.replace("f39F", "F39f") }, "to"],
    ["a negative value", { value: "-1" }, "value"],
    ["a value as a number, which readers round", { value: 1 }, "value"],
    ["a number beyond 256 bits", { nonce: (2n ** 256n).toString() }, "nonce"],
    ["half a byte", { data: "0x123" }, "data"],
    ["a short hash", { safeTxHash: "0x12" }, "safeTxHash"],
    ["a short signature", { signatures: [{ owner: ADDRESS, signature: "0x12" }] }, "signatures.0.signature"],
  ];
  for (const [what, change, place] of malformed) {
    it(`is refused with ${what}`, async () => {
      const name = path.join(folder, "malformed.json");
      const text = { ...file, nonce: "0", value: "0", ...change };
      await writeFile(name, JSON.stringify(text));
      const { message } = await rejectionOf(readTransactionFile(name));
      expect(message).to.contain(`has written; it differs at: ${place}.`);
    });
  }

  it("is refused with fields nobody knows, if it is no JSON, and if it does not exist", async () => {
    const name = path.join(folder, "other.json");
    await writeFile(name, JSON.stringify({ ...file, nonce: "0", value: "0", safeTxGas: 1 }));
    expect((await rejectionOf(readTransactionFile(name))).message).to.contain("is no transaction");
    await writeFile(name, "{");
    expect((await rejectionOf(readTransactionFile(name))).message).to.contain("is no JSON");
    const nowhere = path.join(folder, "nowhere.json");
    expect((await rejectionOf(readTransactionFile(nowhere))).message).to.equal(`${nowhere} does not exist.`);
    expect((await rejectionOf(readTransactionFile(folder))).message).to.contain("cannot be read");
  });
});
