import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";

import { expect } from "chai";
import hre from "hardhat";

import standard from "../../../config/default.js";
import { takeDefaults, type Asker } from "../../../src/config/init/asker.js";
import { collectAnswers } from "../../../src/config/init/collect.js";
import { composeDao, slugOf } from "../../../src/config/init/compose.js";
import { outlineFile, within } from "../../../src/config/init/outline.js";
import {
  describeInsiders,
  readAllocations,
  readBodies,
  readMembers,
  readVault,
} from "../../../src/config/init/read.js";
import { LOCAL_ACCOUNTS } from "../../../src/config/localAccounts.js";
import { SentenceError } from "../../../src/protocol/errors.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { askAt } from "../../../tasks/init/ask.js";
import { nextSteps } from "../../../tasks/init/nextSteps.js";
import type * as stockModule from "../../../tasks/init/stock.js";
import { readStock } from "../../../tasks/init/stock.js";

const [one, two, three] = LOCAL_ACCOUNTS;
const STOCK = "../../../tasks/init/stock.js";
const defaults = { standard, today: "2027-01-01" };

/** Somebody who presses Enter at every question, at a terminal; with `answers` typed before, by the question's begin. */
function pressEnter(answers: Readonly<Record<string, string>> = {}): { asker: Asker; questions: string[] } {
  const input = new PassThrough();
  const output = new PassThrough();
  output.resume();
  const questions: string[] = [];
  const asker = askAt({ input, output }, () => undefined);
  const type = <Answer>(message: string, answer: Promise<Answer>): Promise<Answer> => {
    questions.push(message);
    setImmediate(() => input.write(`${answers[message] ?? ""}\n`));
    return answer;
  };
  return {
    questions,
    asker: {
      input: (message, ...rest) => type(message, asker.input(message, ...rest)),
      select: (message, ...rest) => type(message, asker.select(message, ...rest)),
      confirm: (message, ...rest) => type(message, asker.confirm(message, ...rest)),
      tell: (text) => {
        asker.tell(text);
      },
    },
  };
}

describe("what is done with the file next", () => {
  it("names one network in every command, and under which names its URL and its key are kept", () => {
    const config = hre.config.networks.sepolia;
    const told = nextSteps("config/mine.ts", "erc4626", { name: "sepolia", config }).filter((line) =>
      line.startsWith(" "),
    );
    expect(told.map((line) => line.trim().replace("npx hardhat ", ""))).to.deep.equal([
      "keystore set SEPOLIA_RPC_URL",
      "tribune rehearse --dao config/mine.ts --network sepolia",
      "keystore set SEPOLIA_PRIVATE_KEY",
      "tribune deploy --dao config/mine.ts --network sepolia",
    ]);
  });
});

describe("a new DAO's answers", () => {
  it("are the defaults where somebody presses Enter at every question", async () => {
    const { asker, questions } = pressEnter();
    expect(await collectAnswers({}, asker, defaults)).to.deep.equal(await collectAnswers({}, takeDefaults, defaults));
    expect(questions.length).to.be.greaterThan(8);
  });

  it("are asked for only where they were not given", async () => {
    const { asker, questions } = pressEnter();
    const given = { name: "A", symbol: "AAA", supply: "100", allocations: `${one} 100`, vault: "pool", bodies: "none" };
    const answers = await collectAnswers(given, asker, defaults);
    expect(questions).to.deep.equal([]);
    expect(answers).to.deep.include({ name: "A", vault: { kind: "pool" }, tiebreaker: undefined });
    expect(answers.token).to.deep.include({ kind: "new", name: "A", symbol: "AAA" });
  });

  it("include the committees whose members were named, where they would be left out by default", async () => {
    const who = `2 of ${one}, ${two}`;
    const { asker, questions } = pressEnter();
    for (const willing of [takeDefaults, asker]) {
      const given = { vault: "pool", allocations: `${one} 100 %`, activation: who, execution: who };
      const { emergency, circuitBreaker } = await collectAnswers(given, willing, defaults);
      expect(emergency?.execution.owners).to.deep.equal([one, two]);
      expect(circuitBreaker).to.equal(undefined);
    }
    expect(questions.join()).to.contain("tiebreaker").and.not.to.contain("Emergency");
  });

  it("hold holders one by one, until the whole supply is given out", async () => {
    const { asker } = pressEnter({
      "Accounts of a local chain as holders, for now?": "n",
      Holder: two,
      "Is that an insider: a founder, a contributor, an investor?": "y",
    });
    const { token } = await collectAnswers({ supply: "1,000", vault: "stand-in", bodies: "none" }, asker, defaults);
    expect(token).to.have.deep.property("allocations", [
      {
        holder: two,
        amount: "1,000",
        isInsider: true,
        vesting: { start: "2027-01-01", duration: "1460 d", cliff: "365 d" },
      },
    ]);
  });
});

