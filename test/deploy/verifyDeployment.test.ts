import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";
import { hexlify, getBytes, ZeroAddress, ZeroHash, type Addressable, type Provider } from "ethers";
import { artifacts, network } from "hardhat";

import standard from "../../config/default.js";
import type { FoundedDao } from "../../src/config/schema.js";
import type { TribuneAddresses } from "../../src/protocol/addresses.js";
import { createSafe } from "../../src/safe/createSafe.js";
import { provideSafeContracts } from "../../src/safe/provide.js";
import { renderReport } from "../../src/deployment/renderDeployment.js";
import type { Report } from "../../src/deployment/verify/finding.js";
import { verifyDeployment } from "../../src/deployment/verify/verifyDeployment.js";
import { ISafe__factory, type AssetMock, type ISafe } from "../../types/index.js";
import { enterVault } from "../helpers/deployCore.js";
import { deployProtocol, deployTribune, getPlayers } from "../helpers/deployTribune.js";
import { failingProvider, isCallOf, nodeError, type Question } from "../helpers/failingProvider.js";
import { impersonate } from "../helpers/impersonate.js";
import { laggingCalls } from "../helpers/laggingCalls.js";
import { laggingLogs } from "../helpers/laggingLogs.js";
import { isDeep } from "../helpers/testProfile.js";
import { createSafeOf } from "../helpers/safe.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

type Protocol = Awaited<ReturnType<typeof deployProtocol>>;

const verify = (
  { dao, addresses, deployer, firstBlock }: Pick<Protocol, "dao" | "addresses" | "deployer" | "firstBlock">,
  changes: {
    dao?: FoundedDao;
    addresses?: TribuneAddresses;
    firstBlock?: number;
    lastBlock?: number;
    provider?: Provider;
  } = {},
): Promise<Report> =>
  verifyDeployment({
    provider: ethers.provider,
    dao,
    addresses,
    deployer: deployer.address,
    firstBlock,
    readArtifact: (name) => artifacts.readArtifact(name),
    ...changes,
  });

const sentencesOf = ({ findings }: Report) =>
  findings.map(({ severity, subject, message }) => `${severity}: ${subject} ${message}`);

const deployStandard = () => deployTribune(connection);
const deployAgain = () => networkHelpers.loadFixture(deployStandard);
type Tribune = Awaited<ReturnType<typeof deployStandard>>;

/** Something that a deployment must not look like, and what tells of it. */
interface Fault {
  readonly what: string;
  readonly plant: (tribune: Tribune) => Promise<unknown>;
  readonly tells: readonly string[];
}

const asTimelock = async ({ timelock }: Tribune) => timelock.connect(await impersonate(connection, timelock));

type EmergencyCommittee = "activationCommittee" | "executionCommittee";
const committeeOf = ({ addresses }: Tribune, name: EmergencyCommittee): string =>
  addresses.bodies.emergency?.[name] ?? ZeroAddress;
/** The Safe, called by itself. */
const safeOf = async (tribune: Tribune, name: EmergencyCommittee) => {
  const address = committeeOf(tribune, name);
  return ISafe__factory.connect(address, await impersonate(connection, address));
};
const FIRST_IN_LIST = "0x0000000000000000000000000000000000000001";
async function replaceOwner(safe: ISafe, owner: string): Promise<void> {
  const [first = ZeroAddress] = await safe.getOwners();
  await safe.swapOwner(FIRST_IN_LIST, first, owner);
}
function bodyOf<Name extends "breaker" | "tiebreaker">(tribune: Tribune, name: Name): NonNullable<Tribune[Name]> {
  const body = tribune[name];
  if (body === undefined) throw new Error(`the deployment has no ${name}`);
  return body;
}

