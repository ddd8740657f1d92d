import { expect } from "chai";
import { Interface, MaxUint256, toBeHex } from "ethers";

import { DualGovernanceTimelock__factory, ExampleVault__factory } from "../../../../types/index.js";
import { parseCallsFile } from "../../../../src/power/check/callsFile.js";
import { ROLES } from "../../../../src/protocol/roles.js";
import { inventAccount } from "../../../../src/rehearsal/snapshot.js";

const [timelock, vault, governor, stranger] = ["timelock", "vault", "governor", "stranger"].map(inventAccount) as [
  string,
  string,
  string,
  string,
];
const surroundings = {
  book: [
    { name: "timelock", address: timelock, abi: DualGovernanceTimelock__factory.createInterface(), part: undefined },
    { name: "vault", address: vault, abi: ExampleVault__factory.createInterface(), part: undefined },
    { name: "governor", address: governor, abi: new Interface(["function setVotingDelay(uint48)"]), part: undefined },
  ],
  addresses: { governor },
  chain: 1n,
};
const parse = (content: unknown) =>
  parseCallsFile(typeof content === "string" ? content : JSON.stringify(content), "calls.json", surroundings);

describe("a file of calls", () => {
  it("may name targets, functions, accounts and roles", () => {
    const { operation } = parse([
      { target: "timelock", function: "grantRole", args: ["PROPOSER_ROLE", "vault"] },
      { target: vault, function: "setFee(uint256)", args: [1] },
      { target: stranger, value: "7" },
    ]);
    const grant = DualGovernanceTimelock__factory.createInterface();
    expect(operation.calls).to.deep.equal([
      { target: timelock, value: 0n, data: grant.encodeFunctionData("grantRole", [ROLES.proposer, vault]) },
      { target: vault, value: 0n, data: ExampleVault__factory.createInterface().encodeFunctionData("setFee", [1n]) },
      { target: stranger, value: 7n, data: "0x" },
    ]);
    expect(operation.isBatch).to.equal(true);
  });

  it("is a proposal where it calls the Governor, and an operation where it says which", () => {
    const calls = [{ target: "governor", function: "setVotingDelay", args: [1] }];
    expect(parse({ calls, description: "Slower" }).proposal?.description).to.equal("Slower");
    const { proposal, operation } = parse({ calls, salt: toBeHex(5, 32) });
    expect(proposal).to.equal(undefined);
    expect(operation.salt).to.equal(toBeHex(5, 32));
  });

  it("may be a batch of Safe's Transaction Builder", () => {
    const { operation } = parse({
      version: "1.0",
      chainId: "1",
      meta: { name: "Batch" },
      transactions: [
        { to: stranger, value: "1", data: "0x12", contractMethod: null, contractInputsValues: null },
        {
          to: vault,
          value: "0",
          data: null,
          contractMethod: {
            name: "f",
            payable: false,
            inputs: [
              { internalType: "uint256[]", name: "list", type: "uint256[]" },
              { internalType: "bool", name: "isOn", type: "bool" },
              { internalType: "bytes4[]", name: "ids", type: "bytes4[]" },
            ],
          },
          // Without quotation marks, as people type them into the app; a JSON number would be rounded.
          contractInputsValues: { isOn: "false", list: "[1, 500000000000000000001]", ids: '[0x12345678,"0x87654321"]' },
        },
      ],
    });
    const method = new Interface(["function f(uint256[],bool,bytes4[])"]);
    const list = [1n, 500000000000000000001n];
    expect(operation.calls).to.deep.equal([
      { target: stranger, value: 1n, data: "0x12" },
      { target: vault, value: 0n, data: method.encodeFunctionData("f", [list, false, ["0x12345678", "0x87654321"]]) },
    ]);
  });

  const grant = { target: "timelock", function: "grantRole" };
  for (const [what, content, words] of [
    ["no JSON", "{", /is no JSON/],
    ["no calls", [], /calls: must hold a call/],
    ["something else", 5, /the file: .*\n.*Right is/s],
    ["a call that does nothing", [{ target: vault }], /calls\.0: does nothing/],
    ["both data and a function", [{ ...grant, data: "0x" }], /has both "data" and "function"/],
    ["half a byte", [{ target: vault, data: "0x1" }], /calls\.0\.data: must be calldata/],
    ["a field that is none", [{ target: vault, data: "0x", to: vault }], /calls\.0: .*to/],
    ["a negative value", [{ target: vault, value: "-1" }], /calls\.0\.value: must be an amount of wei/],
    ["a value that no word holds", [{ target: vault, value: String(MaxUint256 + 1n) }], /below 2\^256/],
    ["a target that nobody knows", [{ target: "valt", data: "0x" }], /call 0: "valt" is no address .*timelock, vault/],
    [
      "a wrong checksum",
      [{ target: vault.toLowerCase().replace(/[a-f]/, (x) => x.toUpperCase()), data: "0x" }],
      /is no address/,
    ],
    ["a function of nobody", [{ target: stranger, function: "f" }], /functions of .* are not known here/],
    ["a function that there is not", [{ target: "vault", function: "setFees" }], /vault has no function "setFees"/],
    ["too few arguments", [{ ...grant, args: ["PROPOSER_ROLE"] }], /takes 2 arguments, and 1 are given/],
    ["a role that is none", [{ ...grant, args: ["PROPOSER", "vault"] }], /do not fit grantRole\(bytes32,address\)/],
    ["a number that JSON has rounded", [{ target: "vault", function: "setFee", args: [1e21] }], /do not fit setFee/],
    ["hidden characters", [{ target: "vault", function: "set\u202eFee" }], /set\\u\{202e\}Fee/],
    ["a salt that is none", { calls: [{ target: vault, value: 1 }], salt: "0x12" }, /salt: must be 32 bytes/],
    [
      "another chain",
      { chainId: "5", transactions: [{ to: vault, value: "1" }] },
      /is for chain 5, and this is chain 1/,
    ],
    [
      "a checksum of something else",
      { chainId: "1", meta: { checksum: "0x12" }, transactions: [{ to: vault, value: "1" }] },
      /was changed after it was written: its checksum does not fit/,
    ],
    ["a committee's transaction", { kind: "safe-transaction" }, /transaction of a committee's Safe.*committee show/],
  ] as const) {
    it(`is refused in a sentence where it has ${what}`, () => {
      expect(() => parse(content))
        .to.throw()
        .that.satisfies(({ name, message }: Error) => {
          expect(name).to.equal("SentenceError");
          expect(message).to.match(words);
          return true;
        });
    });
  }
});
