import { expect } from "chai";
import { getAddress, toBeHex, type Provider } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import standard from "../../../config/default.js";
import {
  checkCapacity,
  estimateTokenCreation,
  MAX_ALLOCATIONS,
  TRANSACTION_GAS_CAP,
} from "../../../src/config/checks/capacity.js";
import { checkDao, describeProblem } from "../../../src/config/checks/checkDao.js";
import { parseDao } from "../../../src/config/parse.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { isInstrumented } from "../../helpers/instrumented.js";

/** Allocations as long as they get, to holders that nobody knows. */
const allocate = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    holder: getAddress(toBeHex(2n ** 159n + 0x0123_4567_89ab_cdefn * BigInt(index + 1), 20)),
    amount: 10n ** 24n + BigInt(index),
  }));

const dao = parseDao(standard, "test");
const ask = async ({ ethers }: NetworkConnection, config = dao): Promise<string[]> =>
  (await checkCapacity(config, ethers.provider, 31337n)).map(describeProblem);

describe("checkCapacity", () => {
  for (const hardfork of ["cancun", "osaka"]) {
    it(`accepts a chain with the rules of ${hardfork}`, async () => {
      expect(await ask(await network.create({ network: "default", override: { hardfork } }))).to.deep.equal([]);
    });
  }

  it("refuses a chain that does not know the instructions of Cancun", async () => {
    const problems = await ask(await network.create({ network: "default", override: { hardfork: "shanghai" } }));
    expect(problems).to.have.lengthOf(1);
    expect(problems[0]).to.contain(
      "the network: is chain 31337, which does not know the instructions MCOPY and TSTORE",
    );
  });

  it("refuses a chain whose blocks are too small, with both figures", async () => {
    const chain = await network.create({ network: "default", override: { blockGasLimit: 5_400_000n } });
    expect(await ask(chain)).to.deep.equal([
      "the network: is chain 31337, where a block holds 5,400,000 gas, and the largest transaction of this deployment " +
        "needs about 5,500,000; right is a chain with larger blocks",
    ]);
  });

  it("counts the allocations among what a block must hold", async () => {
    const chain = await network.create({ network: "default", override: { blockGasLimit: 8_000_000n } });
    const many = { ...dao, token: { ...dao.token, allocations: allocate(250).map((one) => ({ ...one })) } };
    expect((await ask(chain, many)).join())
      .to.contain("8,000,000 gas")
      .and.to.contain("or fewer token.allocations");
    expect(await ask(chain)).to.deep.equal([]);
  });

  it("takes a node that fails for no answer about the chain", async () => {
    const { ethers } = await network.create();
    const provider: Pick<Provider, "call" | "getBlock"> = {
      call: () => Promise.reject(new Error("503 Service Unavailable")),
      getBlock: (block) => ethers.provider.getBlock(block),
    };
    expect((await rejectionOf(checkCapacity(dao, provider as Provider, 31337n))).message).to.contain("503");
  });
});

describe("the number of allocations", () => {
  const withAllocations = (count: number) => ({
    ...dao,
    token: { ...dao.token, allocations: allocate(count).map((one) => ({ ...one, amount: 10n ** 18n })) },
  });
  const tell = (count: number): string =>
    checkDao(withAllocations(count))
      .map(describeProblem)
      .filter((text) => text.includes("hands them out"))
      .join();

  it("is refused above what one transaction can hand out", () => {
    expect(tell(MAX_ALLOCATIONS)).to.equal("");
    expect(tell(500)).to.contain("token.allocations: are 500").and.to.contain("16,777,216 gas");
  });

  if (!isInstrumented) {
    it("is as large as fits, and hardly smaller than it could be", async () => {
      const { ethers } = await network.create();
      const token = await ethers.deployContract("GovernanceToken", [
        "T".repeat(31),
        "TRIBUNE",
        allocate(MAX_ALLOCATIONS),
      ]);
      const { gasUsed } = (await token.deploymentTransaction()?.wait()) ?? { gasUsed: 0n };
      expect(gasUsed <= estimateTokenCreation(MAX_ALLOCATIONS)).to.equal(true);
      expect(estimateTokenCreation(MAX_ALLOCATIONS) <= TRANSACTION_GAS_CAP).to.equal(true);
      expect(gasUsed * 100n > TRANSACTION_GAS_CAP * 95n, String(gasUsed)).to.equal(true);
    });
  }
});