const FAULTS: readonly Fault[] = [
  {
    what: "the deployer has kept a role",
    plant: async (tribune) => (await asTimelock(tribune)).grantRole(ZeroHash, tribune.deployer),
    tells: ["timelock, DEFAULT_ADMIN_ROLE the deployer", "holds it, and should not"],
  },
  {
    what: "somebody else may propose",
    plant: async (tribune) =>
      (await asTimelock(tribune)).grantRole(await tribune.timelock.PROPOSER_ROLE(), tribune.stranger),
    tells: ["timelock, PROPOSER_ROLE", "holds it, and should not"],
  },
  {
    what: "the Governor may not cancel",
    plant: async (tribune) =>
      (await asTimelock(tribune)).revokeRole(await tribune.timelock.CANCELLER_ROLE(), tribune.governor),
    tells: ["timelock, CANCELLER_ROLE the Governor", "does not hold it, and should"],
  },
  {
    what: "execution is not open to everybody",
    plant: async (tribune) =>
      (await asTimelock(tribune)).revokeRole(await tribune.timelock.EXECUTOR_ROLE(), ZeroAddress),
    tells: ["timelock, EXECUTOR_ROLE everybody", "does not hold it, and should"],
  },
  {
    what: "somebody holds a role nobody knows",
    plant: async (tribune) => (await asTimelock(tribune)).grantRole(ethers.id("GUARDIAN_ROLE"), tribune.stranger),
    tells: [`timelock, the unknown role ${ethers.id("GUARDIAN_ROLE")}`, "holds it, and should not"],
  },
  {
    what: "the timelock has another gate",
    plant: async (tribune) => (await asTimelock(tribune)).setGate(await ethers.deployContract("OpenGateMock")),
    tells: ["timelock, gate is 0x", "should be 0x"],
  },
  {
    what: "the base delay is another",
    plant: async (tribune) => (await asTimelock(tribune)).updateDelay(5 * 86_400),
    tells: ["timelock, delay is 5 d, should be 4 d"],
  },
  {
    what: "the gate has another configuration",
    plant: async (tribune) => {
      const { signalling, phases } = tribune.dao.dualGovernance;
      const gate = tribune.gate.connect(await impersonate(connection, tribune.timelock));
      await gate.setConfig({ signalling: { ...signalling, rageQuitThreshold: 2n * 10n ** 17n }, phases });
    },
    tells: ["gate, rageQuitThreshold is 20 %, should be 10 %"],
  },
  {
    what: "the Governor has another voting period",
    plant: async ({ governor }) => {
      // By vote it would go through the Governor's own execution; its storage says the same.
      const done = await addDay(await governor.getAddress(), 5n * 86_400n, () => governor.votingPeriod());
      expect(done).to.equal(true);
    },
    tells: ["governor, votingPeriod is 6 d, should be 5 d"],
  },
  {
    what: "the vault belongs to somebody else",
    plant: async (tribune) => {
      const { vault, stranger } = tribune;
      await vault.connect(await impersonate(connection, tribune.timelock)).transferOwnership(stranger);
      await vault.connect(stranger).acceptOwnership();
    },
    tells: ["vault, owner is 0x", "should be the timelock"],
  },
  {
    what: "somebody may take the vault over",
    plant: async (tribune) =>
      tribune.vault.connect(await impersonate(connection, tribune.timelock)).transferOwnership(tribune.stranger),
    tells: ["vault, pending owner is 0x", "should be nobody"],
  },
  {
    what: "the vault has another strategy",
    plant: async (tribune) =>
      tribune.vault.connect(await impersonate(connection, tribune.timelock)).setStrategy(ZeroAddress),
    tells: [`vault, strategy is ${ZeroAddress}, should be 0x`],
  },
  {
    what: "the vesting wallet pays somebody else",
    plant: async ({ addresses, contributor, stranger }) => {
      const wallet = await ethers.getContractAt("CliffVestingWallet", addresses.vestingWallets[0] ?? "");
      await wallet.connect(contributor).transferOwnership(stranger);
    },
    tells: ["vesting wallet 0, beneficiary is 0x"],
  },
  {
    what: "the deployer holds votes that the file does not give it",
    plant: ({ token, majority, deployer }) => token.connect(majority).transfer(deployer, 1n),
    tells: ["token, balance of the deployer is 1, should be at most its allocation, 0"],
  },
  {
    what: "an operation was scheduled before the deployer left",
    plant: async (tribune) => {
      const timelock = await asTimelock(tribune);
      const { stranger, deployer } = tribune;
      await timelock.grantRole(ZeroHash, deployer);
      await timelock.grantRole(await timelock.PROPOSER_ROLE(), stranger);
      await timelock.connect(stranger).schedule(stranger, 0n, "0x", ZeroHash, ZeroHash, 4 * 86_400);
      await timelock.connect(deployer).renounceRole(ZeroHash, deployer);
    },
    tells: ["handover operation 0x", "was scheduled before the deployer left"],
  },
  {
    what: "an operation was scheduled by an accomplice, who left after the deployer",
    plant: async (tribune) => {
      const { timelock, deployer, stranger } = tribune;
      const proposer = await timelock.PROPOSER_ROLE();
      await (await asTimelock(tribune)).grantRole(ZeroHash, deployer);
      await timelock.grantRole(ZeroHash, stranger);
      await timelock.renounceRole(ZeroHash, deployer);
      const theirs = timelock.connect(stranger);
      await theirs.grantRole(proposer, stranger);
      await theirs.schedule(stranger, 0n, "0x", ZeroHash, ZeroHash, 4 * 86_400);
      await theirs.renounceRole(ZeroHash, stranger);
      await theirs.renounceRole(proposer, stranger);
    },
    tells: ["handover operation 0x", "was scheduled before 0x", "left, who should never have held a role"],
  },
  {
    what: "somebody held a role for a time",
    plant: async (tribune) => {
      const timelock = await asTimelock(tribune);
      await timelock.grantRole(await timelock.CANCELLER_ROLE(), tribune.stranger);
      await timelock.revokeRole(await timelock.CANCELLER_ROLE(), tribune.stranger);
    },
    tells: ["timelock, CANCELLER_ROLE 0x", "has held it, and should never have"],
  },
  {
    what: "the deployer came back for a time",
    plant: async (tribune) => {
      await (await asTimelock(tribune)).grantRole(ZeroHash, tribune.deployer);
      await tribune.timelock.renounceRole(ZeroHash, tribune.deployer);
    },
    tells: ["timelock, DEFAULT_ADMIN_ROLE the deployer", "got it back after it had left, and should not have"],
  },
  {
    what: "something stands agreed in a Safe",
    plant: async (tribune) => {
      const safe = await safeOf(tribune, "activationCommittee");
      const [owner = ZeroAddress] = await safe.getOwners();
      await safe.connect(await impersonate(connection, owner)).approveHash(ethers.id("what nobody knows"));
    },
    tells: ["emergency.activationCommittee is 0x", "has standing approvals of 0x", "where nothing stands agreed"],
  },
  {
    what: "the emergency committees have another term",
    plant: async (tribune) => {
      const { terms } = await tribune.timelock.emergencyStatus();
      const { activationCommittee, executionCommittee, protectionEndsAt, modeDuration } = terms;
      const longer = protectionEndsAt + 86_400n;
      const changed = { activationCommittee, executionCommittee, protectionEndsAt: longer, modeDuration };
      return (await asTimelock(tribune)).setEmergencyProtection(changed);
    },
    tells: ["timelock, end of emergency protection is 20", "should be 20"],
  },
  {
    what: "somebody else may enter emergency mode",
    plant: async (tribune) => {
      const { executionCommittee, protectionEndsAt, modeDuration } = (await tribune.timelock.emergencyStatus()).terms;
      const activationCommittee = tribune.stranger.address;
      const changed = { activationCommittee, executionCommittee, protectionEndsAt, modeDuration };
      return (await asTimelock(tribune)).setEmergencyProtection(changed);
    },
    tells: ["timelock, activation committee is 0x", "should be 0x"],
  },
  {
    what: "emergency mode was entered",
    plant: async (tribune) =>
      tribune.timelock
        .connect(await impersonate(connection, committeeOf(tribune, "activationCommittee")))
        .activateEmergencyMode(),
    tells: ["timelock, end of emergency mode is 20", "should be none"],
  },
  {
    what: "somebody else breaks deadlocks",
    plant: async (tribune) => (await asTimelock(tribune)).setTiebreaker(tribune.stranger, 365 * 86_400),
    tells: ["timelock, tiebreaker is 0x", "should be 0x"],
  },
  {
    what: "the tiebreaker may act sooner",
    plant: async (tribune) =>
      (await asTimelock(tribune)).setTiebreaker(await tribune.timelock.tiebreaker(), 182 * 86_400),
    tells: ["timelock, timeout of the tiebreaker is 182 d, should be 365 d"],
  },
  {
    what: "the tiebreaker has other members",
    plant: async (tribune) => {
      const members = await bodyOf(tribune, "tiebreaker").members();
      const timelock = await impersonate(connection, tribune.timelock);
      await bodyOf(tribune, "tiebreaker")
        .connect(timelock)
        .setMembers([...members].reverse(), 2);
    },
    tells: ["tiebreaker, sub-committees is 0x"],
  },
  {
    what: "the tiebreaker acts through another breaker",
    plant: async (tribune) => {
      const timelock = await impersonate(connection, tribune.timelock);
      await bodyOf(tribune, "tiebreaker").connect(timelock).setBreaker(ZeroAddress);
    },
    tells: [`tiebreaker, breaker is ${ZeroAddress}, should be 0x`],
  },
  {
    what: "the vault obeys another breaker",
    plant: async (tribune) =>
      tribune.vault.connect(await impersonate(connection, tribune.timelock)).setBreaker(tribune.stranger),
    tells: ["vault, breaker is 0x", "should be 0x"],
  },
  {
    what: "the breaker has other code",
    plant: async (tribune) =>
      networkHelpers.setCode(
        await bodyOf(tribune, "breaker").getAddress(),
        `${(await bodyOf(tribune, "breaker").getDeployedCode()) ?? ""}00`,
      ),
    tells: ["breaker at 0x", "has other code than CircuitBreaker"],
  },
  {
    what: "a Safe has a module",
    plant: async (tribune) => (await safeOf(tribune, "activationCommittee")).enableModule(tribune.stranger),
    tells: ["emergency.activationCommittee is 0x", "may act without any owner's signature"],
  },
  {
    what: "a Safe has another threshold",
    plant: async (tribune) => (await safeOf(tribune, "activationCommittee")).changeThreshold(1),
    tells: ["emergency.activationCommittee is 0x", "1 of 3 owners must sign; configured is 2"],
  },
  {
    what: "a Safe has another owner",
    plant: async (tribune) => replaceOwner(await safeOf(tribune, "activationCommittee"), tribune.deployer.address),
    tells: ["emergency.activationCommittee is 0x", "is an owner; it is not configured"],
  },
  {
    what: "one key has come into two committees that check each other",
    plant: async (tribune) => {
      const [key = ZeroAddress] = await (await safeOf(tribune, "activationCommittee")).getOwners();
      await replaceOwner(await safeOf(tribune, "executionCommittee"), key);
    },
    tells: ["emergency.executionCommittee shares the key 0x", "with emergency.activationCommittee"],
  },
  {
    what: "a committee is no Safe",
    plant: (tribune) => networkHelpers.setCode(committeeOf(tribune, "activationCommittee"), "0xfe"),
    tells: ["emergency.activationCommittee is 0x", "has other code than a Safe 1.4.1"],
  },
  {
    what: "a contract has other code",
    plant: async ({ escrow, addresses }) =>
      networkHelpers.setCode(addresses.escrow, `${(await escrow.getDeployedCode()) ?? ""}00`),
    tells: ["escrow at 0x", "has other code than VetoEscrow"],
  },
  {
    what: "a contract has no code",
    plant: ({ addresses }) => networkHelpers.setCode(addresses.vessel, "0x"),
    tells: ["vessel at 0x", "has no code"],
  },
  {
    what: "a contract keeps an immutable that nothing explains",
    plant: async ({ escrow, addresses, stranger }) => {
      const { immutableReferences } = await artifacts.readArtifact("VetoEscrow");
      const code = getBytes((await escrow.getDeployedCode()) ?? "0x");
      const word = getBytes(ethers.zeroPadValue(stranger.address, 32));
      const [places] = Object.values(immutableReferences ?? {});
      for (const { start } of places ?? []) code.set(word, start);
      await networkHelpers.setCode(addresses.escrow, hexlify(code));
    },
    tells: ["escrow at 0x", "keeps other immutables in its code than follow from the configuration"],
  },
];