describe("answers that do not go together", () => {
  for (const [what, given, sentence] of [
    ["a Governor without its token", { governor: one }, "give both"],
    ["a token that exists, and holders", { token: one, governor: two, supply: "5" }, "has its supply already"],
    ["members of a committee that is left out", { bodies: "none", seal: `2 of ${one}, ${two}` }, "--seal is about"],
    ["a kind of a vault that is made", { vault: "pool", vaultKind: "erc7540" }, "--vault-kind is about"],
    ["members of a breaker over a vault that exists", { vault: one, seal: `2 of ${one}, ${two}` }, "obeys it"],
    ["a vessel for a vault that is left at once", { vault: one, vessel: "Mine" }, "--vault-kind own"],
    ["a breaker over a vault that nobody asked", { vault: one, bodies: "circuit-breaker" }, "circuit breaker"],
  ] as const) {
    it(`are refused: ${what}`, async () => {
      const error = await rejectionOf(collectAnswers(given, takeDefaults, defaults));
      expect(error).to.be.instanceOf(SentenceError);
      expect(error.message).to.contain(sentence);
    });
  }
});

describe("who gets a new DAO's tokens", () => {
  it("is read in amounts and in parts", () => {
    const text = `${one} 50 %; ${two} 30; ${three} 20 % insider vesting 2027-01-01 over 4 d`;
    const allocations = readAllocations(text, "100");
    expect(allocations.map(({ amount }) => amount)).to.deep.equal(["50", "30", "20"]);
    expect(allocations[2]).to.deep.include({
      isInsider: true,
      vesting: { start: "2027-01-01", duration: "4 d", cliff: "0 s" },
    });
    expect(describeInsiders(allocations)).to.equal("Insiders get 20 % of the supply; all of it vests.");
  });

  for (const [what, text, sentence] of [
    ["too few", `${one} 99.5`, "0.5 too few"],
    ["too many", `${one} 60 %; ${two} 60 %`, "20 too many"],
    ["nothing at all", "", "100 too few"],
    ["a part that is none", `${one} 1e9`, "is no holder"],
    ["an address whose checksum is wrong", `${one.slice(0, -1)}7 100`, "is not an address"],
    ["a date that does not exist", `${one} 100 vesting 2027-02-30 over 4 d`, "is not a date"],
    ["nothing for somebody", `${one} 100; ${two} 0`, "is 0"],
  ] as const) {
    it(`is refused with ${what}`, () => {
      expect(() => readAllocations(text, "100")).to.throw(SentenceError, sentence);
    });
  }
});

describe("other answers of a new DAO", () => {
  it("are refused in a sentence", () => {
    expect(() => readMembers("two of them", "A committee")).to.throw(SentenceError, "is no committee");
    expect(() => readBodies("emergency, senate")).to.throw(SentenceError, '"senate" is no body');
    expect(() => readVault("treasury")).to.throw(SentenceError, "is no vault");
    expect(() => readVault(one, "erc20")).to.throw(SentenceError, "is no kind of vault");
    expect(() => readVault(one, "own")).to.throw(SentenceError, "needs a vessel");
    expect(() => slugOf("道")).to.throw(SentenceError, "--file");
  });

  it("name a file", () => {
    expect(slugOf("Übermut & Co. DAO")).to.equal("ubermut-co-dao");
  });
});

describe("a new DAO's figures", () => {
  const variable = "TRIBUNE_TIEBREAKER";
  let before: string | undefined;
  beforeEach(() => {
    before = process.env[variable];
  });
  afterEach(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, variable);
    else process.env[variable] = before;
  });

  it("are there whatever the environment says of a test network's committees", async () => {
    process.env[variable] = "0x1";
    // As a process of its own would load it.
    const { readStock } = (await import(`${STOCK}?with=${variable}`)) as typeof stockModule;
    const { presets } = await readStock("config/mine.ts");
    expect(presets.testnet?.governor).to.have.property("votingDelay", "10 min");
    expect(presets.testnet?.tiebreaker?.subCommittees.length).to.equal(3);
  });

  it("are not taken from what every object has", async () => {
    const answers = await collectAnswers({}, takeDefaults, defaults);
    const stock = await readStock("config/mine.ts");
    for (const name of ["constructor", "toString", "days"]) {
      expect(() => composeDao(answers, name, stock)).to.throw(SentenceError, `no preset "${name}"; there are default`);
    }
  });
});

describe("the template of a new DAO", () => {
  it("has every key of config/default.ts", () => {
    const sections = outlineFile(readFileSync("config/default.ts", "utf8"));
    expect(sections.map(({ key }) => key)).to.deep.equal(Object.keys(standard));
    for (const section of sections.filter(({ lines }) => lines.length > 1 && lines[0]?.endsWith("{") === true)) {
      const value = Object.entries(standard).find(([key]) => key === section.key)?.[1];
      expect(within(section).map(({ key }) => key)).to.deep.equal(Object.keys(value as object));
    }
  });
});
