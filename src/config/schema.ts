import { getAddress, isAddress } from "ethers";
import { z } from "zod";

import { formatDuration, parseDate, parseDuration, parsePercent, parseTokens, UnitError } from "../protocol/format.js";
import { visible } from "../protocol/visible.js";

const written = (parse: (text: string) => bigint, example: string) =>
  z.string({ error: `must be text, like ${example}` }).transform((text, context): bigint => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });

/** A length of time that the chain keeps in so many bits. [seconds] */
const durationOf = (bits: 24 | 32) => {
  const limit = 2n ** BigInt(bits) - 1n;
  return written(parseDuration, '"7 d 12 h"').refine((seconds) => seconds <= limit, {
    error: `is longer than the chain can keep, ${formatDuration(limit)}`,
  });
};
const duration = durationOf(32);
const shortDuration = durationOf(24);
/** [1e18 = 100 %] */
const percent = written(parsePercent, '"4 %"');
/** [token units, 18 decimals] */
const tokens = written(parseTokens, '"10,000,000"');
/** [unix seconds] */
const date = written(parseDate, '"2027-01-01"');

/** Of people, or of committees. */
const count = z.int({ error: "must be a whole number, like 2" });

const address = z
  .string({ error: "must be an address: 0x and 40 hexadecimal digits" })
  .refine((text) => isAddress(text) && text.startsWith("0x"), {
    error: ({ input }) => `"${String(input)}" is not an address: 0x, 40 hexadecimal digits, and a checksum that fits`,
    abort: true,
  })
  .transform((text) => getAddress(text));

/** Also the name of an EIP-712 domain, which is cheap to keep on chain up to 31 bytes. */
const domainName = z
  .string({ error: "must be text" })
  .min(1, { error: "must not be empty" })
  .refine((text) => visible(text) === text, {
    error: ({ input }) => `"${String(input)}" holds characters that nobody sees, or that move what is beside them`,
  })
  .refine((text) => Buffer.byteLength(text) <= 31, {
    error: ({ input }) => `"${String(input)}" has ${Buffer.byteLength(String(input))} bytes; at most 31 are allowed`,
  });

const symbol = z
  .string({ error: "must be text" })
  .regex(/^\S{1,11}$/, { error: "must be 1 to 11 characters, no blanks" })
  .refine((text) => visible(text) === text, { error: "must not hold characters that nobody sees" });

const vestingSchema = z.strictObject({
  /** When vesting begins. */
  start: date,
  /** From the start to the moment everything has vested. */
  duration,
  /** From the start to the first release; "0 s" for none. */
  cliff: duration,
});

const allocationSchema = z.strictObject({
  /** Who gets the tokens, or, with vesting, whom the vesting wallet pays. */
  holder: address,
  amount: tokens,
  vesting: vestingSchema.optional(),
});

const tokenSchema = z.strictObject({
  name: domainName,
  symbol,
  /** The whole supply: nothing can be minted later. */
  allocations: z.array(allocationSchema).min(1, { error: "must name at least one holder" }),
});

const governorSchema = z.strictObject({
  votingDelay: duration,
  votingPeriod: duration,
  /** Of the whole supply. */
  proposalThreshold: percent,
  /** Of the whole supply; for and abstain votes count. */
  quorum: percent,
  lateQuorumExtension: duration,
});

const timelockSchema = z.strictObject({
  delay: duration,
  delayFloor: duration,
  delayCeiling: duration,
  grace: duration,
  /** Of the fallback gate. */
  fallbackDelay: duration,
  /** From the timelock's creation to the last second in which emergency mode can ever be entered. */
  protectionLimit: duration,
  emergencyLimit: duration,
  tiebreakerFloor: duration,
  tiebreakerCeiling: duration,
});

const signallingSchema = z.strictObject({
  signallingThreshold: percent,
  rageQuitThreshold: percent,
  minDuration: shortDuration,
  maxDuration: shortDuration,
  joinWindow: shortDuration,
  minActive: shortDuration,
  deactivation: shortDuration,
});

const phasesSchema = z.strictObject({
  minLock: shortDuration,
  cooldown: shortDuration,
  rageQuitExtension: duration,
  withdrawalMinDelay: duration,
  withdrawalMaxDelay: duration,
  withdrawalDelayGrowth: duration,
});

/** How long a rage quit may take before it goes on without the vault. Settled when the escrow is made, for good. */
const exitSchema = z.strictObject({
  /** The vault's word that nothing is left counts once it has stood for this long. */
  wordDelay: duration,
  /** Nothing in the vault's hands and no progress for this long: the exit may be called off. */
  callOffDelay: duration,
  /** Something in the vault's hands and no progress for this long: a deadlock. */
  stallDelay: duration,
  /** Something in the vault's hands and no progress for this long: the extension starts. */
  holdLimit: duration,
  /** The extension starts this long after the rage quit, whatever has happened. */
  exitLimit: duration,
  /** The least extension after an exit was called off. */
  callOffExtension: duration,
  /** Whether shares may leave through a vessel at an address that nobody could know beforehand. */
  freshVessels: z.boolean({ error: "must be true or false" }),
});

