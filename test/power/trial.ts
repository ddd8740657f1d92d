import { dataLength, dataSlice, toQuantity, ZeroHash } from "ethers";
import { artifacts } from "hardhat";

import { ActorMock__factory } from "../../types/index.js";
import { changedRules, type RuleReader } from "./watchedRules.js";
import type { ActorName, World } from "./powerWorld.js";

/** A call to a contract. */
export interface Call {
  /** `timelock.setGate(address)` */
  readonly name: string;
  readonly to: string;
  readonly data: string;
  readonly value: bigint;
}

/** Where one actor tries what it can do. */
export interface Trial {
  /** The rules that the call changes, with what becomes of them; undefined if it reverts. The world stays as it was. */
  readonly attempt: (call: Call) => Promise<Record<string, string> | undefined>;
  readonly end: () => Promise<void>;
}

/** Holds what the onlooker is asked. */
const QUESTION = "0x00000000000000000000000000000000000a5ced";

/**
 * Lets `actor` act. Where nobody calls the actor, a mock takes its place, which calls and looks in one simulation; a
 * contract that is called back must stay what it is, and what it can do is sent and taken back.
 * @param before What the onlooker answers before anybody acts.
 */
export const startTrial = (world: World, actor: ActorName, reader: RuleReader, before: string): Promise<Trial> =>
  actor === "governor" || actor === "tiebreaker"
    ? Promise.resolve(sendAndRevert(world, actor, reader, before))
    : simulate(world, actor, reader, before);

async function simulate(world: World, actor: ActorName, reader: RuleReader, before: string): Promise<Trial> {
  const { connection, actors, onlooker } = world;
  const { networkHelpers } = connection;
  const { address } = actors[actor];
  const code = await connection.ethers.provider.getCode(address);
  const { deployedBytecode } = await artifacts.readArtifact("ActorMock");
  await networkHelpers.setCode(QUESTION, reader.question);
  await networkHelpers.setCode(address, deployedBytecode);
  const mock = ActorMock__factory.createInterface();
  return {
    attempt: async ({ to, value, data }) => {
      const act = mock.encodeFunctionData("act", [to, value, data, onlooker.target, QUESTION]);
      const answer = await request(world, { from: address, to: address, data: act });
      // Success, offset, length, and what was seen.
      if (dataSlice(answer, 0, 32) === ZeroHash) return undefined;
      const seen = dataSlice(answer, 96, 96 + dataLength(before));
      return seen === before ? {} : changedRules(reader.parse(before), reader.parse(seen));
    },
    end: () => networkHelpers.setCode(address, code),
  };
}

function sendAndRevert(world: World, actor: ActorName, reader: RuleReader, before: string): Trial {
  const { connection, actors } = world;
  const signer = actors[actor];
  return {
    attempt: async ({ to, value, data }) => {
      const transaction = { from: signer.address, to, data, value: toQuantity(value) };
      if ((await orUndefined(request(world, transaction))) === undefined) return undefined;
      const { provider } = connection.ethers;
      const snapshot: unknown = await provider.send("evm_snapshot", []);
      await provider.send("eth_sendTransaction", [transaction]);
      const seen = await reader.ask();
      await provider.send("evm_revert", [snapshot]);
      return seen === before ? {} : changedRules(reader.parse(before), reader.parse(seen));
    },
    end: () => Promise.resolve(),
  };
}

const request = (world: World, transaction: object): Promise<string> =>
  world.connection.provider.request({ method: "eth_call", params: [transaction, "latest"] }) as Promise<string>;

async function orUndefined<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch {
    return undefined;
  }
}
