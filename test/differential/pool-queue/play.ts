import { expect } from "chai";
import type { AddressLike } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { armWindDown } from "../../unit/staking/poolFixture.js";
import { POOL, PoolModel, REGISTRY, TIMELOCK } from "../../model/pool/poolModel.js";
import { isPaid } from "../../model/pool/queue.js";
import type { OnlookerMock } from "../../../types/index.js";
import { ETHER } from "../../helpers/poolWorld.js";
import type { Bench } from "../../unit/staking/poolFixture.js";
import { PEOPLE, type Move, type Person, type Step } from "./moves.js";

const DAY = 86_400n;
const GWEI = 10n ** 9n;
type Call = () => Promise<{ wait(): Promise<unknown> }>;
/** What the twin answers; undefined where it refuses. */
type Expected = bigint | number | true | object | undefined;

interface Question {
  readonly name: string;
  readonly args: readonly (string | number)[];
  readonly expected: unknown;
}

interface Action {
  readonly call: Call;
  readonly twin: () => Expected;
}

/** Plays a history on contract and twin, and compares everything after each step. */
export class Comparison {
  readonly model: PoolModel;
  readonly played = new Map<string, number>();

  private constructor(
    private readonly bench: Bench,
    private readonly onlooker: OnlookerMock,
    private readonly signers: Record<Person, HardhatEthersSigner>,
    time: bigint,
  ) {
    this.model = new PoolModel(time);
  }

  /** Begins with an empty pool. */
  static async begin(bench: Bench, onlooker: OnlookerMock): Promise<Comparison> {
    const { settledAt } = await bench.pool.books();
    const { alice, bob, carol } = bench;
    await bench.connection.networkHelpers.setBalance(bench.payer.address, 10n ** 24n);
    return new Comparison(bench, onlooker, { alice, bob, carol }, settledAt);
  }

  async play({ move, wait }: Step): Promise<void> {
    const { networkHelpers } = this.bench.connection;
    const time = BigInt(await networkHelpers.time.latest()) + BigInt(wait);
    this.model.time = time;
    const outcome = this.choose(move, time);
    if (outcome === undefined) return;
    await networkHelpers.time.setNextBlockTimestamp(time);
    const expected = this.model.try(outcome.twin);
    const label = `${move.kind}${expected === undefined ? " refused" : ""}`;
    this.played.set(label, (this.played.get(label) ?? 0) + 1);
    if (expected === undefined) {
      await expect(outcome.call()).to.revert(this.bench.ethers);
      // A call that fails when its gas is estimated makes no block.
      if (BigInt(await networkHelpers.time.latest()) < time) await networkHelpers.mine();
    } else {
      await (await outcome.call()).wait();
    }
    await this.compare(label);
  }

  /** A call and what the twin says of it; undefined where there is nothing to call. */
  private choose(move: Move, time: bigint): Action | undefined {
    const { model, bench } = this;
    const { pool, keeper } = bench;
    switch (move.kind) {
      case "deposit": {
        const value = BigInt(move.gwei) * GWEI;
        const signer = this.signers[move.who];
        return {
          call: () => pool.connect(signer).depositETH(signer, { value }),
          twin: () => model.deposit(move.who, value),
        };
      }
      case "request": {
        const shares = partOf(model.sharesOf(move.who), move.part);
        const [owner, controller] = [this.signers[move.who], this.signers[move.controller]];
        return {
          call: () => pool.connect(owner).requestRedeem(shares, controller, owner),
          twin: () => model.request(move.who, move.controller, shares),
        };
      }
      case "redeem": {
        const shares = partOf(model.claimable(move.who)[0], move.part);
        const signer = this.signers[move.who];
        return {
          call: () => pool.connect(signer).redeem(shares, signer, signer),
          twin: () => model.redeem(move.who, shares),
        };
      }
      case "withdraw": {
        const assets = partOf(model.claimable(move.who)[1], move.part);
        const signer = this.signers[move.who];
        return {
          call: () => pool.connect(signer).withdraw(assets, signer, signer),
          twin: () => model.withdraw(move.who, assets),
        };
      }
      case "surrender": {
        const shares = partOf(model.sharesOf(move.who), move.part);
        const signer = this.signers[move.who];
        return { call: () => pool.connect(signer).surrender(shares), twin: () => model.surrender(move.who, shares) };
      }
      case "claim":
      case "surrenderRequest": {
        const open = model.queue.requests.filter((request) => !isPaid(request));
        const request = open[Math.floor((open.length * Math.min(move.part, 999)) / 1000)];
        if (request === undefined) return undefined;
        const signer = this.signers[request.controller as Person];
        // Of more than 16 open requests the twin knows the first ones only.
        if (!model.queue.openOf(request.controller).includes(request)) return undefined;
        if (move.kind === "claim") {
          return {
            call: () => pool.connect(signer).claim(request.id, signer, signer),
            twin: () => model.claim(request.id),
          };
        }
        return {
          call: () => pool.connect(signer).surrenderRequest(request.id, signer, signer),
          twin: () => model.surrenderRequest(request.id),
        };
      }
      case "collectWindDown":
        return {
          call: () => pool.collectWindDown(this.signers[move.who]),
          twin: () => model.collectWindDown(move.who),
        };
      case "gain": {
        if (model.startedAt !== 0n || model.books.value === 0n) return undefined;
        const gain = (BigInt(move.milliEther) * ETHER) / 1000n;
        const due = (gain * BigInt(move.duePermille)) / 1000n;
        return this.booking(gain, due, 0n);
      }
      case "loss": {
        const loss = partOf(model.books.value, move.part);
        if (model.startedAt !== 0n || loss === 0n) return undefined;
        return this.booking(-loss, 0n, partOf(model.sharesOf(REGISTRY), Math.min(move.bondPart, 1000)));
      }
      case "pay": {
        const assets =
          model.startedAt === 0n ? partOf(model.books.value, move.part) : BigInt(move.part) * (ETHER / 30n);
        return {
          call: () => pool.connect(bench.payer).collect({ value: assets }),
          twin: () => {
            model.collect(assets);
            return true;
          },
        };
      }
      case "haircut": {
        if (model.startedAt !== 0n) return undefined;
        const haircut = partOf(model.books.value, move.part);
        const before = model.books.haircut;
        return {
          call: () => pool.connect(keeper).replaceHaircut(before, haircut),
          twin: () => {
            model.setHaircut(haircut);
            return true;
          },
        };
      }
      case "stake":
        return {
          call: () => pool.connect(keeper).stake(bench.vault, move.keys),
          twin: () => model.stake(BigInt(move.keys)),
        };
      case "finalise":
        return { call: () => pool.finalise(), twin: () => model.finalise() };
      case "settle":
        return {
          call: () => pool.settle(),
          twin: () => {
            model.settle();
            return true;
          },
        };
      case "beginWindDown":
        if (model.startedAt !== 0n) return undefined;
        return {
          call: async () => {
            await armWindDown(bench, time - 7n * DAY, time);
            return await pool.beginWindDown();
          },
          twin: () => {
            model.beginWindDown();
            return true;
          },
        };
    }
  }

