import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import preset from "../../../config/pool.js";
import { MAX_FIRST_OPERATORS } from "../../../src/config/checks/capacity.js";
import { checkLocality, checkOnChain } from "../../../src/config/checks/chain.js";
import { checkDao, describeProblem } from "../../../src/config/checks/checkDao.js";
import { checkPoolOnChain } from "../../../src/config/checks/poolOnChain.js";
import { parseDao } from "../../../src/config/parse.js";
import { listOperators, poolTerms } from "../../../src/config/pool.js";
import type { DaoDefinition } from "../../../src/config/schema.js";
import { BEACON_ROOTS, depositContractOf, WITHDRAWAL_REQUESTS } from "../../../src/protocol/predeploys.js";
import { withMethods } from "../../../src/protocol/withMethods.js";

type Pool = Extract<DaoDefinition["vault"], { kind: "pool" }>;

if (preset.vault.kind !== "pool") throw new Error("the preset has no pool");
const standard: Pool = preset.vault;
const [alder, birch, , elder] = standard.entities.map(({ operators }) => operators[0]?.owner ?? "");

const parse = (vault: Partial<Pool>, others: Partial<DaoDefinition> = {}) =>
  parseDao({ ...preset, ...others, vault: { ...standard, ...vault } }, "test");
const tell = (severity: "error" | "warning", vault: Partial<Pool>, others: Partial<DaoDefinition> = {}) =>
  checkDao(parse(vault, others))
    .filter((problem) => problem.severity === severity)
    .map(describeProblem);

/** Entities of one operator each, who get all that their entity may have. */
const alone = (count: number, cap: string): Pool["entities"] =>
  Array.from({ length: count }, (_, index) => ({
    cap,
    operators: [{ owner: `0x${(index + 1).toString(16).padStart(40, "0")}`, cap }],
  }));
const entity = (cap: string, ...operators: { owner: string; cap: string }[]) => ({ cap, operators });
const ofOne = (owner: string, cap = "6,400") => entity("6,400", { owner, cap });

interface Case {
  readonly rule: string;
  readonly broken: Partial<Pool>;
  readonly names: readonly string[];
  /** The nearest that is accepted. */
  readonly mended: Partial<Pool>;
}

const ERRORS: readonly Case[] = [
  {
    rule: "a fee above what the pool takes",
    broken: { fee: "10.0001 %" },
    names: ["vault.fee: is 10.0001 %; right is at most 10 %"],
    mended: { fee: "10 %" },
  },
  {
    rule: "a pool that has no room for a key",
    broken: { cap: "31.99", unvettedCap: "0", unvettedOperatorCap: "0", entities: [] },
    names: ["vault.cap: is 31.99 ETH", "right is at least that"],
    mended: { cap: "32", unvettedCap: "0", unvettedOperatorCap: "0", entities: [] },
  },
  {
    rule: "unvetted operators with less than a key, and more than nothing",
    broken: { unvettedOperatorCap: "31" },
    names: ["vault.unvettedOperatorCap: is 31 ETH", "right is at least that, or 0"],
    mended: { unvettedOperatorCap: "0" },
  },
  {
    rule: "an unvetted operator with more than all of them",
    broken: { unvettedOperatorCap: "6,401" },
    names: ["vault.unvettedOperatorCap: is 6,401 ETH", "right is at most unvettedCap, 6,400 ETH"],
    mended: { unvettedOperatorCap: "6,400" },
  },
  {
    rule: "unvetted operators that reach a third of the pool",
    broken: { unvettedCap: "27,733.333333333333333334" },
    names: ["vault.unvettedCap: is 27,733.3333 ETH", "who may be one", "right is less than a third of 83,200 ETH"],
    mended: { unvettedCap: "27,733.333333333333333333" },
  },
  {
    rule: "an entity that reaches a third of the pool",
    broken: { entities: [{ ...ofOne(alder ?? ""), cap: "27,734" }, ...standard.entities.slice(1)] },
    names: ["vault.entities[0].cap: is 27,734 ETH, a third of the pool's cap or more"],
    mended: { entities: [{ ...ofOne(alder ?? ""), cap: "27,733" }, ...standard.entities.slice(1)] },
  },
  {
    rule: "an operator with less than a key",
    broken: { entities: [entity("6,400", { owner: alder ?? "", cap: "0" }), ...standard.entities.slice(1)] },
    names: ["vault.entities[0].operators[0].cap: is 0 ETH: a key takes 32 ETH"],
    mended: { entities: [entity("6,400", { owner: alder ?? "", cap: "32" }), ...standard.entities.slice(1)] },
  },
  {
    rule: "an operator with more than its entity",
    broken: { entities: [ofOne(alder ?? "", "6,401"), ...standard.entities.slice(1)] },
    names: ["vault.entities[0].operators[0].cap: is 6,401 ETH", "right is at most its entity's cap, 6,400 ETH"],
    mended: { entities: [ofOne(alder ?? "", "6,400"), ...standard.entities.slice(1)] },
  },
  {
    rule: "an operator that nobody owns",
    broken: { entities: [ofOne(ZeroAddress), ...standard.entities.slice(1)] },
    names: ["vault.entities[0].operators[0].owner: is the zero address"],
    mended: {},
  },
  {
    rule: "one owner under two entities",
    broken: { entities: [...standard.entities.slice(0, 8), ofOne(birch ?? "")] },
    names: ["vault.entities[8].operators[0].owner", "who stands under entities[1] already", "one share a cap"],
    mended: {},
  },
  {
    rule: "more operators than one transaction can hold",
    broken: { cap: "1,000,000", entities: alone(MAX_FIRST_OPERATORS + 1, "1,000") },
    names: [`vault.entities: name ${MAX_FIRST_OPERATORS + 1} operators`, `right is at most ${MAX_FIRST_OPERATORS}`],
    mended: { cap: "1,000,000", entities: alone(MAX_FIRST_OPERATORS, "1,000") },
  },
  {
    rule: "a seed that gives too few shares",
    broken: { seed: "0.000000000000999999" },
    names: ["vault.seed: is 0.000000000000999999", "right is at least 0.000000000001"],
    mended: { seed: "0.000000000001" },
  },
  {
    rule: "a seed that the pool would not take",
    broken: { seed: "83,201" },
    names: ["vault.seed: is 83,201 ETH", "right is at most cap, 83,200 ETH"],
    mended: { seed: "83,200" },
  },
  {
    rule: "a deposit contract without WETH",
    broken: { depositContract: depositContractOf(1n)?.address ?? "" },
    names: ["vault.weth: is left out, and the other of the two is not"],
    mended: {},
  },
];

