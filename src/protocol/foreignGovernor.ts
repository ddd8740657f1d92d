import { Contract, getAddress, type Provider } from "ethers";

import { refusalIn, readAnswer } from "./tryRead.js";

/** What is asked of Governors and timelocks of any of OpenZeppelin's versions since 4.3. */
const GOVERNOR = [
  "function timelock() view returns (address)",
  "function token() view returns (address)",
  "function CLOCK_MODE() view returns (string)",
  "function votingDelay() view returns (uint256)",
  "function votingPeriod() view returns (uint256)",
  "function lateQuorumVoteExtension() view returns (uint48)",
  "function updateTimelock(address)",
] as const;
const TIMELOCK = [
  "function getMinDelay() view returns (uint256)",
  "function PROPOSER_ROLE() view returns (bytes32)",
  "function EXECUTOR_ROLE() view returns (bytes32)",
  "function getRoleAdmin(bytes32) view returns (bytes32)",
  "function hasRole(bytes32,address) view returns (bool)",
] as const;

/** Nobody's address: whoever asks as it is a stranger to every contract. */
const STRANGER = "0x000000000000000000000000000000000000dEaD";
/** So many blocks are looked back, to tell how long one takes. */
const SAMPLE = 1_000;

/** A Governor that exists, as far as it answers. */
export interface ForeignGovernor {
  readonly timelock: string | undefined;
  readonly token: string | undefined;
  /** In what its votes are timed; undefined for a clock that nobody here knows. */
  readonly clock: "timestamp" | "blocks" | undefined;
  /** Whether it has `updateTimelock(address)`, which nobody but governance may call. */
  readonly canMove: boolean;
  /** In what its clock counts. */
  readonly votingDelay: bigint;
  readonly votingPeriod: bigint;
  readonly lateQuorumExtension: bigint;
}

/** Reads a Governor of anybody's; silence of the node is an `UnreadableError`. */
export async function readForeignGovernor(address: string, provider: Provider): Promise<ForeignGovernor> {
  const governor = new Contract(address, GOVERNOR, { provider });
  const ask = async <Value>(view: string): Promise<Value | undefined> =>
    await readAnswer(async () => (await governor.getFunction(view).staticCall()) as Value, `${view} of the Governor`);
  const mode = await ask<string>("CLOCK_MODE");
  return {
    timelock: checked(await ask<string>("timelock")),
    token: checked(await ask<string>("token")),
    clock: clockOf(mode),
    canMove: await hasUpdate(governor),
    votingDelay: (await ask<bigint>("votingDelay")) ?? 0n,
    votingPeriod: (await ask<bigint>("votingPeriod")) ?? 0n,
    lateQuorumExtension: (await ask<bigint>("lateQuorumVoteExtension")) ?? 0n,
  };
}

const checked = (address: string | undefined): string | undefined =>
  address === undefined ? undefined : getAddress(address);

/** In what the votes of a Governor are timed. */
export async function readClock(address: string, provider: Provider): Promise<ForeignGovernor["clock"]> {
  const governor = new Contract(address, GOVERNOR, { provider });
  const mode = await readAnswer(
    async () => (await governor.getFunction("CLOCK_MODE").staticCall()) as string,
    "CLOCK_MODE of the Governor",
  );
  return clockOf(mode);
}

/** Governors before ERC-6372 count blocks, and do not say so. */
function clockOf(mode: string | undefined): ForeignGovernor["clock"] {
  if (mode === undefined || mode.startsWith("mode=blocknumber&from=default")) return "blocks";
  return mode.startsWith("mode=timestamp") ? "timestamp" : undefined;
}

/** Where it is, a stranger is told that he may not; where it is not, nothing is said. */
async function hasUpdate(governor: Contract): Promise<boolean> {
  try {
    await governor.getFunction("updateTimelock").staticCall(STRANGER, { from: STRANGER });
    return false;
  } catch (error) {
    const refusal = refusalIn(error, "updateTimelock of the Governor");
    return refusal.kind === "reverted" && refusal.data.length > 2;
  }
}

/** A timelock that exists, as OpenZeppelin's TimelockController answers. */
export interface ForeignTimelock {
  /** [seconds] */
  readonly delay: bigint;
  /** Whether it hands out its own roles. */
  readonly isOwnAdmin: boolean;
  /** Whether the Governor may schedule in it. */
  readonly obeysGovernor: boolean;
}

/** Undefined where it is none of OpenZeppelin's. */
export async function readForeignTimelock(
  address: string,
  governor: string,
  provider: Provider,
): Promise<ForeignTimelock | undefined> {
  const timelock = new Contract(address, TIMELOCK, { provider });
  const ask = async <Value>(view: string, args: readonly unknown[] = []): Promise<Value | undefined> =>
    await readAnswer(
      async () => (await timelock.getFunction(view).staticCall(...args)) as Value,
      `${view} of the timelock`,
    );
  const [delay, proposer] = [await ask<bigint>("getMinDelay"), await ask<string>("PROPOSER_ROLE")];
  if (delay === undefined || proposer === undefined) return undefined;
  const admin = await ask<string>("getRoleAdmin", [proposer]);
  return {
    delay,
    isOwnAdmin: admin !== undefined && (await ask<boolean>("hasRole", [admin, address])) === true,
    obeysGovernor: (await ask<boolean>("hasRole", [proposer, governor])) === true,
  };
}

/** From one block to the next, of late; for clocks that count blocks. [seconds] */
export async function readBlockTime(provider: Provider, newest: number): Promise<bigint> {
  const before = Math.max(0, newest - SAMPLE);
  const [last, first] = [await provider.getBlock(newest), await provider.getBlock(before)];
  if (last === null || first === null || newest === before) return 1n;
  const seconds = BigInt(Math.round((last.timestamp - first.timestamp) / (newest - before)));
  return seconds > 0n ? seconds : 1n;
}