/** A Safe 1.4.1: the one at `safe`, which must be as it stands here, or a new one. */
const committeeSchema = z.strictObject({
  /** Left out, a Safe is created with the deployment. */
  safe: address.optional(),
  owners: z.array(address, { error: "must be a list of addresses, [ … ]" }),
  /** How many owners must sign. */
  threshold: count,
});

const emergencySchema = z.strictObject({
  /** May enter emergency mode once. */
  activationCommittee: committeeSchema,
  /** May execute and reset while the mode lasts. */
  executionCommittee: committeeSchema,
  /** How long the mode can be entered, from the beginning of the deployment. */
  protection: duration,
  modeDuration: duration,
});

const circuitBreakerSchema = z.strictObject({
  /** May pause once. */
  sealCommittee: committeeSchema,
  /** May prolong a pause while governance is not Normal. */
  resealCommittee: committeeSchema,
  sealDuration: duration,
  /** How long the seal can be used, from the beginning of the deployment. */
  sealTerm: duration,
  /** What can be paused; the example vault is always among them. */
  pausables: z.array(address, { error: "must be a list of addresses, [ … ]" }).optional(),
});

const tiebreakerSchema = z.strictObject({
  subCommittees: z.array(committeeSchema, { error: "must be a list of committees, [ { … } ]" }),
  /** How many sub-committees must approve. */
  quorum: count,
  /** How long a deadlock must last. */
  timeout: duration,
  /** From the quorum to the execution. */
  delay: duration,
});

/** `seed` goes in before the escrow is made, which refuses an empty vault. [tokens of the asset, with 18 decimals] */
const exampleVault = { name: domainName, symbol, fee: percent, seed: tokens };

/** The address of a vessel implementation that exists, or the name of a contract that is deployed with the vault's. */
const vessel = z
  .string({ error: 'must be an address, or the name of a contract like "CooldownVessel"' })
  .refine((text) => (text.startsWith("0x") ? isAddress(text) : /^[A-Za-z_]\w*$/.test(text)), {
    error: ({ input }) =>
      `"${String(input)}" is neither an address whose checksum fits nor the name of a contract, like "CooldownVessel"`,
    abort: true,
  })
  .transform((text) => (text.startsWith("0x") ? getAddress(text) : text));

/** One that the pool begins with, vetted. Others register themselves. */
const operatorSchema = z.strictObject({
  /** Deposits its keys, and gets its bond back. */
  owner: address,
  /** The most that it gets. [ETH] */
  cap: tokens,
});

/** Operators in the hands of one. */
const entitySchema = z.strictObject({
  /** The most that all of them get together. [ETH] */
  cap: tokens,
  operators: z
    .array(operatorSchema, { error: "must be a list of operators, [ { … } ]" })
    .min(1, { error: "must name at least one operator" }),
});

const vaultSchema = z.discriminatedUnion(
  "kind",
  [
    /** The example vault over a stand-in for WETH, lent to a stand-in for a market: local chains only. */
    z.strictObject({ kind: z.literal("local-example"), ...exampleVault }),
    /** The example vault over an asset that anybody mints and an idle market, both worth nothing: test networks only. */
    z.strictObject({ kind: z.literal("test-example"), ...exampleVault }),
    /** The example vault over `asset`, lent to `market`, an ERC-4626 vault of the same asset. */
    z.strictObject({ kind: z.literal("example"), ...exampleVault, asset: address, market: address }),
    /** The staking pool, over what its network has: without `weth` and `depositContract` stand-ins, on local chains only. */
    z.strictObject({
      kind: z.literal("pool"),
      /** Of the shares. */
      name: domainName,
      symbol,
      /** On gains. */
      fee: percent,
      /** The most that it takes. [ETH] */
      cap: tokens,
      /** The most that an operator gets whom nobody has vetted, and all of them together. [ETH] */
      unvettedOperatorCap: tokens,
      unvettedCap: tokens,
      entities: z.array(entitySchema, { error: "must be a list of entities, [ { … } ]" }),
      /** Goes in before the escrow is made, which refuses an empty vault. [ETH] */
      seed: tokens,
      weth: address.optional(),
      depositContract: address.optional(),
    }),
    /** A vault that exists and redeems at once. */
    z.strictObject({ kind: z.literal("erc4626"), address }),
    /** A vault that exists and redeems on request. */
    z.strictObject({ kind: z.literal("erc7540"), address }),
    /** A vault that exists and is left in a way of its own, which `vessel` knows. */
    z.strictObject({ kind: z.literal("own"), address, vessel }),
  ],
  { error: 'needs a kind: "local-example", "test-example", "example", "pool", "erc4626", "erc7540" or "own"' },
);

