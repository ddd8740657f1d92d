import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";
import ICAL from "ical.js";

import { DualGovernanceTimelock__factory, TiebreakerCommittee__factory } from "../../types/index.js";
import { isInstrumented } from "../helpers/instrumented.js";
import { isDeep } from "../helpers/testProfile.js";
import { deadAfterSending, isTransaction, lagging, ofChain, onlyIn, powerCut, pruned } from "./faults.js";
import type { Fault } from "./proxy.js";
import { MATRIX, type Outcome, type Row } from "./matrix.js";
import { POOL_COMMANDS } from "./poolFaultWorld.js";
import { POOL_MATRIX } from "./poolMatrix.js";
import { COMMANDS, createFaultWorld, LAG, PUBLIC_CHAIN, type Command, type Ending } from "./faultWorld.js";

type World = Awaited<ReturnType<typeof createFaultWorld>>;

/** What only a chain that was read may be said to be. */
const FINDINGS =
  /found something else|is not what the configuration says|put it on record|No operation is pending|No committee has a power|not as configured|does not fit|everything is as/;

/** Rehearsals go on for as long as the clock of this machine does. */
const comparable = (text: string): string => text.replace(/(\d+ (d|h|min|s)\b ?)+/g, "…").replace(/ +/g, " ");

/** A rehearsal that goes on, and a deployment that is verified, are long: the wide matrix is for the deep profile. */
const isQuick = ({ fault }: Row, command: Command, outcome: Outcome): boolean =>
  command === "rehearse" || command === "audit" || command === "check"
    ? /502.*everything|pruned|another chain/.test(fault)
    : command === "deploy"
      ? outcome !== "goes on" || /^A line.*once/.test(fault)
      : command === "status" || /once|every|everything|another/.test(fault);
/** By turns: every fault over some commands, every command under some faults; `status`, which is quick, under all. */
const isOnTurn = (row: Row, command: Command): boolean =>
  command === "status" || (MATRIX.indexOf(row) + COMMANDS.indexOf(command)) % 3 === 0;

/** Each takes as long as a node may be silent. */
const isSlow = ({ fault }: Row, command: Command): boolean => fault.startsWith("No answer") && command !== "status";