/** Adds a day to the value that `read` gives, wherever `contract` stores it among its first slots. */
async function addDay(contract: string, value: bigint, read: () => Promise<bigint>): Promise<boolean> {
  for (let slot = 0; slot < 32; ++slot) {
    const before = BigInt(await ethers.provider.getStorage(contract, slot));
    for (let shift = 0n; shift < 256n; shift += 8n) {
      if (((before >> shift) & 0xffffffffn) !== value) continue;
      await networkHelpers.setStorageAt(contract, slot, before + (86_400n << shift));
      if ((await read()) === value + 86_400n) return true;
      await networkHelpers.setStorageAt(contract, slot, before);
    }
  }
  return false;
}

const changed =
  <Section extends "token" | "governor" | "timelock" | "vault" | "emergency" | "circuitBreaker" | "tiebreaker">(
    section: Section,
    values: Partial<NonNullable<FoundedDao[Section]>>,
  ): ((dao: FoundedDao) => FoundedDao) =>
  (dao) => ({ ...dao, [section]: { ...dao[section], ...values } });

const changedAllocation =
  (index: number, values: Partial<FoundedDao["token"]["allocations"][number]>) =>
  (dao: FoundedDao): FoundedDao => {
    const allocations = dao.token.allocations.map((old, at) => (at === index ? { ...old, ...values } : old));
    return { ...dao, token: { ...dao.token, allocations } };
  };

