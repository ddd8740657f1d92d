import { expect } from "chai";
import {
  concat,
  Contract,
  getBytes,
  keccak256,
  Signature,
  toBeHex,
  TypedDataEncoder,
  ZeroHash,
  type TypedDataField,
} from "ethers";
import { network } from "hardhat";

import { OFFICIAL_ABIS } from "../../../src/safe/artifacts.js";
import { executeTransaction } from "../../../src/safe/execute.js";
import type { Call } from "../../../src/protocol/calls.js";
import { prepareTransaction } from "../../../src/safe/prepare.js";
import { reviewTransaction } from "../../../src/safe/review.js";
import { addSignature, chooseOwner, signTransaction } from "../../../src/safe/sign.js";
import { renderReview } from "../../../src/safe/renderSafe.js";
import { joinConsents, preimageOf } from "../../../src/safe/signatures.js";
import { hashParts, NO_REFUND, toTypedData } from "../../../src/safe/transaction.js";
import { toJson } from "../../../src/terminal/output.js";
import { mergeTransactionFiles, type TransactionFile } from "../../../src/safe/transactionFile.js";
import { getActors } from "../../helpers/actors.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { callAs, createSafeOf } from "../../helpers/safe.js";

const { ethers, networkHelpers } = await network.create();
const { provider } = ethers;

const SENTINEL = "0x0000000000000000000000000000000000000001";

type Account = Awaited<ReturnType<typeof ethers.getSigners>>[number];

async function deploy() {
  const actors = await getActors(ethers, "alice", "bob", "carol", "stranger");
  const { alice, bob, carol } = actors;
  const safe = await createSafeOf([alice, bob, carol], 2);
  const address = await safe.getAddress();
  const target = await ethers.deployContract("RuleTargetMock", [address]);
  const to = await target.getAddress();
  const callRule = (rule: bigint): Call => ({
    target: to,
    value: 0n,
    data: target.interface.encodeFunctionData("setRule", [rule]),
  });
  const call = callRule(7n);
  const prepare = async (what = call, nonce?: bigint) =>
    (await prepareTransaction(address, what, provider, nonce)).file;
  return { ...actors, safe, address, target, callRule, call, prepare };
}
const fixture = () => networkHelpers.loadFixture(deploy);

async function sign(file: TransactionFile, ...accounts: readonly Account[]): Promise<TransactionFile> {
  let signed = file;
  for (const account of accounts) signed = await signTransaction(await reviewTransaction(signed, provider), account);
  return signed;
}

const execute = async (file: TransactionFile, sender: Account) =>
  executeTransaction(await reviewTransaction(file, provider), { provider, account: sender.address });

const sentenceOf = async (failing: Promise<unknown>): Promise<string> => {
  const error = await rejectionOf(failing);
  expect(error.name, error.stack).to.equal("SentenceError");
  return error.message;
};

