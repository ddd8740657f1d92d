import { expect } from "chai";

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
