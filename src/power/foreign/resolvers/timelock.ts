import { id, ZeroAddress, ZeroHash } from "ethers";

import { all, any, NOBODY_NEEDED, power } from "../../core/index.js";
import { encode, STRANGER } from "../reader.js";
import { doesOf, immediately, type Power, type Resolver, type Seat, type Step } from "../types.js";
import { roleSeat } from "./accessControl.js";

const SCHEDULE = "schedule(address,uint256,bytes,bytes32,bytes32,uint256)";
const EXECUTE = "execute(address,uint256,bytes,bytes32,bytes32)";
const HASH = "hashOperation(address,uint256,bytes,bytes32,bytes32)";
/** Nothing, sent to nobody. */
const OPERATION = [STRANGER, 0n, "0x", ZeroHash, id("power audit")] as const;

/** OpenZeppelin's TimelockController: whoever proposes acts as it, after the delay, if somebody executes. */
export const resolveTimelock: Resolver = async (reader, address) => {
  const delay = await reader.amount(address, "getMinDelay");
  const proposer = (await reader.ask(address, "PROPOSER_ROLE")) as string | undefined;
  const executor = (await reader.ask(address, "EXECUTOR_ROLE")) as string | undefined;
  if (delay === undefined || proposer === undefined || executor === undefined) return undefined;
  const name = reader.nameOf(address);
  const proposers = await roleSeat(reader, address, proposer);
  const executors = await roleSeat(reader, address, executor);
  const isOpen = (await reader.ask(address, "hasRole(bytes32,address)", [executor, ZeroAddress])) === true;
  // Before OpenZeppelin 4.5 proposers cancel.
  const canceller = ((await reader.ask(address, "CANCELLER_ROLE")) as string | undefined) ?? proposer;
  const cancellers = await roleSeat(reader, address, canceller);
  const gaps: string[] = [];
  const executing = isOpen ? STRANGER : executors.members[0]?.account;
  if (executing === undefined) gaps.push(`Nobody who was met may execute in ${name}: what it decides cannot be done.`);
  const schedule: Step = { to: address, data: encode(SCHEDULE, [...OPERATION, delay]) };
  const execute: Step = {
    ...{ to: address, data: encode(EXECUTE, OPERATION), wait: Number(delay) },
    ...(executing !== undefined && { from: executing }),
  };
  const powers: Power[] = [
    {
      ...{ rule: doesOf(name), effect: "changes", contract: address, by: "schedule", seat: proposers },
      seconds: Number(delay),
      then: isOpen ? NOBODY_NEEDED : any(power(executors.name)),
      proof: { kind: "steps", steps: () => [schedule, execute] },
    },
    {
      ...{ rule: `delay of ${name}`, effect: "changes", contract: address, by: "updateDelay" },
      seat: { name: `${name} itself`, members: [immediately(address)] },
      proof: { kind: "steps", steps: () => [{ to: address, data: encode("updateDelay(uint256)", [delay]) }] },
    },
  ];
  const [first] = proposers.members;
  if (first !== undefined) {
    const data = encode("cancel(bytes32)", [await operationId(reader, address)]);
    powers.push({
      ...{ rule: doesOf(name), effect: "blocks", contract: address, by: "cancel", seat: cancellers },
      proof: {
        kind: "steps",
        steps: () => [{ to: address, data }],
        setup: [{ ...schedule, from: first.account }],
      },
    });
  }
  if (!isOpen && executors.members.length > 0) {
    // Whoever may execute can leave it: what all of them leave never happens.
    const needs: Seat["needs"] = (actAs) => all(...executors.members.map(({ account }) => actAs(account)));
    const seat: Seat = { name: `every executor of ${name}`, members: executors.members, needs };
    powers.push({ rule: doesOf(name), effect: "blocks", contract: address, by: "not executing", seat });
  }
  return { kind: "TimelockController", powers, seats: [proposers, executors, cancellers], gaps };
};

async function operationId(reader: Parameters<Resolver>[0], address: string): Promise<string> {
  const answer = await reader.snapshot.call({ to: address, data: encode(HASH, OPERATION) });
  return answer.ok ? answer.data : ZeroHash;
}