/** Every value of the file outside the gate, changed, and what tells of it. */
const CHANGES: readonly [change: (dao: FoundedDao) => FoundedDao, tells: string][] = [
  [(dao) => ({ ...dao, name: "Another DAO" }), "governor, name"],
  [changed("token", { name: "Another" }), "token, name"],
  [changed("token", { symbol: "OTHER" }), "token, symbol"],
  [changedAllocation(0, { amount: 7n }), "token, supply"],
  [changedAllocation(0, { holder: ZeroAddress }), "token, allocations"],
  [
    changedAllocation(2, { vesting: { start: 7n, duration: 1460n * 86_400n, cliff: 365n * 86_400n } }),
    "vesting wallet 0, start",
  ],
  [changedAllocation(2, { holder: ZeroAddress }), "vesting wallet 0, beneficiary"],
  [changed("governor", { votingDelay: 7n }), "governor, votingDelay"],
  [changed("governor", { votingPeriod: 7n }), "governor, votingPeriod"],
  [changed("governor", { proposalThreshold: 10n ** 16n }), "governor, proposalThreshold"],
  [changed("governor", { quorum: 10n ** 16n }), "governor, quorum"],
  [changed("governor", { lateQuorumExtension: 7n }), "governor, lateQuorumExtension"],
  [changed("timelock", { delay: 7n }), "timelock, delay"],
  [changed("timelock", { delayFloor: 7n }), "timelock, delayFloor"],
  [changed("timelock", { delayCeiling: 7n }), "timelock, delayCeiling"],
  [changed("timelock", { grace: 7n }), "timelock, grace"],
  [changed("timelock", { fallbackDelay: 7n }), "timelock, fallbackDelay"],
  [changed("timelock", { protectionLimit: 7n }), "timelock, protectionLimit"],
  [changed("timelock", { emergencyLimit: 7n }), "timelock, emergencyLimit"],
  [changed("timelock", { tiebreakerFloor: 7n }), "timelock, tiebreakerFloor"],
  [changed("timelock", { tiebreakerCeiling: 7n }), "timelock, tiebreakerCeiling"],
  [changed("emergency", { protection: 7n }), "timelock, end of emergency protection"],
  [changed("emergency", { modeDuration: 7n }), "timelock, duration of emergency mode"],
  [changed("circuitBreaker", { sealDuration: 7n }), "breaker, sealDuration"],
  [changed("circuitBreaker", { sealTerm: 7n }), "breaker, expiry of the seal"],
  [changed("circuitBreaker", { pausables: [ZeroAddress] }), "breaker, pausables"],
  [changed("tiebreaker", { quorum: 3 }), "tiebreaker, quorum"],
  [changed("tiebreaker", { timeout: 7n }), "timelock, timeout of the tiebreaker"],
  [changed("tiebreaker", { delay: 7n }), "tiebreaker, delay"],
  [changed("vault", { name: "Another" }), "vault, name"],
  [changed("vault", { symbol: "OTHER" }), "vault, symbol"],
  [changed("vault", { fee: 7n }), "vault, fee"],
  [changed("vault", { seed: 10n ** 16n }), "escrow, supply floor"],
];

