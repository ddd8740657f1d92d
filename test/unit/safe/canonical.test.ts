import { expect } from "chai";
import { getCreate2Address, Interface, keccak256, Transaction, ZeroHash } from "ethers";
import { network } from "hardhat";

import { CREATION_CODE, OFFICIAL_ABIS } from "../../../src/safe/artifacts.js";
import { SAFE_CONTRACTS, SAFE_ROLES } from "../../../src/safe/canonical.js";
import { CREATE2_FACTORY, provideSafeContracts } from "../../../src/safe/provide.js";
import { ISafe__factory, ISafeProxyFactory__factory } from "../../../types/index.js";
import { getActors } from "../../helpers/actors.js";
import { rejectionOf } from "../../helpers/rejection.js";

const SOME_CODE = "0x6001600155";

describe("Safe's shared contracts", () => {
  describe("the published artifacts", () => {
    for (const role of SAFE_ROLES) {
      it(`create the ${role} at the address that Safe lists`, () => {
        const address = getCreate2Address(CREATE2_FACTORY.address, ZeroHash, keccak256(CREATION_CODE[role]));
        expect(address).to.equal(SAFE_CONTRACTS[role].address);
      });
    }

    for (const [name, ours, official] of [
      ["ISafe", ISafe__factory.abi, OFFICIAL_ABIS.safe],
      ["ISafeProxyFactory", ISafeProxyFactory__factory.abi, OFFICIAL_ABIS.proxyFactory],
    ] as const) {
      it(`have everything that ${name} declares`, () => {
        const theirs = new Set(new Interface(official).fragments.map((fragment) => fragment.format("minimal")));
        const foreign = new Interface(ours).fragments.map((fragment) => fragment.format("minimal"));
        expect(foreign.filter((fragment) => !theirs.has(fragment))).to.deep.equal([]);
      });
    }
  });

  it("can be put there by a transaction that only local chains accept", () => {
    const { account, cost, transaction } = CREATE2_FACTORY;
    const parsed = Transaction.from(transaction);
    expect(parsed).to.deep.include({ from: account, chainId: 31337n, nonce: 0 });
    expect(parsed.gasLimit * (parsed.gasPrice ?? 0n)).to.equal(cost);
  });

  describe("provideSafeContracts", () => {
    it("deploys on a local chain what is missing, once", async () => {
      const { ethers } = await network.create();
      const { deployer } = await getActors(ethers, "deployer");
      await provideSafeContracts(deployer);
      const nonce = await deployer.getNonce();
      expect(nonce).to.equal(5);
      await provideSafeContracts(deployer);
      expect(await deployer.getNonce()).to.equal(nonce);
    });

    it("deploys nothing on any other chain, and says what is missing", async () => {
      const { ethers } = await network.create({ network: "default", override: { chainId: 560048 } });
      const { deployer } = await getActors(ethers, "deployer");
      const { message } = await rejectionOf(provideSafeContracts(deployer));
      expect(message).to.contain("Chain 560048 does not have the contracts of Safe 1.4.1");
      for (const { name, address } of Object.values(SAFE_CONTRACTS)) {
        expect(message).to.contain(`${name}: nothing at ${address}`);
      }
      expect(await deployer.getNonce()).to.equal(0);
    });

    it("refuses other code at a listed address", async () => {
      const { ethers, networkHelpers } = await network.create();
      const { deployer } = await getActors(ethers, "deployer");
      const { address } = SAFE_CONTRACTS.fallbackHandler;
      await networkHelpers.setCode(address, SOME_CODE);
      const { message } = await rejectionOf(provideSafeContracts(deployer));
      expect(message)
        .to.contain(`CompatibilityFallbackHandler: other code at ${address}`)
        .and.not.to.contain("nothing");
    });
  });
});
