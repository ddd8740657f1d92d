import { SentenceError } from "../../protocol/errors.js";
import { formatAmount, formatPercent, parseTokens } from "../../protocol/format.js";
import type { DaoDefinition } from "../schema.js";
import { BODIES, type Allocation, type Answers, type Body, type Members, type TokenAnswer } from "./answers.js";
import {
  describeInsiders,
  readAddress,
  readAllocation,
  readAllocations,
  readBodies,
  readMembers,
  readSupply,
  readVault,
} from "./read.js";

/** What was given beforehand: text, as people write it; undefined where it is to be asked, or has its default. */
export interface Given {
  readonly name?: string | undefined;
  readonly tokenName?: string | undefined;
  readonly symbol?: string | undefined;
  readonly supply?: string | undefined;
  readonly allocations?: string | undefined;
  /** Of a DAO that exists: both, or neither. */
  readonly token?: string | undefined;
  readonly governor?: string | undefined;
  readonly vault?: string | undefined;
  readonly vaultKind?: string | undefined;
  readonly vessel?: string | undefined;
  readonly bodies?: string | undefined;
  readonly activation?: string | undefined;
  readonly execution?: string | undefined;
  readonly seal?: string | undefined;
  readonly reseal?: string | undefined;
  readonly subCommittees?: string | undefined;
}

/** Asks a person. Every question has a default, which Enter takes. */
export interface Asker {
  /** @param check Says what is wrong with an answer; undefined if nothing. */
  input(message: string, byDefault: string, check: (text: string) => string | undefined): Promise<string>;
  select(message: string, choices: readonly { value: string; name: string }[], byDefault: string): Promise<string>;
  confirm(message: string, byDefault: boolean): Promise<boolean>;
  tell(text: string): void;
}

/** Takes every default: where nobody sits at the terminal. */
export const takeDefaults: Asker = {
  input: (_message, byDefault) => Promise.resolve(byDefault),
  select: (_message, _choices, byDefault) => Promise.resolve(byDefault),
  confirm: (_message, byDefault) => Promise.resolve(byDefault),
  tell: () => undefined,
};

export interface Defaults {
  /** Holders and committees of local chains. */
  readonly standard: DaoDefinition;
  /** `"2027-01-01"`: where vesting begins by default. */
  readonly today: string;
}

const SUPPLY = "100,000,000";

/** Puts every question that is not answered yet. */
export async function collectAnswers(given: Given, asker: Asker, defaults: Defaults): Promise<Answers> {
  const name = given.name ?? (await asker.input("Name of the DAO", "My DAO", notEmpty));
  const token = await collectToken(given, name, asker, defaults);
  if (token.kind === "new") asker.tell(describeInsiders(token.allocations));
  const vault = await collectVault(given, asker);
  const bodies = await collectBodies(given, asker, vault);
  refuseUnused(given, vault, bodies);
  const committee = async (body: Body, option: keyof Given, label: string, byDefault: Members | undefined) => {
    if (!bodies.includes(body)) return undefined;
    const text =
      given[option] ??
      (await asker.input(
        label,
        write(byDefault),
        wrong((one) => readMembers(one, label)),
      ));
    return readMembers(text, label);
  };
  const { emergency, circuitBreaker, tiebreaker } = defaults.standard;
  const activation = await committee(
    "emergency",
    "activation",
    "Who may stop everything once (emergency activation)",
    emergency?.activationCommittee,
  );
  const execution = await committee(
    "emergency",
    "execution",
    "Who may repair while it stands (emergency execution)",
    emergency?.executionCommittee,
  );
  const seal = await committee("circuit-breaker", "seal", "Who may pause deposits once", circuitBreaker?.sealCommittee);
  const reseal = await committee(
    "circuit-breaker",
    "reseal",
    "Who may prolong that while stakers object",
    circuitBreaker?.resealCommittee,
  );
  const subCommittees = bodies.includes("tiebreaker")
    ? readSubCommittees(
        given.subCommittees ??
          (await asker.input(
            "Sub-committees of the tiebreaker, with ; between them",
            (tiebreaker?.subCommittees ?? []).map(write).join("; "),
            wrong(readSubCommittees),
          )),
      )
    : undefined;
  return {
    name,
    token,
    vault,
    emergency: activation && execution && { activation, execution },
    circuitBreaker: seal && reseal && { seal, reseal },
    tiebreaker: subCommittees && { subCommittees },
  };
}