const existing = z.strictObject({ address });

/** What every DAO's file says. */
const common = {
  /** Name of the DAO, and of a Governor that is made. */
  name: domainName,
  timelock: timelockSchema,
  dualGovernance: z.strictObject({ signalling: signallingSchema, phases: phasesSchema, exit: exitSchema }),
  vault: vaultSchema,
  /** Left out: nobody can enter emergency mode, until governance gives somebody a term. */
  emergency: emergencySchema.optional(),
  /** Left out: nobody can pause anything, but governance. */
  circuitBreaker: circuitBreakerSchema.optional(),
  /** Left out: nobody breaks a deadlock, until governance names somebody. */
  tiebreaker: tiebreakerSchema.optional(),
};

/** One DAO that is made: what is deployed, and under which rules. */
export const daoSchema = z.strictObject({ ...common, token: tokenSchema, governor: governorSchema });

/** One DAO that exists: its token and its Governor stay, and the Governor is to obey the new timelock. */
export const adoptingSchema = z.strictObject({
  ...common,
  /** An ERC20Votes, the one that the Governor counts. */
  token: existing,
  /** An OpenZeppelin Governor with GovernorTimelockControl. */
  governor: existing,
  /** What the Governor obeys until the adoption; `timelock()` of the Governor tells it until then. */
  oldTimelock: address.optional(),
  /** Contracts that the old timelock may own, or hold something in, beside those that the chain's logs name. */
  holdings: z.array(address, { error: "must be a list of addresses, [ … ]" }).optional(),
  /** Where the oldest logs about the old timelock may be; 0 by default. [block] */
  fromBlock: z.int({ error: "must be a whole number, like 18000000" }).nonnegative().optional(),
  /** What `tribune adopt` finds and cannot mend, in its own words, where the DAO goes on all the same. */
  accepted: z.array(z.string(), { error: "must be a list of texts, [ … ]" }).optional(),
});

/** A configuration as it stands in its file: durations like "4 d", percentages like "1 %", tokens like "10,000,000". */
export type DaoDefinition = z.input<typeof daoSchema>;
export type AdoptingDefinition = z.input<typeof adoptingSchema>;
/** A configuration as the code uses it: seconds, 1e18 = 100 %, token units, checksummed addresses. */
export type FoundedDao = z.output<typeof daoSchema>;
/** A DAO that exists. */
export type AdoptingDao = z.output<typeof adoptingSchema>;
export type DaoConfig = FoundedDao | AdoptingDao;

/** Whether token and Governor are there already. */
export const isAdopting = (dao: DaoConfig): dao is AdoptingDao => "address" in dao.governor;

/** Whether a file names a token or a Governor that exists, before anything else about it is known. */
export const namesExisting = (definition: unknown): boolean =>
  isRecord(definition) &&
  [definition.token, definition.governor].some((part) => isRecord(part) && part.address !== undefined);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
export type VaultConfig = DaoConfig["vault"];
export type ExitConfig = DaoConfig["dualGovernance"]["exit"];
export type CommitteeConfig = z.output<typeof committeeSchema>;

/** Example vaults over stand-ins that are deployed with them. */
type StandInVault = Extract<VaultConfig, { kind: "local-example" | "test-example" }>;
/** Vaults that are deployed as examples, rather than named. */
type ExampleVault = StandInVault | Extract<VaultConfig, { kind: "example" }>;

/** Whether asset and market of the example vault are stand-ins that are deployed with it. */
export const isOverStandIns = (vault: VaultConfig): vault is StandInVault =>
  vault.kind === "local-example" || vault.kind === "test-example";

/** Whether the example vault is deployed, rather than a vault named that exists. */
export const isExample = (vault: VaultConfig): vault is ExampleVault =>
  isOverStandIns(vault) || vault.kind === "example";

export type PoolConfig = Extract<VaultConfig, { kind: "pool" }>;

/** Whether the vault is made with the deployment, rather than one named that exists. */
export const isMade = (vault: VaultConfig): vault is ExampleVault | PoolConfig =>
  vault.kind === "pool" || isExample(vault);

/** Types a configuration file; checks nothing but its shape. */
export function defineDao(definition: DaoDefinition): DaoDefinition;
export function defineDao(definition: AdoptingDefinition): AdoptingDefinition;
export function defineDao(definition: DaoDefinition | AdoptingDefinition): DaoDefinition | AdoptingDefinition {
  return definition;
}