describe("transactions of a Safe", () => {
  it("are prepared, signed by any two owners in any order, and sent by anybody", async () => {
    const { alice, bob, carol, stranger, target, safe, callRule, prepare } = await fixture();
    let rule = 0n;
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
      [carol, bob],
    ] as const) {
      const file = await sign(await prepare(callRule(++rule)), one, other);
      const { blockNumber } = await execute(file, stranger);
      expect(blockNumber).to.equal(await provider.getBlockNumber());
      expect(await target.rule()).to.equal(rule);
      expect(await safe.nonce()).to.equal(rule);
    }
  });

  it("pay what they say", async () => {
    const { alice, bob, stranger, address, prepare } = await fixture();
    await alice.sendTransaction({ to: address, value: 7n });
    const before = await provider.getBalance(stranger);
    await execute(await sign(await prepare({ target: stranger.address, value: 7n, data: "0x" }), alice, bob), alice);
    expect(await provider.getBalance(stranger)).to.equal(before + 7n);
  });

  it("have the hash that the Safe itself tells", async () => {
    const { safe, call, prepare } = await fixture();
    const { operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = NO_REFUND;
    const { target: to, value, data } = call;
    const zero = [operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver] as const;
    const { safeTxHash } = await prepare(call, 5n);
    expect(safeTxHash).to.equal(await safe.getTransactionHash(to, value, data, ...zero, 5n));
  });

  describe("prepareTransaction", () => {
    it("tells what the call does, and why it would fail now", async () => {
      const { alice, address, safe } = await fixture();
      const data = safe.interface.encodeFunctionData("changeThreshold", [9]);
      const { file, failure } = await prepareTransaction(address, { target: address, value: 0n, data }, provider);
      expect(file.description).to.equal(`calls changeThreshold(_threshold = 9) of the Safe at ${address}`);
      expect(failure).to.equal("GS201");
      expect(
        await sentenceOf(prepareTransaction(alice.address, { target: address, value: 0n, data }, provider)),
      ).to.contain("has no code");
    });

    it("refuses a number that is used up", async () => {
      const { alice, bob, prepare, call } = await fixture();
      await execute(await sign(await prepare(), alice, bob), alice);
      expect(await sentenceOf(prepare(call, 0n))).to.contain(
        "Number 0 is used up: the Safe's next transaction has number 1",
      );
    });
  });

  describe("signTransaction", () => {
    it("refuses who is no owner, and who has signed", async () => {
      const { alice, stranger, prepare } = await fixture();
      const file = await prepare();
      expect(await sentenceOf(sign(file, stranger))).to.contain(`${stranger.address} is no owner of the Safe`);
      expect(await sentenceOf(sign(file, alice, alice))).to.contain(`${alice.address} has signed this already`);
    });

    it("refuses a signature that is not the account's own", async () => {
      const { alice, bob, prepare } = await fixture();
      const review = await reviewTransaction(await prepare(), provider);
      const forger = Object.assign(Object.create(alice) as Account, {
        signTypedData: (...args: Parameters<Account["signTypedData"]>) => bob.signTypedData(...args),
      });
      expect(await sentenceOf(signTransaction(review, forger))).to.contain("gave a signature that is not its own");
    });
  });

  describe("chooseOwner", () => {
    it("finds the one account that may sign, and asks where there are several", async () => {
      const { alice, bob, carol, stranger, prepare } = await fixture();
      const file = await prepare();
      const review = await reviewTransaction(file, provider);
      expect(await chooseOwner([stranger, bob], review, undefined)).to.equal(bob);
      expect(await chooseOwner([alice, bob, carol], review, carol.address)).to.equal(carol);
      expect(await sentenceOf(chooseOwner([alice, bob], review, undefined))).to.contain("choose one with --owner");
      expect(await sentenceOf(chooseOwner([alice], review, bob.address))).to.contain(`has no account ${bob.address}`);
      expect(await sentenceOf(chooseOwner([stranger], review, undefined))).to.contain("None of the network's accounts");

      const signed = await reviewTransaction(await sign(file, alice), provider);
      expect(await chooseOwner([alice, bob], signed, undefined)).to.equal(bob);
      expect(await sentenceOf(chooseOwner([alice], signed, undefined))).to.contain("signed this already");
    });
  });

  describe("reviewTransaction", () => {
    const changes: [what: string, change: (file: TransactionFile) => Partial<TransactionFile>, sentence: string][] = [
      ["target", () => ({ to: SENTINEL }), "the hash of its transaction is"],
      ["value", () => ({ value: 1n }), "the hash of its transaction is"],
      ["calldata", ({ data }) => ({ data: `${data.slice(0, -2)}ff` }), "the hash of its transaction is"],
      ["number", () => ({ nonce: 1n }), "the hash of its transaction is"],
      ["Safe", () => ({ safe: SENTINEL }), "the hash of its transaction is"],
      ["chain", () => ({ chainId: 1 }), "the hash of its transaction is"],
      ["hash", () => ({ safeTxHash: ZeroHash }), `not ${ZeroHash}`],
    ];
    for (const [what, change, sentence] of changes) {
      it(`refuses a file whose ${what} was changed`, async () => {
        const { prepare } = await fixture();
        const file = await prepare();
        const message = await sentenceOf(reviewTransaction({ ...file, ...change(file) }, provider));
        expect(message).to.contain("The file was changed after it was prepared").and.to.contain(sentence);
      });
    }

    it("shows its own words where the file has others, as of another version, and says so", async () => {
      const { alice, bob, prepare } = await fixture();
      const file = { ...(await sign(await prepare(), alice, bob)), description: "calls nobody" };
      const review = await reviewTransaction(file, provider);
      expect(review.warnings.join()).to.contain('other words for it, which do not count: "calls nobody"');
      const shown = renderReview(review).split("The file itself has other words")[0];
      expect(shown)
        .to.contain((await prepare()).description)
        .and.not.to.contain("calls nobody");
      await execute(file, alice);
    });

    it("refuses signatures that are not their owner's, and two of one owner", async () => {
      const { alice, bob, prepare } = await fixture();
      const file = await sign(await prepare(), alice);
      const [first] = file.signatures;
      if (first === undefined) throw new Error("it was signed");
      const forged = (signature: string, owner = bob.address) => ({ ...file, signatures: [{ owner, signature }] });
      const refusal = (wrong: TransactionFile) => sentenceOf(reviewTransaction(wrong, provider));
      expect(await refusal(forged(first.signature))).to.contain(`is that of ${alice.address}`);
      expect(await refusal(forged(`0x${"00".repeat(65)}`))).to.contain("is none");
      // A different spelling of the same signature: s beyond half of the curve's order.
      const { r, s, v } = Signature.from(first.signature);
      const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
      const high = (order - BigInt(s)).toString(16).padStart(64, "0");
      expect(await refusal(forged(`${r}${high}${(55 - v).toString(16)}`, alice.address))).to.contain("is none");
      const twice = { ...file, signatures: [first, first] };
      expect(await refusal(twice)).to.contain(`${alice.address} signed it twice`);
    });

    it("refuses another chain", async () => {
      const { prepare } = await fixture();
      const other = await network.create({ network: "default", override: { chainId: 1 } });
      expect(await sentenceOf(reviewTransaction(await prepare(), other.ethers.provider))).to.equal(
        "The transaction is for chain 31337, and this is chain 1.",
      );
    });

    it("refuses what was executed, and what another transaction has overtaken", async () => {
      const { alice, bob, carol, prepare, call } = await fixture();
      const file = await sign(await prepare(), alice, bob);
      const overtaken = await sign(await prepare({ ...call, data: "0x" }), alice, carol);
      await execute(file, alice);
      for (const late of [file, overtaken]) {
        expect(await sentenceOf(reviewTransaction(late, provider))).to.contain("the Safe has gone on to 1");
      }
    });

    it("warns of a Safe with a module", async () => {
      const { alice, bob, stranger, safe, prepare } = await fixture();
      const file = await prepare(undefined, 1n);
      await callAs(safe, [alice, bob], safe.interface.encodeFunctionData("enableModule", [stranger.address]));
      const { warnings } = await reviewTransaction(file, provider);
      expect(warnings).to.deep.equal([`Module ${stranger.address} may act for this Safe without any signature.`]);
    });
  });

  describe("executeTransaction", () => {
    it("refuses too few signatures", async () => {
      const { alice, stranger, prepare } = await fixture();
      const file = await prepare();
      expect(await sentenceOf(execute(file, stranger))).to.contain("has 0 of 2 signatures");
      // An owner who sends it counts where one signature is lacking, and once.
      expect(await sentenceOf(execute(file, alice))).to.contain("has 0 of 2 signatures");
      expect(await sentenceOf(execute(await sign(file, alice), alice))).to.contain("has 1 of 2 signatures");
    });

    it("counts the owner that sends it, as the Safe does, where one signature is lacking", async () => {
      const { alice, bob, carol, target, callRule, prepare } = await fixture();
      for (const [index, [signer, sender]] of [[alice, bob] as const, [carol, alice] as const].entries()) {
        const rule = 30n + BigInt(index);
        await execute(await sign(await prepare(callRule(rule)), signer), sender);
        expect(await target.rule()).to.equal(rule);
      }
    });

    it("counts no signature of an owner who was replaced meanwhile", async () => {
      const { alice, bob, carol, stranger, safe, call, prepare } = await fixture();
      const file = await sign(await prepare(call, 1n), alice, bob);
      const swap = safe.interface.encodeFunctionData("swapOwner", [SENTINEL, alice.address, stranger.address]);
      await callAs(safe, [alice, carol], swap);
      const sentence = await sentenceOf(execute(file, alice));
      expect(sentence).to.contain(`has 1 of 2 signatures; ${alice.address} signed too, and is no owner any more`);
      await execute(await sign(file, stranger), alice);
      expect(await safe.nonce()).to.equal(2n);
    });

    it("refuses to jump the queue", async () => {
      const { alice, bob, call, prepare } = await fixture();
      const file = await sign(await prepare(call, 1n), alice, bob);
      expect(await sentenceOf(execute(file, alice))).to.contain("has number 1, and the Safe's next one is 0");
    });

    it("sends nothing that would fail, and says why", async () => {
      const { alice, bob, stranger, target, call, prepare } = await fixture();
      const payment = await sign(await prepare({ target: stranger.address, value: 1n, data: "0x" }), alice, bob);
      const foreign = { ...call, target: await (await ethers.deployContract("RuleTargetMock", [alice])).getAddress() };
      const before = await alice.getNonce();
      for (const [file, reason] of [
        [payment, "has 0.0 ETH, and is to pay 0.000000000000000001 ETH"],
        [await sign(await prepare(foreign), alice, bob), "OwnableUnauthorizedAccount"],
      ] as const) {
        const sentence = await sentenceOf(execute(file, alice));
        expect(sentence).to.contain("The call would fail now, so nothing was sent").and.to.contain(reason);
      }
      expect(await alice.getNonce()).to.equal(before);
      expect(await target.rule()).to.equal(0n);
    });
  });

  describe("mergeTransactionFiles", () => {
    it("joins copies that were signed apart", async () => {
      const { alice, bob, safe, prepare } = await fixture();
      const file = await prepare();
      const copies = await Promise.all([alice, bob].map((owner) => sign(file, owner)));
      const [first] = copies;
      if (first === undefined) throw new Error("there are two");
      await execute(await mergeTransactionFiles([...copies, first, file], provider), alice);
      expect(await safe.nonce()).to.equal(1n);
    });

    it("keeps one signature of an owner who has signed several copies, and one that counts", async () => {
      const { alice, bob, safe, prepare } = await fixture();
      const file = await prepare();
      const typed = await sign(file, alice, bob);
      const message = await addSignature(
        await reviewTransaction(file, provider),
        alice.address,
        await alice.signMessage(getBytes(file.safeTxHash)),
        provider,
      );
      const forged = { ...file, signatures: [{ owner: bob.address, signature: `0x${"00".repeat(65)}` }] };
      const merged = await mergeTransactionFiles([message, forged, typed], provider);
      expect(merged.signatures.map(({ owner }) => owner)).to.have.members([alice.address, bob.address]);
      await execute(merged, alice);
      expect(await safe.nonce()).to.equal(1n);
    });

    it("refuses files of several transactions, and none", async () => {
      const { call, prepare } = await fixture();
      const files = [await prepare(), await prepare(call, 1n)];
      expect(await sentenceOf(mergeTransactionFiles(files, provider))).to.contain("about several transactions");
      expect(await sentenceOf(mergeTransactionFiles([], provider))).to.contain("Which transaction?");
    });
  });
});

