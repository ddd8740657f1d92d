import { SentenceError } from "../../protocol/errors.js";
import { formatAmount, formatPercent, parseTokens } from "../../protocol/format.js";
import type { Allocation, TokenAnswer } from "./answers.js";
import { notEmpty, takeDefaults, wrong, type Asker, type Defaults, type Given } from "./asker.js";
import { readAddress, readAllocation, readAllocations, readSupply } from "./read.js";

const SUPPLY = "100,000,000";

/** Its token and its Governor: new ones, with their holders, or those of a DAO that exists. */
export async function collectToken(given: Given, name: string, asker: Asker, defaults: Defaults): Promise<TokenAnswer> {
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

/** `"My DAO"` → `"MD"`; a symbol that has to be asked for anyway. */
const symbolOf = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word.slice(0, 1).toUpperCase())
    .join("")
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, 5)
    .padEnd(3, "X");

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
