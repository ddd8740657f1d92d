import { expect } from "chai";
import { Interface, ZeroAddress, ZeroHash } from "ethers";

import { parseCallsFile } from "../../../src/power/check/callsFile.js";
import { encodeMethod } from "../../../src/power/check/encodeCall.js";
import { builderBatch, checksumOf, type BuilderBatch } from "../../../src/safe/transactionBuilder.js";

/** As the app exported it, published with its checksum. */
const PUBLISHED: BuilderBatch = {
  version: "1.0",
  chainId: "1",
  createdAt: 1713949623894,
  meta: {
    name: "Transactions Batch",
    description: "",
    txBuilderVersion: "1.16.5",
    createdFromSafeAddress: "0xcdd57D11476c22d265722F68390b036f3DA48c21",
    createdFromOwnerAddress: "",
    checksum: "0x37b66d67757452f835ebc6540e283e27544d1414409577963593e7e535ce3ad9",
  },
  transactions: [
    {
      to: "0x9f26d4C958fD811A1F59B01B86Be7dFFc9d20761",
      value: "0",
      data: null,
      contractMethod: {
        inputs: [
          { internalType: "address", name: "target", type: "address" },
          { internalType: "uint256", name: "value", type: "uint256" },
          { internalType: "bytes", name: "data", type: "bytes" },
          { internalType: "bytes32", name: "predecessor", type: "bytes32" },
          { internalType: "bytes32", name: "salt", type: "bytes32" },
          { internalType: "uint256", name: "delay", type: "uint256" },
        ],
        name: "schedule",
        payable: false,
      },
      contractInputsValues: {
        target: "0x9FFDF407cDe9a93c47611799DA23924Af3EF764F",
        value: "0",
        data: "0x3beb551700000000000000000000000061ff310ac15a517a846da08ac9f9abf2a0f9a2bf00000000000000000000000000000000000000000000000000000000000007d00000000000000000000000000000000000000000000000000000000000001388",
        predecessor: "0x0",
        salt: "0x0",
        delay: "259200",
      },
    },
  ],
};

describe("a batch for Safe's Transaction Builder", () => {
  it("has the checksum that the app itself gives", () => {
    expect(checksumOf(PUBLISHED)).to.equal(PUBLISHED.meta.checksum);
  });

  it("is read back as the app encodes it, short words and all", () => {
    const surroundings = { book: [], addresses: { governor: ZeroAddress }, chain: 1n };
    const callsOf = (batch: unknown) =>
      parseCallsFile(JSON.stringify(batch), "batch.json", surroundings).operation.calls;
    const [call] = callsOf(PUBLISHED);
    const timelock = new Interface(["function schedule(address,uint256,bytes,bytes32,bytes32,uint256)"]);
    const [target, , data, predecessor, salt, delay] = timelock.decodeFunctionData("schedule", call?.data ?? "0x");
    expect([target, predecessor, salt, delay]).to.deep.equal([
      "0x9FFDF407cDe9a93c47611799DA23924Af3EF764F",
      ...[ZeroHash, ZeroHash, 259_200n],
    ]);
    expect(data).to.match(/^0x3beb5517/);
    const calls = [{ target: "0x9f26d4C958fD811A1F59B01B86Be7dFFc9d20761", value: 1n, data: "0x12" }];
    expect(
      callsOf(builderBatch(calls, { chainId: 1n, safe: ZeroAddress, description: "", createdAt: 1n })),
    ).to.deep.equal(calls);
  });

  // As web3-eth-abi 1.10.4 encodes them, which the app uses.
  for (const [type, text, encoded] of [
    ["bytes32", "0x1", `0x1${"0".repeat(63)}`],
    ["bytes32", "0x", ZeroHash],
    ["bytes4", "0x12", `0x12${"0".repeat(62)}`],
    ["bytes32[]", '["0x0", "0x1"]', `0x1${"0".repeat(63)}`],
    ["bytes", "0x123", `0x0123${"0".repeat(60)}`],
  ] as const) {
    it(`takes ${text} for a ${type} as the app does`, () => {
      const data = encodeMethod({ name: "f", inputs: [{ name: "x", type }] }, { x: text });
      expect(`0x${data.slice(-64)}`).to.equal(encoded);
    });
  }

  it("has one that does not hang on names or on the order of fields, and does on everything else", () => {
    const about = { chainId: 1n, safe: PUBLISHED.meta.createdFromSafeAddress, description: "", createdAt: 1n };
    const call = { target: "0x9f26d4C958fD811A1F59B01B86Be7dFFc9d20761", value: 1n, data: "0x12" };
    const batch = builderBatch([call], about);
    const { meta, ...rest } = batch;
    expect(checksumOf(batch)).to.equal(meta.checksum);
    expect(checksumOf({ meta: { ...meta, name: "another" }, ...rest })).to.equal(meta.checksum);
    expect(builderBatch([{ ...call, data: "0x13" }], about).meta.checksum).not.to.equal(meta.checksum);
  });
});