describe("signatures as people have them", () => {
  it("are made by a wallet out of typed data, whose two hashes are those that a Ledger shows", async () => {
    const { alice, bob, stranger, safe, target, prepare } = await fixture();
    const file = await sign(await prepare(), alice);
    const review = await reviewTransaction(file, provider);
    const text = toJson(toTypedData(review.transaction));
    const { domain, types, message, primaryType } = JSON.parse(text) as ReturnType<typeof toTypedData>;
    const { EIP712Domain, ...own } = types;
    expect(EIP712Domain.map(({ name }) => name)).to.deep.equal(Object.keys(domain));
    const fields = own as Record<string, TypedDataField[]>;
    expect(TypedDataEncoder.hash(domain, fields, message)).to.equal(file.safeTxHash);
    const { domainHash, messageHash } = hashParts(review.transaction);
    const official = new Contract(await safe.getAddress(), OFFICIAL_ABIS.safe, provider);
    expect(domainHash).to.equal(await official.getFunction("domainSeparator")());
    expect(messageHash).to.equal(TypedDataEncoder.from(fields).hashStruct(primaryType, message));
    expect(keccak256(concat(["0x1901", domainHash, messageHash]))).to.equal(file.safeTxHash);
    expect(renderReview(review)).to.contain(domainHash).and.to.contain(messageHash);
    // The embedded chain reads such a file by code that is not JavaScript's.
    const signature = (await provider.send("eth_signTypedData_v4", [bob.address, JSON.parse(text)])) as string;
    await execute(await addSignature(review, bob.address, signature, provider), stranger);
    expect(await target.rule()).to.equal(7n);
  });

  it("count over the typed data or over the hash, with any v, and in 64 bytes; the real Safe takes all of them", async () => {
    const { alice, bob, carol, stranger, target, prepare, callRule } = await fixture();
    const written: ((hash: string, typed: string, account: Account) => Promise<string> | string)[] = [
      (_, typed) => Signature.from(typed).compactSerialized,
      (_, typed) => `${typed.slice(0, -2)}${typed.endsWith("1b") ? "00" : "01"}`,
      (hash, _, account) => account.signMessage(getBytes(hash)),
      async (hash, _, account) => {
        const { r, s, v } = Signature.from(await account.signMessage(getBytes(hash)));
        return concat([r, s, toBeHex(v + 4)]);
      },
    ];
    let rule = 20n;
    for (const write of written) {
      const file = await sign(await prepare(callRule(++rule)), alice);
      const review = await reviewTransaction(file, provider);
      const typed = (await sign(file, carol)).signatures[1]?.signature ?? "";
      const signature = await write(file.safeTxHash, typed, carol);
      expect(await sentenceOf(addSignature(review, bob.address, signature, provider))).to.contain("is no signature of");
      expect(await sentenceOf(addSignature(review, stranger.address, signature, provider))).to.contain("is no owner");
      const added = await addSignature(review, carol.address, signature, provider);
      // Also in a file that somebody else has put together.
      const raw = { ...file, signatures: [...file.signatures, { owner: carol.address, signature }] };
      expect((await reviewTransaction(raw, provider)).signatures).to.have.length(2);
      await execute(added, stranger);
      expect(await target.rule()).to.equal(rule);
    }
  });

  it("count as approvals on the chain, beside those in the file", async () => {
    const { alice, bob, carol, stranger, safe, target, prepare } = await fixture();
    const file = await sign(await prepare(), alice);
    await safe
      .connect(stranger)
      .approveHash(file.safeTxHash)
      .catch(() => undefined);
    expect((await reviewTransaction(file, provider)).signatures).to.have.length(1);
    await safe.connect(carol).approveHash(file.safeTxHash);
    const review = await reviewTransaction(file, provider);
    expect(review.signatures.map(({ kind, owner }) => [kind, owner])).to.deep.equal([
      ["key", alice.address],
      ["approval", carol.address],
    ]);
    expect(await sentenceOf(signTransaction(review, carol))).to.contain("has signed this already");
    await execute(file, bob);
    expect(await target.rule()).to.equal(7n);
  });

  it("count of an owner that is a Safe, as long as that Safe takes them", async () => {
    const { alice, bob, carol, stranger, callRule } = await fixture();
    const child = await createSafeOf([alice, carol], 2, 7n);
    const parent = await createSafeOf([bob, alice], 2, 8n);
    const address = await parent.getAddress();
    const owner = await child.getAddress();
    const swap = parent.interface.encodeFunctionData("swapOwner", [bob.address, alice.address, owner]);
    await callAs(parent, [alice, bob], swap);
    const target = await ethers.deployContract("RuleTargetMock", [address]);
    const call = { ...callRule(9n), target: await target.getAddress() };
    const file = await sign((await prepareTransaction(address, call, provider)).file, bob);
    const review = await reviewTransaction(file, provider);
    const message = preimageOf(review.transaction);
    const types = { SafeMessage: [{ name: "message", type: "bytes" }] };
    const domain = { chainId: 31337n, verifyingContract: owner };
    const parts = await Promise.all(
      [alice, carol].map(async (one) => ({
        kind: "key" as const,
        owner: one.address,
        signature: await one.signTypedData(domain, types, { message }),
      })),
    );
    const one = joinConsents(parts.slice(0, 1));
    expect(await sentenceOf(addSignature(review, owner, one, provider))).to.contain("is no signature of");
    const added = await addSignature(review, owner, joinConsents(parts), provider);
    expect(added.signatures[1]?.isContractSignature).to.equal(true);
    expect(renderReview(await reviewTransaction(added, provider))).to.contain("signed by the contract");
    // Once the Safe has changed, what it has signed counts no more.
    const snapshot = await networkHelpers.takeSnapshot();
    const other = child.interface.encodeFunctionData("swapOwner", [SENTINEL, alice.address, stranger.address]);
    await callAs(child, [alice, carol], other);
    const late = await reviewTransaction(added, provider);
    expect(late.signatures).to.have.length(1);
    expect(late.warnings.join()).to.contain("does not take what is given for its signature");
    await snapshot.restore();
    await execute(added, stranger);
    expect(await target.rule()).to.equal(9n);
  });
});