describe("the configuration of a pool", () => {
  it("is accepted as it stands in config/pool.ts, which nothing about the pool is to be weighed of", () => {
    expect(tell("error", {})).to.deep.equal([]);
    const paths = checkDao(parse({})).map(({ path }) => path);
    expect(paths.filter((at) => at.startsWith("vault") || at.startsWith("dualGovernance.exit"))).to.deep.equal([]);
  });

  for (const { rule, broken, names, mended } of ERRORS) {
    it(`is refused for ${rule}`, () => {
      const told = tell("error", broken);
      for (const part of names) expect(told.join("\n")).to.contain(part);
      expect(tell("error", mended)).to.deep.equal([]);
    });
  }

  it("gives the contracts terms in which entities are numbered from 1", () => {
    const { vault } = parse({});
    if (vault.kind !== "pool") throw new Error("it has no pool");
    const { entityCaps, operators } = poolTerms(vault);
    expect(entityCaps.length).to.equal(9);
    expect(operators.map(({ entity: number }) => Number(number))).to.deep.equal([1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9]);
    expect(operators[6]?.owner).to.equal(elder);
    expect(listOperators(vault).map(({ id }) => id)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  context("when something is to be weighed", () => {
    it("warns where a third of the operators could have a third of the pool", () => {
      const cap = "25,600";
      const few = { cap, unvettedCap: "6,400", entities: alone(3, "6,400") };
      expect(tell("warning", few).join("\n")).to.not.contain("operators have a third");
      const four = tell("warning", { ...few, cap: "76,800", entities: alone(12, "6,400"), unvettedCap: "0", unvettedOperatorCap: "0" }); // prettier-ignore
      expect(four.join("\n")).to.contain(
        "vault.entities: let 4 of 12 operators have a third of the pool's cap together",
      );
      const five = { ...few, cap: "76,800.01", entities: alone(12, "6,400") };
      expect(tell("warning", five).join("\n")).to.not.contain("operators have a third");
    });

    it("counts operators of one entity by what the entity may have", () => {
      const pair = { owner: alder ?? "", cap: "6,400" };
      const entities = [entity("6,400", pair, pair), ...alone(11, "6,400")];
      // Four owners of 6,400 ETH reach it whether or not one of them has two operators.
      expect(tell("warning", { cap: "76,800", entities }).join("\n")).to.contain("let 4 of 13 operators");
    });

    it("warns where caps leave no room for all that the pool takes", () => {
      expect(tell("warning", { cap: "83,232" }).join("\n")).to.contain(
        "vault.cap: is 83,232 ETH, and all caps of entities and of the unvetted together are 83,200 ETH",
      );
    });

    it("warns of a cap that no 256 keys reach", () => {
      const entities = [ofOne(alder ?? ""), ...standard.entities.slice(1)].map((one, index) =>
        index === 3 ? entity("8,224", { owner: elder ?? "", cap: "8,224" }) : one,
      );
      expect(tell("warning", { entities }).join("\n")).to.contain(
        "an operator has at most 256 keys, which get 8,192 ETH",
      );
    });

    it("warns of a clock of the exit that does not outlast a wind-down", () => {
      const { dualGovernance } = preset;
      const others = (stallDelay: string) => ({
        dualGovernance: { ...dualGovernance, exit: { ...dualGovernance.exit, stallDelay } },
      });
      expect(tell("warning", {}, others("320 d")).join("\n")).to.contain(
        "dualGovernance.exit.stallDelay: is 320 d: a pool that winds down pays a rage quit after up to 321 d",
      );
      expect(tell("warning", {}, others("321 d")).join("\n")).to.not.contain("stallDelay");
    });
  });
});

describe("the configuration of a pool, against a chain", () => {
  const weth = "0x00000000000000000000000000000000DeaDBeef";
  const on = (chainId: bigint, vault: Partial<Pool>, severity: "error" | "warning" = "error") =>
    checkLocality(parse(vault), chainId)
      .filter((problem) => problem.severity === severity && !problem.path.startsWith("t"))
      .map(describeProblem);

  it("refuses stand-ins, and owners whose keys everybody has, on a public network", () => {
    const told = on(560048n, {});
    expect(told.filter((line) => line.includes("whose key everybody has")).length).to.equal(12);
    expect(told.join("\n")).to.contain("vault.entities[8].operators[0].owner");
    expect(told).to.include(
      "vault.depositContract: is left out, which deploys a stand-in: not for chain 560048; right is " +
        "0x00000000219ab540356cBB839Cbe05303d7705Fa, the deposit contract of hoodi",
    );
    expect(told.join("\n")).to.contain("vault.weth: is left out, which deploys a stand-in");
    expect(on(31337n, {})).to.deep.equal([]);
  });

  it("takes no deposit contract but the network's own", () => {
    const entities = alone(12, "6,400");
    const mainnet = depositContractOf(1n)?.address ?? "";
    const sepolia = depositContractOf(11155111n)?.address ?? "";
    expect(on(1n, { weth, depositContract: mainnet, entities })).to.deep.equal([]);
    expect(on(560048n, { weth, depositContract: mainnet, entities })).to.deep.equal([]);
    expect(on(1n, { weth, depositContract: sepolia, entities }).join("\n")).to.contain(
      `vault.depositContract: is ${sepolia}: ETH would go to no beacon chain; right is ${mainnet}, the deposit contract of mainnet`,
    );
    expect(on(10n, { weth, depositContract: mainnet, entities }).join("\n")).to.contain(
      "chain 10 has no deposit contract that is known here",
    );
    expect(on(11155111n, { weth, depositContract: sepolia, entities })).to.deep.equal([]);
    expect(on(11155111n, { weth, depositContract: sepolia, entities }, "warning").join("\n")).to.contain(
      "takes deposits only of those who hold its token",
    );
  });

  it("refuses a chain without beacon roots or EIP-7002, where calls would do nothing", async () => {
    const { ethers } = await network.create();
    const { vault } = parse({});
    if (vault.kind !== "pool") throw new Error("it has no pool");
    expect(await checkPoolOnChain(vault, ethers.provider, undefined)).to.deep.equal([]);
    const { provider } = ethers;
    const elsewhere = withMethods(provider, {
      getNetwork: async () => {
        const other = (await provider.getNetwork()).clone();
        other.chainId = 560048n;
        return other;
      },
      getCode: async (at) => (at === BEACON_ROOTS ? "0x" : await provider.getCode(at)),
    });
    const told = (await checkPoolOnChain(vault, elsewhere, undefined)).map(describeProblem);
    expect(told.length).to.equal(2);
    expect(told[0]).to.contain(`the network: is chain 560048, which has no code at ${BEACON_ROOTS}, where EIP-4788`);
    expect(told[1]).to.contain(`which has no code at ${WITHDRAWAL_REQUESTS}, where EIP-7002`);
  });

  it("refuses what is no WETH, no deposit contract, or more than the deployer has", async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const coarse = await ethers.deployContract("AssetMock", ["Coarse", "C", 6]);
    const wrapped = await ethers.deployContract("WETHMock");
    const deposits = await ethers.deployContract("DepositContractMock");
    const at = async (contract: { getAddress(): Promise<string> }) => await contract.getAddress();
    const check = async (vault: Partial<Pool>) =>
      (await checkOnChain(parse(vault), ethers.provider, { payer: deployer?.address })).map(describeProblem);
    const good = { weth: await at(wrapped), depositContract: await at(deposits) };
    expect(await check(good)).to.deep.equal([]);
    expect((await check({ ...good, weth })).join()).to.contain(
      `vault.weth: is ${weth}, where this chain has no contract`,
    );
    expect((await check({ ...good, weth: await at(coarse) })).join()).to.contain("which has 6 decimals");
    expect((await check({ ...good, weth: await at(deposits) })).join()).to.contain("which tells no decimals()");
    expect((await check({ ...good, depositContract: await at(wrapped) })).join()).to.contain(
      "which does not answer get_deposit_root()",
    );
    expect((await check({ ...good, depositContract: weth })).join()).to.contain("vault.depositContract: is");
    expect((await check({ seed: "80,000" })).join()).to.contain("vault.seed: is 80,000 ETH, and the deployer");
  });
});