  private booking(change: bigint, due: bigint, bond: bigint): Action {
    const { pool, keeper } = this.bench;
    return { call: () => pool.connect(keeper).book(change, due, bond), twin: () => this.model.book(change, due, bond) };
  }

  private async compare(label: string): Promise<void> {
    const { bench, model } = this;
    const { pool, registry, timelock } = bench;
    const { units, round, ...books } = model.books;
    expect(units === 0n || books.due > 0n || model.startedAt > 0n, label).to.equal(true);
    const holders: [string, AddressLike][] = [
      [POOL, pool],
      [REGISTRY, registry],
      [TIMELOCK, timelock],
      ...PEOPLE.map((person): [string, AddressLike] => [person, this.signers[person]]),
    ];
    const balances = holders.map(async ([name, holder]): Promise<Question> => ({
      name: "balanceOf",
      args: [await this.bench.ethers.resolveAddress(holder)],
      expected: model.sharesOf(name),
    }));
    await this.ask(label, [
      { name: "books", args: [], expected: Object.values(books) },
      { name: "feeRound", args: [], expected: round },
      { name: "totalSupply", args: [], expected: model.supply },
      { name: "isWindDownSettled", args: [], expected: model.isSettled },
      ...(await Promise.all(balances)),
      ...PEOPLE.flatMap((person) => this.claimsOf(person)),
    ]);
    await this.checkCover(label);
  }

  private claimsOf(person: Person): Question[] {
    const { model } = this;
    const { address } = this.signers[person];
    const [shares, assets] = model.claimable(person);
    const open = model.queue.openOf(person);
    const questions: Question[] = [
      { name: "maxRedeem", args: [address], expected: shares },
      { name: "maxWithdraw", args: [address], expected: assets },
      { name: "openRequests", args: [address], expected: open.map(({ id }) => BigInt(id)) },
    ];
    const holder = model.holders.get(person) ?? { shares: 0n, paid: 0n };
    questions.push({
      name: "windDownOf",
      args: [address],
      expected: [holder.shares, holder.paid, model.dueTo(person)],
    });
    const last = open.at(-1);
    if (last === undefined) return questions;
    const claim = model.see(last);
    const { late } = model.queue.standing(last);
    questions.push(
      { name: "claimableRedeemRequest", args: [last.id, address], expected: claim.ready + claim.late },
      { name: "pendingRedeemRequest", args: [last.id, address], expected: late - claim.late },
    );
    return questions;
  }

  /** All at once: a call for each would take long. */
  private async ask(label: string, questions: readonly Question[]): Promise<void> {
    const { interface: abi } = this.bench.pool;
    const data = questions.map(({ name, args }) => abi.encodeFunctionData(name as "maxRedeem", [...args] as [string]));
    const answers = await this.onlooker.see(
      questions.map(() => this.bench.pool),
      data,
    );
    for (const [index, { name, args, expected }] of questions.entries()) {
      const decoded = abi.decodeFunctionResult(name as "maxRedeem", answers[index] ?? "0x").toArray(true) as unknown[];
      const told = decoded.length === 1 ? decoded[0] : decoded;
      expect(told, `${label}: ${name}(${args.join()})`).to.deep.equal(expected);
    }
  }

  /** What is claimable is there, whoever claims first. */
  private async checkCover(label: string): Promise<void> {
    const { model, bench } = this;
    const ready = model.queue.requests.reduce((sum, open) => sum + model.queue.worthOf(open), 0n);
    expect(ready <= model.books.reserved, `${label}: reserved`).to.equal(true);
    const paid = [...model.holders.values()].reduce((sum, holder) => sum + holder.paid, 0n);
    expect(paid <= model.received, `${label}: received`).to.equal(true);
    const held = await bench.ethers.provider.getBalance(bench.pool);
    expect(held, `${label}: ETH`).to.equal(model.books.idle + model.books.reserved + model.received - paid);
  }
}

const partOf = (whole: bigint, part: number): bigint => (whole * BigInt(part)) / 1000n + (part > 1000 ? 1n : 0n);