describe("a command whose node fails", function () {
  this.timeout(isDeep ? 600_000 : 120_000);
  let world: World;
  const usual = new Map<Command, Ending>();

  /** How a command ends while nothing is wrong. */
  async function usually(command: Command): Promise<Ending> {
    const ending = usual.get(command) ?? (await world.play(command));
    usual.set(command, ending);
    expect(ending.code, ending.text).to.equal(0);
    return ending;
  }

  before(async () => (world = await createFaultWorld()));
  after(() => world.close());

  for (const row of MATRIX) {
    context(`given: ${row.fault}`, () => {
      for (const command of COMMANDS) {
        const outcome = row.outcomes[command];
        if (outcome === "not tried") continue;
        // Counting coverage lifts the limit of blocks, and the node then names one that it does not keep to.
        if (command === "deploy" && isInstrumented) continue;
        if (!isDeep && (!isOnTurn(row, command) || !isQuick(row, command, outcome) || isSlow(row, command))) continue;
        if (outcome === "goes on") {
          it(`${command} goes on`, async () => {
            const { text } = await usually(command);
            const ending = await world.play(command, row.suffer());
            expect(ending.code, ending.text).to.equal(0);
            // On another chain another transaction is prepared.
            if (row.fault.includes("another chain")) expect(ending.text).to.contain("on chain 1");
            else expect(comparable(ending.text)).to.equal(comparable(text));
          });
        } else {
          it(`${command} tells it, and ends with ${outcome.slice(-1)}`, async () => {
            const { code, text } = await world.play(command, row.suffer());
            expect(text).to.match(row.words);
            expect(text).not.to.match(FINDINGS);
            expect(code).to.equal(Number(outcome.slice(-1)));
          });
        }
      }
    });
  }

  context("given a whole node that lags", () => {
    it("status says as of which block it tells", async () => {
      const { text } = await world.play("status", lagging(LAG));
      expect(text).to.contain(`block ${world.head - LAG},`);
    });

    it("status tells of a public chain whose newest block is old", async () => {
      const { code, text } = await world.play("status", ofChain(PUBLIC_CHAIN), lagging(LAG));
      expect(text).to.contain(`The newest block that the node knows, ${world.head - LAG}, is `);
      expect(code).to.equal(2);
    });

    it("deploy proves nothing, and finds nothing, of a block in which the deployment had not ended", async () => {
      const { timelock, last } = world.deployed;
      for (const end of [timelock, last - 1]) {
        const { code, text } = await world.play("deploy", lagging(world.head - end));
        expect(text).to.contain(
          `The node is behind block ${last}, in which the deployment ended: its newest is ${end},`,
        );
        expect(text).not.to.match(FINDINGS).and.not.to.contain("has no code");
        expect(code).to.equal(2);
      }
    });

    it("deploy forgets nothing where the deployment is younger than what a local node answers of", async () => {
      const end = world.deployed.timelock - 1;
      const { code, text } = await world.play("deploy", lagging(world.head - end));
      expect(text).to.contain(`This node answers of block ${end}, and its chain has ${world.head}`);
      expect(code).to.equal(2);
      expect(existsSync(world.recordFile)).to.equal(true);
    });

    it("committees' Safes that it does not know yet are told with the block", async () => {
      for (const command of ["committee sign", "committee execute"] as const) {
        const { code, text } = await world.play(command, lagging(LAG));
        expect(text).to.contain(`has no code in block ${world.head - LAG}`);
        expect(code).to.equal(1);
      }
    });
  });

  if (isDeep) {
    context("given a chain that goes on meanwhile", () => {
      it("check tells of the block that was copied", async () => {
        const { text } = await usually("check");
        const { code, text: told } = await world.play("check", cancelling(world));
        expect(told).to.equal(text);
        expect(code).to.equal(0);
      });
    });
  }

  context("given a public chain whose first block is pruned", () => {
    for (const how of ["error", "null"] as const) {
      it(`status and committee list go on (${how})`, async () => {
        const { text: list } = await usually("committee list");
        const found = await world.play("committee list", ofChain(PUBLIC_CHAIN), pruned(how));
        expect(found.text).to.equal(list);
        const { text } = await world.play("status", ofChain(PUBLIC_CHAIN), pruned(how));
        expect(text).to.contain(`chain ${PUBLIC_CHAIN}`).and.to.contain("Pending operations");
      });
    }
  });

  context("given somebody who keeps the DAO going", () => {
    it("calendar writes a file that others read, and leaves it whole where a node leaves something out", async () => {
      const { dao, folder, operation } = world;
      const out = path.join(folder, "dao.ics");
      const { code, text } = await world.playVerb("calendar", { dao, out });
      expect(code, text).to.equal(0);
      const before = readFileSync(out, "utf8");
      const uids = new ICAL.Component(ICAL.parse(before) as never)
        .getAllSubcomponents("vevent")
        .map((event) => String(event.getFirstPropertyValue("uid")));
      for (const kind of ["object", "land", "expire"]) {
        expect(uids.filter((uid) => uid.startsWith(`${kind}-${operation}@`))).to.have.length(1);
      }
      const files = readdirSync(folder);
      const told = await world.playVerb("calendar", { dao, out }, onlyIn("eth_getLogs", lagging(LAG)));
      expect(told.text).to.contain("stays as it was");
      expect(told.code).to.equal(2);
      expect(readFileSync(out, "utf8")).to.equal(before);
      expect(readdirSync(folder)).to.deep.equal(files);
    });

    it("committee motions lists what a sub-committee approves", async () => {
      const { dao, operation } = world;
      expect((await world.playVerb("committee motions", { dao })).text).to.contain("No motion is open");
      const { code, text } = await world.playVerb("committee motions", { dao }, approving(world));
      expect(text)
        .to.contain(`release ${operation}`)
        .and.to.match(/approvals +1 of \d/);
      expect(code).to.equal(0);
      const lacking = await world.playVerb("committee motions", { dao }, onlyIn("eth_getLogs", lagging(LAG)));
      expect(lacking.text).to.contain("unknown block").and.not.to.contain("No motion");
      expect(lacking.code).to.equal(2);
    });
  });

  context("given a transaction that the node does not take, or whose answer is lost", () => {
    it("committee execute tells what the node says", async () => {
      const refusal = { kind: "error", code: -32000, message: "insufficient funds for gas * price + value" } as const;
      const { code, text } = await world.play("committee execute", (request) =>
        isTransaction(request) ? refusal : undefined,
      );
      expect(text).to.contain("insufficient funds for gas * price + value");
      expect(code).to.equal(1);
    });

    for (const [arrives, what] of [
      [false, "has not arrived"],
      [true, "has arrived"],
    ] as const) {
      it(`committee execute says that it may have arrived, when it ${what}, and does not send it again`, async () => {
        let sent = 0;
        const cut = powerCut(0, arrives);
        const { code, text } = await world.play("committee execute", (request, ask) => {
          if (isTransaction(request)) ++sent;
          return cut(request, ask);
        });
        expect(sent).to.equal(1);
        expect(text).to.contain("so it may have arrived, with nonce").and.to.contain("Wait a moment and run it again");
        expect(code).to.equal(2);
      });
    }

    it("committee execute goes on where the node dies for a while right after it has taken it", async () => {
      // More than one question is asked again.
      const { code, text } = await world.play("committee execute", deadAfterSending(7));
      expect(text).to.match(/Executed in block \d+, by transaction 0x[0-9a-f]{64}/);
      expect(code, text).to.equal(0);
    });
  });
});

