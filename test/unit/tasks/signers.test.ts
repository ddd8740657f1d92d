import { expect } from "chai";
import { network } from "hardhat";

import { signersOf } from "../../../tasks/signers.js";
import { nodeError } from "../../helpers/failingProvider.js";
import { rejectionOf } from "../../helpers/rejection.js";

const { ethers } = await network.create();

describe("the accounts of a network", () => {
  const connectionOf = (getSigners: typeof ethers.getSigners) => ({ ethers: { getSigners }, networkName: "read-only" });

  it("are told with the first one beforehand", async () => {
    const { first, signers } = await signersOf(connectionOf(ethers.getSigners), "to send from");
    expect(first.address).to.equal(signers[0]?.address);
  });

  it("are missed in a sentence that says how there comes to be one, also where a public node does not list any", async () => {
    const unsupported = nodeError(-32601, "the method eth_accounts does not exist/is not available");
    for (const none of [() => Promise.resolve([]), () => Promise.reject(unsupported)]) {
      expect((await rejectionOf(signersOf(connectionOf(none), "to send from"))).message).to.equal(
        'The network read-only has no account to send from. Give it one in hardhat.config.ts, accounts: [configVariable("READ_ONLY_PRIVATE_KEY")], ' +
          "and set the key: npx hardhat keystore set READ_ONLY_PRIVATE_KEY, or an environment variable of that name.",
      );
    }
  });

  it("are not missed where the node fails", async () => {
    const busy = nodeError(-32005, "limit exceeded");
    const failing = () => Promise.reject(busy);
    expect(await rejectionOf(signersOf(connectionOf(failing), "to send from"))).to.equal(busy);
  });
});
