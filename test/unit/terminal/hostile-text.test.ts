import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { AbiCoder, concat, id, toBeHex, ZeroAddress, ZeroHash } from "ethers";
import colors from "picocolors";

import standard from "../../../config/default.js";
import { loadDao } from "../../../src/config/load.js";
import { parseDao } from "../../../src/config/parse.js";
import { describeDifferences } from "../../../src/deployment/configDifference.js";
import { renderReport } from "../../../src/deployment/renderDeployment.js";
import { compareAll } from "../../../src/deployment/verify/finding.js";
import { SentenceError, sentences } from "../../../src/protocol/errors.js";
import { judgeFailure } from "../../../src/protocol/failure.js";
import { renderRehearsal } from "../../../src/rehearsal/renderRehearsal.js";
import { judge } from "../../../src/rehearsal/judge.js";
import { refused } from "../../../src/rehearsal/rehearsalFacts.js";
import { parseFile, settleSchema } from "../../../src/rehearsal/rehearsalFiles.js";
import { describeRevert } from "../../../src/rehearsal/revert.js";
import { explainCall, explainRefusal } from "../../../src/protocol/explain.js";
import { renderReview, renderTransaction } from "../../../src/safe/renderSafe.js";
import { readTransactionFile, type TransactionFile } from "../../../src/safe/transactionFile.js";
import { openOutput, writeText } from "../../../src/terminal/output.js";
import { withSentences } from "../../../tasks/withSentences.js";
import { TribuneGovernor__factory } from "../../../types/index.js";
import { captureOutput } from "../../helpers/captureOutput.js";
import { nodeError } from "../../helpers/failingProvider.js";
import { HOSTILE, HOSTILE_SHOWN } from "../../helpers/hostile.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { FACTS, OBSERVED, WALK } from "../rehearsal/facts.js";

/** The bytes that reach the terminal. */
async function printed(text: string): Promise<string> {
  const { stdout } = await captureOutput(() => {
    openOutput(undefined).print(text);
    return Promise.resolve();
  });
  return stdout;
}

/** Printed without a sign that acts or is not seen, and in so many lines. */
async function expectHarmless(text: string, lines: number): Promise<void> {
  const bytes = await printed(text);
  expect(bytes).to.match(/^[\n\x20-\x7e─-╿↳…√→·–×²]*$/u);
  expect(bytes.trimEnd().split("\n"), bytes).to.have.lengthOf(lines);
}