async function collectToken(given: Given, name: string, asker: Asker, defaults: Defaults): Promise<TokenAnswer> {
  const { token, governor } = given;
  if (token === undefined && governor === undefined) {
    const isNew = OF_A_NEW_ONE.some((option) => given[option] !== undefined);
    const kind = isNew ? "new" : await asker.select("Its token and its Governor", TOKENS, "new");
    if (kind === "new") {
      const symbol = given.symbol ?? (await asker.input("Symbol of its token", symbolOf(name), notEmpty));
      const allocations = await collectAllocations(given, asker, defaults);
      return { kind, name: given.tokenName ?? name, symbol, allocations };
    }
  }
  const superfluous = OF_A_NEW_ONE.find((option) => given[option] !== undefined);
  if (superfluous !== undefined) {
    throw new SentenceError(`A token that exists has its ${WORDS[superfluous]} already: leave that out, or --token.`);
  }
  if (asker === takeDefaults && (token === undefined || governor === undefined)) {
    throw new SentenceError("A DAO that exists has a token and a Governor: give both, --token 0x… and --governor 0x….");
  }
  const ask = async (what: string) =>
    await asker.input(
      `Address of ${what}`,
      "",
      wrong((text) => readAddress(text, what)),
    );
  const [theToken, theGovernor] = ["its token, an ERC20Votes", "its Governor"] as const;
  return {
    kind: "existing",
    address: readAddress(token ?? (await ask(theToken)), "The token"),
    governor: readAddress(governor ?? (await ask(theGovernor)), "The Governor"),
  };
}

const TOKENS = [
  { value: "new", name: "New ones, made with the deployment" },
  { value: "existing", name: "Those of a DAO that exists, by their addresses" },
] as const;

/** What only a token that is made has to be told. */
const OF_A_NEW_ONE = ["symbol", "tokenName", "supply", "allocations"] as const;
const WORDS = { symbol: "symbol", tokenName: "name", supply: "supply", allocations: "holders" } as const;

/** Nobody shall believe that something was written which has no place in the file. */
function refuseUnused(given: Given, { kind }: Answers["vault"], bodies: readonly Body[]): void {
  const needed: readonly (readonly [option: keyof Given, isUsed: boolean, what: string])[] = [
    ["activation", bodies.includes("emergency"), "the emergency committees, which are left out"],
    ["execution", bodies.includes("emergency"), "the emergency committees, which are left out"],
    ["seal", bodies.includes("circuit-breaker"), "the circuit breaker, which is left out"],
    ["reseal", bodies.includes("circuit-breaker"), "the circuit breaker, which is left out"],
    ["subCommittees", bodies.includes("tiebreaker"), "the tiebreaker, which is left out"],
    ["vaultKind", isExisting(kind), "a vault that exists, and none was named"],
    ["vessel", kind === "own", "a vault that is left in a way of its own: --vault-kind own"],
  ];
  for (const [option, isUsed, what] of needed) {
    if (given[option] === undefined || isUsed) continue;
    const name = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new SentenceError(`--${name} is about ${what}: leave it out, or change the other.`);
  }
}

const isExisting = (kind: Answers["vault"]["kind"]): boolean =>
  kind === "erc4626" || kind === "erc7540" || kind === "own";

/** `"My DAO"` → `"MD"`; a symbol that has to be asked for anyway. */
const symbolOf = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word.slice(0, 1).toUpperCase())
    .join("")
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, 5)
    .padEnd(3, "X");

const notEmpty = (text: string): string | undefined => (text.trim() === "" ? "must not be empty" : undefined);

/** What `read` says against a text. */
const wrong =
  (read: (text: string) => unknown) =>
  (text: string): string | undefined => {
    try {
      read(text);
      return undefined;
    } catch (error) {
      if (error instanceof SentenceError) return error.message;
      throw error;
    }
  };

const write = (members: Pick<Members, "owners" | "threshold"> | undefined): string =>
  members === undefined ? "" : `${members.threshold} of ${members.owners.join(", ")}`;

const readSubCommittees = (text: string): Members[] =>
  text
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => readMembers(one, "A sub-committee of the tiebreaker"));

async function collectAllocations(given: Given, asker: Asker, defaults: Defaults): Promise<Allocation[]> {
  const supply = given.supply ?? (await asker.input("How many tokens, all together", SUPPLY, wrong(readSupply)));
  if (given.allocations !== undefined) return readAllocations(given.allocations, supply);
  const [first, second, third] = defaults.standard.token.allocations.map(({ holder }) => holder);
  const local = `${first} 40 %; ${second} 40 %; ${third} 20 % insider vesting ${defaults.today} over 1460 d cliff 365 d`;
  if (asker === takeDefaults || (await asker.confirm("Accounts of a local chain as holders, for now?", true))) {
    return readAllocations(local, supply);
  }
  const whole = readSupply(supply);
  const allocations: Allocation[] = [];
  for (let left = whole; left > 0n;) {
    asker.tell(`${formatAmount(left, 18, 18)} tokens are left, ${formatPercent((left * 10n ** 18n) / whole)}.`);
    const one = await askAllocation(asker, whole, left, defaults.today);
    allocations.push(one);
    left -= parseTokens(one.amount);
  }
  return allocations;
}

