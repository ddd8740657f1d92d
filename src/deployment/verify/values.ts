import { ZeroAddress, type Result } from "ethers";

import { CliffVestingWallet__factory } from "../../../types/index.js";
import { isAdopting, isExample } from "../../config/schema.js";
import { formatDuration, formatPercent, formatTime } from "../../protocol/format.js";
import { connectExample } from "../../protocol/contracts.js";
import { GATE_FIELDS, GATE_FORMATS } from "../../protocol/gateFields.js";
import { calcTokenSupply, governorSettings, mintedAllocations, vestingAllocations } from "../parameters.js";
import { attempt, compareAll, merge, type Comparison, type Report } from "./finding.js";
import type { ConnectedSubject } from "./subject.js";

const percent = (value: bigint): string => formatPercent(value, 16);

/** Every parameter is what the file says, and every contract knows the others. */
export async function verifyValues(subject: ConnectedSubject): Promise<Report> {
  return merge([
    await compareAll([
      ...token(subject),
      ...timelock(subject),
      ...governor(subject),
      ...example(subject),
      ...vesting(subject),
    ]),
    await attempt("gate, configuration", () => verifyGateConfig(subject)),
    await attempt("token, allocations", () => verifyMints(subject)),
  ]);
}

const same = (
  subject: string,
  actual: Comparison["actual"],
  expected: Comparison["expected"],
  format?: Comparison["format"],
): Comparison => ({ subject, actual, expected, format });

function token({ contracts: { token }, dao }: ConnectedSubject): Comparison[] {
  if (isAdopting(dao)) return [];
  return [
    same("token, name", () => token.name(), dao.token.name),
    same("token, symbol", () => token.symbol(), dao.token.symbol),
    same("token, supply", () => token.totalSupply(), calcTokenSupply(dao)),
  ];
}

function timelock(subject: ConnectedSubject): Comparison[] {
  const { addresses, dao, protectionHardEnd } = subject;
  const { timelock, fallbackGate } = subject.contracts;
  return [
    same("timelock, delay", () => timelock.getMinDelay(), dao.timelock.delay, formatDuration),
    same("timelock, delayFloor", () => timelock.DELAY_FLOOR(), dao.timelock.delayFloor, formatDuration),
    same("timelock, delayCeiling", () => timelock.DELAY_CEILING(), dao.timelock.delayCeiling, formatDuration),
    same("timelock, grace", () => timelock.GRACE(), dao.timelock.grace, formatDuration),
    same("timelock, protectionLimit", () => timelock.PROTECTION_HARD_END(), protectionHardEnd, formatTime),
    same("timelock, emergencyLimit", () => timelock.EMERGENCY_LIMIT(), dao.timelock.emergencyLimit, formatDuration),
    same("timelock, tiebreakerFloor", () => timelock.TIEBREAKER_FLOOR(), dao.timelock.tiebreakerFloor, formatDuration),
    same(
      "timelock, tiebreakerCeiling",
      () => timelock.TIEBREAKER_CEILING(),
      dao.timelock.tiebreakerCeiling,
      formatDuration,
    ),
    same("timelock, fallbackGate", () => timelock.FALLBACK_GATE(), addresses.fallbackGate),
    same("timelock, fallbackDelay", () => fallbackGate.DELAY(), dao.timelock.fallbackDelay, formatDuration),
    same("timelock, gate", () => timelock.gate(), addresses.gate),
  ];
}

function governor({ contracts: { governor }, addresses, dao }: ConnectedSubject): Comparison[] {
  // Whether it obeys the new timelock already is for the DAO to decide.
  if (isAdopting(dao)) return [same("governor, token", () => governor.token(), addresses.token)];
  const settings = governorSettings(dao);
  const { votingDelay, votingPeriod, lateQuorumExtension } = settings;
  return [
    same("governor, name", () => governor.name(), dao.name),
    same("governor, token", () => governor.token(), addresses.token),
    same("governor, timelock", () => governor.timelock(), addresses.timelock),
    same("governor, votingDelay", () => governor.votingDelay(), votingDelay, formatDuration),
    same("governor, votingPeriod", () => governor.votingPeriod(), votingPeriod, formatDuration),
    same("governor, proposalThreshold", () => governor.proposalThreshold(), settings.proposalThreshold),
    same("governor, quorum", () => governor["quorumNumerator()"](), settings.quorumNumerator),
    same(
      "governor, lateQuorumExtension",
      () => governor.lateQuorumVoteExtension(),
      lateQuorumExtension,
      formatDuration,
    ),
  ];
}

function example({ addresses, dao: { vault: config }, provider }: ConnectedSubject): Comparison[] {
  if (addresses.example === undefined || !isExample(config)) return [];
  const { vault, strategy } = connectExample(addresses.vault, addresses.example, provider);
  const { asset, market } = addresses.example;
  return [
    same("vault, name", () => vault.name(), config.name),
    same("vault, symbol", () => vault.symbol(), config.symbol),
    same("vault, fee", () => vault.fee(), config.fee, percent),
    same("vault, asset", () => vault.asset(), config.kind === "example" ? config.asset : asset),
    same("vault, strategy", () => vault.strategy(), addresses.example.strategy),
    same("strategy, vault", () => strategy.vault(), addresses.vault),
    same("strategy, asset", () => strategy.asset(), asset),
    same("strategy, market", () => strategy.MARKET(), config.kind === "example" ? config.market : market),
  ];
}

function vesting({ addresses, dao, provider }: ConnectedSubject): Comparison[] {
  return vestingAllocations(dao).flatMap(({ holder, vesting: terms }, index) => {
    const wallet = CliffVestingWallet__factory.connect(addresses.vestingWallets[index] ?? ZeroAddress, provider);
    const name = `vesting wallet ${index}`;
    return [
      same(`${name}, beneficiary`, () => wallet.owner(), holder),
      same(`${name}, start`, () => wallet.start(), terms.start),
      same(`${name}, duration`, () => wallet.duration(), terms.duration, formatDuration),
      same(`${name}, cliff`, () => wallet.cliff(), terms.start + terms.cliff),
    ];
  });
}

async function verifyGateConfig({ contracts: { gate }, dao }: ConnectedSubject): Promise<Report> {
  const actual = await gate.currentConfig();
  const expected = { ...dao.dualGovernance.signalling, ...dao.dualGovernance.phases };
  const fields = { ...toObject(actual.signalling), ...toObject(actual.phases) };
  return await compareAll(
    GATE_FIELDS.map((name) =>
      same(`gate, ${name}`, () => Promise.resolve(fields[name] ?? "missing"), expected[name], GATE_FORMATS[name]),
    ),
  );
}

const toObject = (struct: unknown): Record<string, bigint> => (struct as Result).toObject() as Record<string, bigint>;

/** Nobody got a token that the file does not give. */
async function verifyMints(subject: ConnectedSubject): Promise<Report> {
  const { told, addresses, dao } = subject;
  if (isAdopting(dao)) return { checks: 0, findings: [], unread: [] };
  const expected = mintedAllocations(dao, addresses.vestingWallets);
  const show = (list: readonly { holder: string; amount: bigint }[]) =>
    list.map(({ holder, amount }) => `${amount} to ${holder}`).join(", ");
  return await compareAll([
    same(
      "token, allocations",
      () => Promise.resolve(show(told.mints.map(({ args }) => ({ holder: args.to, amount: args.value })))),
      show(expected),
    ),
  ]);
}