describe("verifyDeployment", () => {
  context("given a deployment as the file says", () => {
    it("[INV-10] finds nothing, so the deployer holds nothing", async () => {
      const report = await verify(await deployAgain());
      expect(sentencesOf(report)).to.deep.equal([]);
      expect(report.checks).to.be.greaterThan(60);
    });

    it("finds nothing wrong when the DAO has begun to work", async () => {
      const tribune = await deployAgain();
      const timelock = tribune.timelock.connect(await impersonate(connection, tribune.governor));
      await timelock.schedule(tribune.stranger, 0n, "0x", ZeroHash, ZeroHash, 4 * 86_400);
      await tribune.token.connect(tribune.majority).transfer(tribune.stranger, 1n);
      expect(sentencesOf(await verify(tribune))).to.deep.equal([]);
    });

    it("finds nothing wrong where there are no bodies whose powers end", async () => {
      const none = { emergency: undefined, circuitBreaker: undefined, tiebreaker: undefined };
      const tribune = await deployTribune(connection, none);
      expect(sentencesOf(await verify(tribune))).to.deep.equal([]);
      expect(tribune.addresses.bodies).to.deep.equal({});
    });

    it("finds nothing wrong with Safes that existed before", async () => {
      const { emergency } = standard;
      if (emergency === undefined) throw new Error("the default configuration has no emergency committees");
      const { deployer } = await getPlayers(connection);
      await provideSafeContracts(deployer);
      const existing = async (committee: typeof emergency.activationCommittee, salt: bigint) => ({
        ...committee,
        safe: await createSafe(deployer, { ...committee, salt }),
      });
      const activationCommittee = await existing(emergency.activationCommittee, 1n);
      const executionCommittee = await existing(emergency.executionCommittee, 2n);
      const overrides = { emergency: { ...emergency, activationCommittee, executionCommittee } };
      const tribune = await deployTribune(connection, overrides);
      expect(sentencesOf(await verify(tribune))).to.deep.equal([]);
      expect(committeeOf(tribune, "activationCommittee")).to.equal(activationCommittee.safe);
    });

    it("allows the deployer the tokens the file gives it", async () => {
      const [deployer] = await ethers.getSigners();
      const allocations = [{ holder: deployer?.address ?? "", amount: "5" }];
      const tribune = await deployTribune(connection, { token: { ...standard.token, allocations } });
      expect(sentencesOf(await verify(tribune))).to.deep.equal([]);
    });
  });

  context("given a fault", () => {
    for (const { what, plant, tells } of FAULTS) {
      it(`tells that ${what}`, async () => {
        const tribune = await deployAgain();
        await plant(tribune);
        const sentences = sentencesOf(await verify(tribune));
        const about = sentences.filter((text) => tells.every((part) => text.includes(part)));
        expect(about, sentences.join("\n")).to.have.lengthOf(1);
        expect(about[0]).to.match(/^error: /);
      });
    }
  });

  context("given a record that begins too late", () => {
    it("refuses it: what happened to the timelock before was not read", async () => {
      const tribune = await deployAgain();
      const firstBlock = await ethers.provider.getBlockNumber();
      expect(sentencesOf(await verify(tribune, { firstBlock }))).to.include(
        `error: record, first block is ${firstBlock}, where the timelock stands already: what happened to it before was ` +
          "not read; should be a block before its deployment",
      );
    });

    it("says where the node has forgotten, and nobody can tell", async () => {
      const tribune = await deployAgain();
      const forgetful = failingProvider(
        ethers.provider,
        ({ method, args: [, block] }) => method === "getCode" && block === tribune.firstBlock,
        nodeError(-32000, "missing trie node"),
      );
      const [sentence, ...others] = sentencesOf(await verify(tribune, { provider: forgetful }));
      expect(sentence).to.match(/^warning: record, first block is \d+, whose state the network's node does not keep/);
      expect(others).to.deep.equal([]);
    });
  });

  context("given a node that does not answer", () => {
    it("proves nothing where a single question stays unanswered, whatever stands there", async () => {
      const tribune = await deployAgain();
      const { vault, addresses, stranger } = tribune;
      await vault.connect(await impersonate(connection, addresses.timelock)).transferOwnership(stranger);
      const { selector } = vault.interface.getFunction("pendingOwner");
      const report = await verify(tribune, { provider: failingProvider(ethers.provider, isCallOf(selector)) });
      expect(report.findings).to.deep.equal([]);
      expect(report.unread.map(({ subject }) => subject)).to.deep.equal(["vault, pending owner"]);
      expect(report.unread[0]?.message).to.contain("limit exceeded");
      expect(stripVTControlCharacters(renderReport(report))).to.match(
        /^\d+ checks on the chain: 1 could not be read, so nothing is proven\.$/,
      );
    });

    it("says so of each of its questions, and never that all is well", async function () {
      this.timeout(120_000);
      const tribune = await deployAgain();
      const kinds = new Set<string>();
      const kindOf = ({ method, args }: Question): string => {
        const [first] = args as [unknown];
        if (method === "call") return `call ${String((first as { data?: string }).data).slice(0, 10)}`;
        if (method === "getLogs") return `getLogs ${String((first as { topics?: unknown[] }).topics?.[0])}`;
        return method === "send" ? "" : method;
      };
      await verify(tribune, { provider: failingProvider(ethers.provider, (one) => (kinds.add(kindOf(one)), false)) });
      kinds.delete("");
      expect(kinds.size).to.be.greaterThan(60);
      const silent: string[] = [];
      const step = isDeep ? 1 : 8;
      for (const kind of [...kinds].filter((_, index) => index % step === 0)) {
        const provider = failingProvider(ethers.provider, (question) => kindOf(question) === kind);
        const { unread, findings } = await verify(tribune, { provider });
        if (unread.length === 0 || findings.length > 0) silent.push(kind);
      }
      expect(silent).to.deep.equal([]);
    });
  });

  context("given nodes behind one address, of which some lag", () => {
    const lagging = (firstBlock: number, knowOthers: boolean): Provider =>
      laggingCalls(ethers.provider, firstBlock, knowOthers);

    it("asks all of them for the same block, and finds nothing in what they have not got", async () => {
      const tribune = await deployAgain();
      const patient = await verify(tribune, { provider: lagging(tribune.firstBlock, true) });
      expect([...patient.findings, ...patient.unread]).to.deep.equal([]);
      const { findings, unread } = await verify(tribune, { provider: lagging(tribune.firstBlock, false) });
      expect(findings).to.deep.equal([]);
      expect(unread).to.deep.equal([{ subject: "code", message: "header not found" }]);
    });

    it("proves nothing at a node that ends before the deployment began", async () => {
      const tribune = await deployAgain();
      const firstBlock = (await ethers.provider.getBlockNumber()) + 1;
      const { findings, unread } = await verify(tribune, { firstBlock });
      expect(findings).to.deep.equal([]);
      expect(unread[0]?.message).to.equal(
        `The node's newest block is ${firstBlock - 1}, and the deployment began after ${firstBlock}.`,
      );
    });

    it("finds nothing in a block before the one in which the deployment ended", async () => {
      const tribune = await deployAgain();
      const head = await ethers.provider.getBlockNumber();
      expect(await verify(tribune, { lastBlock: head })).to.deep.include({ findings: [], unread: [] });
      const { findings, unread } = await verify(tribune, { lastBlock: head + 1 });
      expect(findings).to.deep.equal([]);
      expect(unread).to.deep.equal([
        {
          subject: "the newest block",
          message:
            `The node is behind block ${head + 1}, in which the deployment ended: its newest is ${head}, and nothing was ` +
            "read.",
        },
      ]);
    });
  });

  context("given a node whose logs end before its newest block, and say nothing of it", () => {
    it("finds nothing wrong in what is missing, and says that it is", async function () {
      this.timeout(120_000);
      const tribune = await deployAgain();
      const length = (await ethers.provider.getBlockNumber()) - tribune.firstBlock;
      // The last transaction of a deployment is the one by which the deployer gives up its role.
      for (let lag = length; lag > 1; lag -= isDeep ? 1 : 6) {
        const { findings, unread } = await verify(tribune, { provider: laggingLogs(ethers.provider, lag) });
        expect(findings, `${lag} blocks`).to.deep.equal([]);
        expect(unread, `${lag} blocks`).not.to.deep.equal([]);
      }
      const { unread } = await verify(tribune, { provider: laggingLogs(ethers.provider, length) });
      expect(unread.map(({ message }) => message)).to.include(
        "do not tell of the timelock's creation, although its code is there",
      );
      await networkHelpers.mine(5);
      const late = await verify(tribune, { provider: laggingLogs(ethers.provider, 5) });
      expect(late).to.deep.equal(await verify(tribune));
    });

    it("proves nothing where an operation was executed that the logs do not tell of", async () => {
      const tribune = await deployAgain();
      const timelock = tribune.timelock.connect(await impersonate(connection, tribune.governor));
      const grant = timelock.interface.encodeFunctionData("grantRole", [
        await timelock.PROPOSER_ROLE(),
        tribune.stranger.address,
      ]);
      const operation = [tribune.addresses.timelock, 0n, grant, ZeroHash, ZeroHash] as const;
      await timelock.schedule(...operation, tribune.dao.timelock.delay);
      await networkHelpers.time.increase(tribune.dao.timelock.delay);
      await timelock.execute(...operation);
      expect(sentencesOf(await verify(tribune))[0]).to.contain("holds it, and should not");

      const id = await timelock.hashOperation(...operation);
      const { findings, unread } = await verify(tribune, { provider: laggingLogs(ethers.provider, 1) });
      expect(findings).to.deep.equal([]);
      expect(unread).to.deep.equal([
        { subject: "logs", message: `do not tell that operation ${id} was executed, and it is done` },
      ]);
      const { unread: older } = await verify(tribune, { provider: laggingLogs(ethers.provider, 3) });
      expect(older[0]?.message).to.contain("leave operations out: The node's logs tell of 0 of the 1 operations");
    });
  });

  context("given owners that are Safes", () => {
    it("tells that one person stands behind a committee, and behind the one that checks it", async () => {
      const { emergency } = standard;
      if (emergency === undefined) throw new Error("the default configuration has no emergency committees");
      const { stakers } = await getPlayers(connection);
      const [person] = stakers;
      if (person === undefined) throw new Error("too few accounts");
      const one = await (await createSafeOf([person], 1, 1n)).getAddress();
      const other = await (await createSafeOf([person], 1, 2n)).getAddress();
      const [first = ZeroAddress] = emergency.executionCommittee.owners;
      const tribune = await deployTribune(connection, {
        emergency: {
          ...emergency,
          activationCommittee: { owners: [one, other], threshold: 2 },
          executionCommittee: { owners: [first, person.address], threshold: 2 },
        },
      });
      expect(sentencesOf(await verify(tribune))).to.deep.equal([
        `error: emergency.activationCommittee obeys ${person.address} alone, which stands behind enough of its owners; ` +
          "right are as many independent keys as must sign, also behind owners that are Safes",
        `error: emergency.executionCommittee shares the key ${person.address} with emergency.activationCommittee, and ` +
          "the two are meant to check each other",
      ]);
    });
  });

  context("given a file that says something else", () => {
    it("tells every value that differs", async () => {
      const tribune = await deployAgain();
      const dao = CHANGES.reduce((changing, [change]) => change(changing), tribune.dao);
      const sentences = sentencesOf(await verify(tribune, { dao }));
      for (const [, tells] of CHANGES) {
        expect(
          sentences.filter((text) => text.startsWith(`error: ${tells} `)),
          tells,
        ).to.have.lengthOf(1);
      }
    });

    it("tells every value of the gate that differs", async () => {
      const tribune = await deployAgain();
      const { signalling, phases, exit } = tribune.dao.dualGovernance;
      const changeAll = <Group extends object>(group: Group) =>
        Object.fromEntries(Object.keys(group).map((name) => [name, 7n])) as Group;
      const dualGovernance = { signalling: changeAll(signalling), phases: changeAll(phases), exit };
      const sentences = sentencesOf(await verify(tribune, { dao: { ...tribune.dao, dualGovernance } }));
      const names = [...Object.keys(signalling), ...Object.keys(phases)];
      expect(sentences).to.have.lengthOf(names.length);
      for (const name of names) {
        expect(
          sentences.some((text) => text.startsWith(`error: gate, ${name} is `)),
          name,
        ).to.equal(true);
      }
    });

    it("tells every term of the exit that differs", async () => {
      const tribune = await deployAgain();
      const { dualGovernance } = tribune.dao;
      const { exit } = dualGovernance;
      const changedExit = Object.fromEntries(
        Object.entries(exit).map(([name, value]) => [name, typeof value === "bigint" ? 7n : !value]),
      ) as unknown as typeof exit;
      const dao = { ...tribune.dao, dualGovernance: { ...dualGovernance, exit: changedExit } };
      const sentences = sentencesOf(await verify(tribune, { dao }));
      expect(sentences).to.have.lengthOf(Object.keys(exit).length);
      for (const name of Object.keys(exit)) {
        expect(
          sentences.some((text) => text.startsWith(`error: escrow, ${name} is `)),
          name,
        ).to.equal(true);
      }
    });

    it("tells that any of the contracts is another", async () => {
      const tribune = await deployAgain();
      const other = await deployStandard();
      for (const name of [
        "token",
        "fallbackGate",
        "timelock",
        "governor",
        "vault",
        "vessel",
        "escrow",
        "gate",
      ] as const) {
        const addresses = { ...tribune.addresses, [name]: other.addresses[name] };
        const { findings } = await verify(tribune, { addresses });
        expect(findings.filter(({ severity }) => severity === "error").length, name).to.be.greaterThan(0);
      }
      for (const name of ["emergency", "circuitBreaker", "tiebreaker"] as const) {
        const bodies = { ...tribune.addresses.bodies, [name]: other.addresses.bodies[name] };
        const { findings } = await verify(tribune, { addresses: { ...tribune.addresses, bodies } });
        expect(findings.filter(({ severity }) => severity === "error").length, name).to.be.greaterThan(0);
      }
    });
  });

  context("given a vault that exists", () => {
    const fill = async (asset: AssetMock, vault: Addressable) => {
      const { stranger } = await getPlayers(connection);
      await enterVault(connection, asset, vault, stranger, 10n ** 12n);
    };
    const deployVault = async () => {
      const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 6]);
      const vault = await ethers.deployContract("VaultMock", [asset]);
      await fill(asset, vault);
      return vault;
    };

    it("finds nothing wrong with one that redeems at once, and asks who governs it", async () => {
      const address = await (await deployVault()).getAddress();
      const protocol = await deployProtocol(connection, { vault: { kind: "erc4626", address } });
      const sentences = sentencesOf(await verify(protocol));
      expect(sentences).to.have.lengthOf(1);
      expect(sentences[0]).to.match(/^warning: vault, owner is not told by owner\(\): make sure yourself/);
    });

    for (const hasSeparateShare of [false, true]) {
      for (const hasVotableSupply of isDeep ? [false, true] : [hasSeparateShare]) {
        const kind = `${hasSeparateShare ? "a share of its own" : "its own share"}${hasVotableSupply ? ", and reports a votable supply" : ""}`;
        it(`finds nothing wrong with one that redeems on request, has ${kind}`, async () => {
          const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
          const mode = {
            hasSeparateShare,
            hasVotableSupply,
            hasRequestIds: false,
            isFulfilledAtOnce: false,
            burnAt: 0,
            priceAt: 0,
          };
          const vault = await ethers.deployContract("ERC7540VaultMock", [asset, mode]);
          await fill(asset, vault);
          const address = await vault.getAddress();
          const protocol = await deployProtocol(connection, { vault: { kind: "erc7540", address } });
          expect((await verify(protocol)).findings.map(({ severity }) => severity)).to.deep.equal(["warning"]);
        });
      }
    }

    context("and is left in a way of its own", () => {
      it("finds nothing wrong with a vessel that was deployed with it", async () => {
        const address = await (await deployVault()).getAddress();
        const protocol = await deployProtocol(connection, {
          vault: { kind: "own", address, vessel: "CooldownVessel" },
        });
        expect(sentencesOf(await verify(protocol)).filter((text) => !text.includes("owner()"))).to.deep.equal([]);
      });

      it("warns of a vessel that existed before", async () => {
        const address = await (await deployVault()).getAddress();
        const vessel = await (await ethers.deployContract("CooldownVessel", [address])).getAddress();
        const protocol = await deployProtocol(connection, { vault: { kind: "own", address, vessel } });
        expect(protocol.addresses.vessel).to.equal(vessel);
        const sentences = sentencesOf(await verify(protocol)).filter((text) => !text.includes("owner()"));
        expect(sentences).to.have.lengthOf(1);
        expect(sentences[0]).to.match(/^warning: vessel is 0x.*, which existed before: whoever wrote its code decides/);
      });

      it("tells of a vessel that leaves another vault", async () => {
        const [address, other] = [await (await deployVault()).getAddress(), await (await deployVault()).getAddress()];
        const vessel = await (await ethers.deployContract("CooldownVessel", [other])).getAddress();
        const protocol = await deployProtocol(connection, { vault: { kind: "own", address, vessel } });
        const sentences = sentencesOf(await verify(protocol));
        for (const what of ["vessel, vault", "vessel, share", "escrow, vault"]) {
          expect(
            sentences.some((text) => text.startsWith(`error: ${what} is ${other}, should be ${address}`)),
          ).to.equal(true);
        }
      });
    });

    it("warns where the vault was much larger when the escrow was made", async () => {
      const vault = await deployVault();
      const { stranger } = await getPlayers(connection);
      const protocol = await deployProtocol(connection, {
        vault: { kind: "erc4626", address: await vault.getAddress() },
      });
      const shares = await vault.balanceOf(stranger);
      await vault.connect(stranger).redeem(shares / 2n, stranger, stranger);
      const sentences = sentencesOf(await verify(protocol)).filter((text) => !text.includes("owner()"));
      expect(sentences).to.have.lengthOf(1);
      expect(sentences[0]).to.match(
        /^warning: escrow, supply floor is 1000000000 units of shares, .* now is 500000000:/,
      );
    });

    context("and has an owner", () => {
      const deployOwned = async (owner: (protocol: { deployer: string; stranger: string }) => string) => {
        const { deployer, stranger } = await getPlayers(connection);
        const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
        const who = owner({ deployer: deployer.address, stranger: stranger.address });
        const vault = await ethers.deployContract("ExampleVault", [
          asset,
          "Vault",
          "V",
          who,
          0n,
          ZeroAddress,
          ZeroAddress,
        ]);
        await fill(asset, vault);
        const address = await vault.getAddress();
        return { vault, protocol: await deployProtocol(connection, { vault: { kind: "erc4626", address } }) };
      };

      it("fails while the deployer owns it, and says what to do", async () => {
        const { protocol, vault } = await deployOwned(({ deployer }) => deployer);
        const [sentence] = sentencesOf(await verify(protocol));
        expect(sentence).to.match(
          /^error: vault, owner is the deployer, 0x.*: hand it over with transferOwnership\(0x/,
        );
        await vault.transferOwnership(protocol.timelock);
        await vault.connect(await impersonate(connection, protocol.timelock)).acceptOwnership();
        expect(sentencesOf(await verify(protocol))).to.deep.equal([]);
      });

      it("warns while somebody else owns it", async () => {
        const { protocol, vault } = await deployOwned(({ stranger }) => stranger);
        const sentences = sentencesOf(await verify(protocol));
        expect(sentences).to.have.lengthOf(1);
        expect(sentences[0]).to.match(/^warning: vault, owner is 0x.*, whose decisions no staker can delay/);
        await vault.connect(protocol.stranger).transferOwnership(protocol.deployer);
        expect(sentencesOf(await verify(protocol))[1]).to.match(/^warning: vault, pending owner is 0x/);
      });
    });
  });

  it("finds nothing wrong with the example vault over an asset and a market that exist", async () => {
    const asset = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
    const market = await ethers.deployContract("MarketMock", [asset]);
    const vault = {
      kind: "example",
      name: "Vault",
      symbol: "V",
      fee: "0 %",
      seed: "1.5",
      asset: await asset.getAddress(),
      market: await market.getAddress(),
    } as const;
    const { deployer } = await getPlayers(connection);
    await asset.mint(deployer, 1_500_000n);
    const protocol = await deployProtocol(connection, { vault });
    expect(sentencesOf(await verify(protocol))).to.deep.equal([]);
    expect(await protocol.escrow.SUPPLY_FLOOR()).to.equal(1_500_000n);
    expect(await protocol.vault.maxWithdraw(protocol.timelock)).to.equal(1_500_000n);
  });
});