async function askAllocation(asker: Asker, supply: bigint, left: bigint, today: string): Promise<Allocation> {
  const holder = await asker.input(
    "Holder",
    "",
    wrong((text) => readAddress(text, "A holder")),
  );
  const rest = formatAmount(left, 18, 18);
  const read = (amount: string): Allocation => {
    const one = readAllocation(`${holder.trim()} ${amount.trim()}`, supply);
    if (parseTokens(one.amount) <= left) return one;
    throw new SentenceError(`That is more than what is left, ${rest}.`);
  };
  const amount = await asker.input("How many, as an amount or as a part of all (20 %)", rest, wrong(read));
  const given = read(amount);
  if (!(await asker.confirm("Is that an insider: a founder, a contributor, an investor?", false))) return given;
  const insider = { ...given, isInsider: true };
  if (!(await asker.confirm("Do the tokens vest?", true))) return insider;
  const dated = (start: string, duration: string, cliff: string) =>
    readAllocation(`${holder.trim()} ${given.amount} insider vesting ${start} over ${duration} cliff ${cliff}`, supply);
  const start = await asker.input(
    "From when",
    today,
    wrong((text) => dated(text, "0 s", "0 s")),
  );
  const duration = await asker.input(
    "How long, until all have vested",
    "1460 d",
    wrong((text) => dated(start, text, "0 s")),
  );
  const cliff = await asker.input(
    "How long until the first (0 s: at once)",
    "365 d",
    wrong((text) => dated(start, duration, text)),
  );
  return dated(start, duration, cliff);
}

const EXISTING = "existing";

async function collectVault(given: Given, asker: Asker): Promise<Answers["vault"]> {
  if (given.vault !== undefined) return readVault(given.vault, given.vaultKind, given.vessel);
  const vault = await asker.select(
    "Which vault do the stakers hold?",
    [
      { value: "stand-in", name: "The example vault over stand-ins, on a local chain: to try things out" },
      { value: "test", name: "The example vault over an asset that anybody mints: on a testnet" },
      { value: EXISTING, name: "One that exists, by its address" },
      { value: "pool", name: "The staking pool, which is deployed with the DAO" },
    ],
    "stand-in",
  );
  if (vault !== EXISTING) return readVault(vault);
  const address = await asker.input(
    "Its address",
    "",
    wrong((text) => readAddress(text, "The vault")),
  );
  const kind =
    given.vaultKind ??
    (await asker.select(
      "How is it left?",
      [
        { value: "erc4626", name: "At once (ERC-4626)" },
        { value: "erc7540", name: "On request (ERC-7540)" },
        { value: "own", name: "In a way of its own, which a vessel knows" },
      ],
      "erc4626",
    ));
  const vessel =
    kind === "own"
      ? (given.vessel ?? (await asker.input("Its vessel: an address, or a contract's name", "", notEmpty)))
      : undefined;
  return readVault(address, kind, vessel);
}

const isExample = (kind: Answers["vault"]["kind"]): boolean => kind === "stand-in" || kind === "test";

/** What a breaker could pause is known of the example vault alone. */
const NO_BREAKER =
  "A circuit breaker pauses the example vault, and another one only if that obeys it: leave it out here, and add " +
  "circuitBreaker with its pausables to the file, as config/default.ts has it";

async function collectBodies(given: Given, asker: Asker, { kind }: Answers["vault"]): Promise<readonly Body[]> {
  if (given.bodies !== undefined) {
    const bodies = readBodies(given.bodies);
    if (!isExample(kind) && bodies.includes("circuit-breaker")) throw new SentenceError(`${NO_BREAKER}.`);
    return bodies;
  }
  // On a local chain the operators of the pool have taken the accounts.
  const usual = (body: Body): boolean => body === "tiebreaker" || kind !== "pool";
  const chosen: Body[] = [];
  for (const body of BODIES) {
    const isNamed = MEMBERS_OF[body].some((option) => given[option] !== undefined);
    if (body === "circuit-breaker" && !isExample(kind)) {
      if (isNamed) throw new SentenceError(`${NO_BREAKER}.`);
      continue;
    }
    // Whoever says who sits there wants it.
    if (isNamed || (await asker.confirm(QUESTIONS[body], usual(body)))) chosen.push(body);
  }
  return chosen;
}

const MEMBERS_OF = {
  emergency: ["activation", "execution"],
  "circuit-breaker": ["seal", "reseal"],
  tiebreaker: ["subCommittees"],
} as const satisfies Readonly<Record<Body, readonly (keyof Given)[]>>;

const QUESTIONS: Readonly<Record<Body, string>> = {
  emergency: "Emergency committees, which may hold governance back while the contracts are young?",
  "circuit-breaker": "A circuit breaker, whose committee may pause deposits once?",
  tiebreaker: "A tiebreaker, which may let one decision through in a deadlock of a year?",
};