/** The operation is cancelled while the command is reading logs. */
function cancelling({ addresses, operation }: World): Fault {
  const { governor: from, timelock: to } = addresses;
  const data = DualGovernanceTimelock__factory.createInterface().encodeFunctionData("cancel", [operation]);
  let isCancelled = false;
  return async ({ method }, ask) => {
    if (method !== "eth_getLogs" || isCancelled) return undefined;
    isCancelled = true;
    await ask("hardhat_impersonateAccount", [from]);
    expect((await ask("eth_sendTransaction", [{ from, to, data }])).kind).to.equal("result");
    return undefined;
  };
}

/** A sub-committee approves the release of the operation before anything is asked. */
function approving({ addresses, operation }: World): Fault {
  const to = addresses.bodies.tiebreaker?.committee ?? "";
  const tiebreaker = TiebreakerCommittee__factory.createInterface();
  let isDone = false;
  return async (_, ask) => {
    if (isDone) return undefined;
    isDone = true;
    const answer = await ask("eth_call", [{ to, data: tiebreaker.encodeFunctionData("members") }, "latest"]);
    if (answer.kind !== "result") throw new Error("the tiebreaker does not answer");
    const [members] = tiebreaker.decodeFunctionResult("members", String(answer.result)) as unknown as [string[]];
    const [from] = members;
    await ask("hardhat_impersonateAccount", [from]);
    await ask("hardhat_setBalance", [from, "0xde0b6b3a7640000"]);
    const data = tiebreaker.encodeFunctionData("approve", [0, operation]);
    expect((await ask("eth_sendTransaction", [{ from, to, data }])).kind).to.equal("result");
    return undefined;
  };
}

describe("docs/faults.md", () => {
  const cells = (line: string): string[] =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());

  /** The tables, line by line, in their order. */
  const tables = (): string[][][] =>
    readFileSync("docs/faults.md", "utf8")
      .split(/\n(?!\|)/)
      .map((part) => part.split("\n").filter((line) => line.startsWith("|")))
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.map(cells));

  const told: Readonly<Record<Outcome, string>> = {
    "goes on": "goes on",
    "exit 1": "**exit 1**",
    "exit 2": "**exit 2**",
    "not tried": "†",
  };

  for (const [place, { what, commands, matrix }] of [
    { what: "every command", commands: COMMANDS, matrix: MATRIX },
    { what: "every command of a pool", commands: POOL_COMMANDS, matrix: POOL_MATRIX },
  ].entries()) {
    it(`says of ${what} what the tests assert`, () => {
      const [head = [], , ...rows] = tables()[place] ?? [];
      expect(head.slice(1)).to.deep.equal(commands.map((command) => `\`${command}\``));
      const expected = matrix.map(({ fault, outcomes }) => [
        fault,
        ...commands.map((command) => told[(outcomes as Readonly<Record<string, Outcome>>)[command] ?? "not tried"]),
      ]);
      expect(rows).to.deep.equal(expected);
    });
  }
});