describe("text of somebody else", () => {
  it("is shown, not obeyed, even where it reaches the terminal by mistake", async () => {
    expect(await printed(`title: ${HOSTILE}`)).to.equal(`title: ${HOSTILE_SHOWN.replace("\\n", "\n")}\n`);
    expect(await printed(colors.createColors(true).red(HOSTILE))).not.to.contain("\u001b");
  });

  it("is one line of an error, and of a list of sentences", () => {
    expect(sentences(HOSTILE, [HOSTILE])).to.equal(`${HOSTILE_SHOWN}\n  - ${HOSTILE_SHOWN}`);
    expect(new SentenceError(`no: \r\u202e`).message).to.equal("no: \\r\\u{202e}");
  });

  it("is shown in what a node, or a library, says went wrong", async () => {
    const cause = new Error(HOSTILE);
    const error = await rejectionOf(withSentences(() => Promise.reject(new TypeError(HOSTILE, { cause }))));
    for (const text of [error.message, error.stack, cause.message, cause.stack]) {
      expect(text)
        .to.contain(HOSTILE_SHOWN.replace("\\n", "\n"))
        .and.not.to.match(/[\p{Cf}\r]/u);
      expect(text).not.to.contain("\u001b");
    }
  });

  it("is one line in names of files", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    const file = path.join(folder, `${HOSTILE.replaceAll("/", "")}.json`);
    const shown = `${HOSTILE_SHOWN}.json`;
    for (const failing of [loadDao(file), readTransactionFile(file)]) {
      expect((await rejectionOf(failing)).message).to.equal(`${folder}/${shown} does not exist.`);
    }
    expect((await rejectionOf(writeText(path.join(file, "x"), ""))).message).to.match(/^[\x20-\x7e]*$/);
    expect(() => openOutput(path.join(file, "x.json"))).to.throw(`there is no folder ${folder}/${shown}`);
    expect(() => parseFile(settleSchema, "{", HOSTILE)).to.throw(`${HOSTILE_SHOWN} is no JSON`);
    expect(() => parseFile(settleSchema, JSON.stringify([{ [HOSTILE]: 1 }]), HOSTILE))
      .to.throw(SentenceError)
      .with.property("message")
      .that.matches(/^[\n\x20-\x7e]*$/);
    await rm(folder, { recursive: true });
  });

  describe("in a configuration", () => {
    const problemsOf = (change: object): string => {
      try {
        parseDao({ ...standard, ...change }, "config/dao.ts");
      } catch (error) {
        if (error instanceof SentenceError) return error.message;
      }
      throw new Error("it was accepted");
    };

    it("is one line of the problems", () => {
      expect(problemsOf({ [HOSTILE]: 1 })).to.contain(`  - ${HOSTILE_SHOWN}: is not known`);
      expect(problemsOf({ vault: { kind: "erc4626", address: HOSTILE } })).to.contain(
        `"${HOSTILE_SHOWN}" is not an address`,
      );
    });

    it("is refused in names that would go on a chain", () => {
      expect(problemsOf({ name: "DAO\u202e" })).to.contain('name: "DAO\\u{202e}" holds characters that nobody sees');
      const token = { ...standard.token, name: "Token\u200b", symbol: "T\u200b" };
      expect(problemsOf({ token }))
        .to.contain('token.name: "Token\\u{200b}" holds')
        .and.to.contain("token.symbol: must not hold characters that nobody sees");
    });

    it("is one line where two of them differ", () => {
      expect(sentences("They differ:", describeDifferences({ name: HOSTILE }, { name: "DAO" }))).to.equal(
        `They differ:\n  - name: "${HOSTILE_SHOWN}" there, "DAO" here`,
      );
    });
  });

  it("is one line of what a deployment found on the chain", async () => {
    const report = await compareAll([
      { subject: "token, name", actual: () => Promise.resolve(HOSTILE), expected: "Token" },
      { subject: "vault, name", actual: () => Promise.reject(nodeError(-32000, HOSTILE)), expected: "Vault" },
    ]);
    expect(report.unread.map(({ subject }) => subject)).to.deep.equal(["vault, name"]);
    const findings = [...report.findings, ...report.unread].map((one) => ({ ...one, severity: "warning" as const }));
    await expectHarmless(renderReport({ ...report, findings }), 4);
    expect(renderReport({ ...report, findings })).to.contain(`token, name is ${HOSTILE_SHOWN}, should be Token`);
  });

  describe("in what committees sign", () => {
    const governor = TribuneGovernor__factory.createInterface();
    const call = (description: string) => ({
      target: ZeroAddress,
      value: 0n,
      data: governor.encodeFunctionData("propose", [[ZeroAddress], [0n], ["0x"], description]),
    });
    const fileOf = (description: string): TransactionFile => ({
      format: 1,
      kind: "safe-transaction",
      description: explainCall(call(description)),
      chainId: 1,
      safe: ZeroAddress,
      nonce: 0n,
      to: ZeroAddress,
      value: 0n,
      data: call(description).data,
      operation: "call",
      safeTxHash: ZeroHash,
      signatures: [],
    });

    it("is quoted in the words of a call, so that it cannot pass for another argument", () => {
      expect(explainCall(call(HOSTILE))).to.contain(`description = "${HOSTILE_SHOWN}")`);
      expect(explainCall(call('x", value = "0'))).to.contain('description = "x\\", value = \\"0")');
    });

    it("adds no line to a review, and hides none", async () => {
      const lines = renderTransaction(fileOf("harmless")).split("\n").length;
      await expectHarmless(renderTransaction(fileOf(HOSTILE)), lines);
      const safe = { kind: "safe", version: HOSTILE, threshold: 1, owners: [], modules: [], guard: undefined } as never;
      const file = fileOf(HOSTILE);
      await expectHarmless(
        renderReview({ file, transaction: {} as never, safe, signatures: [], departed: [], warnings: [] }),
        lines + 1,
      );
    });

    it("leaves no byte of a call out of the review, also inside another call", () => {
      const unknown = `0x${"ab".repeat(5_000)}`;
      const outer = {
        target: ZeroAddress,
        value: 0n,
        data: concat([
          id("executeBatch(address[],uint256[],bytes[],bytes32,bytes32)").slice(0, 10),
          AbiCoder.defaultAbiCoder().encode(
            ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"],
            [[ZeroAddress], [0n], [unknown], ZeroHash, ZeroHash],
          ),
        ]),
      };
      expect(explainCall(outer)).to.contain(`5000 bytes that no contract of Tribune understands, ${unknown}`);
    });

    it("is shown as it is where it does not fit the function that it begins with, or the error", () => {
      const setGate = id("setGate(address)").slice(0, 10);
      const text = concat([toBeHex(32, 32), toBeHex(1, 32), `0xff${"00".repeat(31)}`]);
      for (const data of [setGate, concat([setGate, `0x${"ff".repeat(32)}`])]) {
        expect(explainCall({ target: ZeroAddress, value: 0n, data })).to.contain(
          `no contract of Tribune understands, ${data}`,
        );
      }
      const error = id("Error(string)").slice(0, 10);
      for (const data of [error, concat([error, `0x${"ff".repeat(32)}`]), concat([error, text])]) {
        expect(explainRefusal({ kind: "reverted", data })).to.equal(`it reverts with ${data}`);
      }
    });

    it("is shown in part in why a call fails, however long it is, and with how much there is", () => {
      const unknown = `0x${"ab".repeat(5_000)}`;
      expect(explainRefusal({ kind: "reverted", data: unknown })).to.equal(
        `it reverts with 0x${"ab".repeat(128)}… (5000 bytes)`,
      );
      const words = "why not? ".repeat(10_000);
      const encoded = AbiCoder.defaultAbiCoder().encode(["string"], [words]);
      const data = concat([id("Error(string)").slice(0, 10), encoded]);
      expect(explainRefusal({ kind: "reverted", data })).to.equal(`${words.slice(0, 400)}… (90000 characters)`);
      expect(describeRevert(data, "")).to.equal(`"${words.slice(0, 400)}… (90000 characters)"`);
      const named = `reverted with custom error 'Long("${words}")'`;
      expect(describeRevert("0x12345678", named)).to.have.lengthOf.below(450);
    });

    it("is shown in why a call fails", () => {
      const data = concat([id("Error(string)").slice(0, 10), AbiCoder.defaultAbiCoder().encode(["string"], [HOSTILE])]);
      expect(explainRefusal({ kind: "reverted", data })).to.equal(HOSTILE_SHOWN);
      const busy = Object.assign(new Error("\u001b[2Jthe node is busy"), { code: -32000 });
      expect(judgeFailure(busy)).to.have.property("words", "\\u{1b}[2Jthe node is busy");
    });
  });

  it("makes no row of a rehearsal look like two", async () => {
    const build = (text: string) => {
      const facts = {
        ...FACTS,
        subject: { ...FACTS.subject, share: { ...FACTS.subject.share, symbol: text } },
        walk: { ...WALK, steps: [{ name: "claim", outcome: "refused" as const, told: text, after: 1n }] },
        observed: { ...OBSERVED, direct: { ...OBSERVED.direct, redeemed: refused<never>(text) } },
      };
      const reasons = [{ weight: "warning" as const, text }];
      return renderRehearsal({ ...facts, ...judge(FACTS), reasons, dao: null });
    };
    await expectHarmless(build(HOSTILE), build("harmless").split("\n").length);
  });
});
