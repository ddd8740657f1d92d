import { checkIdentities } from "../identities.js";
import { DELEGATION } from "../../protocol/accountCode.js";
import { discover } from "./discover.js";
import { conclude } from "./findings.js";
import { nameSeats, proveGuards } from "./guards.js";
import { proveAll } from "./prove.js";
import { Reader, STRANGER, type Place } from "./reader.js";
import type { ForeignReport } from "./report.js";
import { seatOf, toSystem } from "./system.js";
import { tellUnexplained } from "./unexplained.js";

/** What is looked at, and what is known beforehand. */
export interface Survey {
  readonly place: Place;
  /** Contracts, and others by name. */
  readonly listed: readonly { readonly name: string; readonly address: string }[];
  /** Accounts that are known: they try everything, and are asked about roles. */
  readonly accounts: readonly { readonly name: string; readonly address: string }[];
  /** Contracts that are not looked into: whoever asks judges them by other means, and has checked the identities. */
  readonly ends?: ReadonlySet<string>;
  /** Entities behind addresses. */
  readonly identities?: ReadonlyMap<string, string>;
  readonly progress?: (text: string) => void;
}

/** Who alone can do what in contracts that are not Tribune's: read, tried on a snapshot, and composed. */
export async function survey(what: Survey): Promise<ForeignReport> {
  const { place, listed, accounts, ends, identities = new Map<string, string>() } = what;
  const { progress = () => undefined } = what;
  return await place.snapshot.branch(async () => {
    const reader = new Reader(place);
    reader.name(STRANGER, "a stranger");
    for (const { name, address } of [...listed, ...accounts]) reader.name(address, name);
    for (const { address } of accounts) reader.meet(address);
    const discovery = await discover(
      reader,
      listed.map(({ address }) => address),
      ends ?? new Set(),
      progress,
    );
    if (ends === undefined) {
      checkIdentities(
        identities,
        reader.known.map((address) => ({ address, name: reader.nameOf(address) })),
      );
    }
    progress(`${discovery.powers.length} powers, each tried by ${reader.known.length + 1} accounts`);
    const powers = await nameSeats(reader, discovery.contracts, await proveAll(reader, discovery.powers));
    progress("functions beyond the standards");
    const proven = [...powers, ...(await proveGuards(reader, discovery.contracts))];
    const unexplained = await tellUnexplained(reader, discovery.contracts, proven);
    progress("who can do what, with whom");
    const system = toSystem(reader, discovery, proven, identities);
    const whole = toSystem(reader, discovery, proven, identities, "whoever is not named counts");
    const { rules, findings, gaps } = await conclude(reader, { system, whole }, proven, ends ?? new Set());
    const resolved = discovery.contracts.flatMap((contract) => contract.resolved);
    const holders = new Set(proven.flatMap((one) => seatOf(one).members.map(({ account }) => account)));
    const unknown = discovery.contracts.filter(({ address, kinds }) => kinds.length === 0 && !holders.has(address));
    return {
      contracts: discovery.contracts.map(({ address, kinds }) => ({ name: reader.nameOf(address), address, kinds })),
      rules,
      findings,
      notices: [...resolved.flatMap(({ notices = [] }) => notices), ...(await tellCodeless(reader, [...holders]))],
      gaps: [
        ...new Set([
          ...discovery.gaps,
          ...resolved.flatMap((one) => one.gaps ?? []),
          ...gaps,
          ...unexplained,
          ...unknown.map(
            ({ address }) =>
              `${reader.nameOf(address)} is of no kind that is known, so only its guards were looked for.`,
          ),
        ]),
      ],
      figures: {
        accounts: reader.known.length + 1,
        passed: proven.reduce((sum, { passed }) => sum + passed.length, 0),
        refused: proven.reduce((sum, { others, refused }) => sum + others + refused.length, 0),
      },
    };
  });
}

/** Who holds something and has no code, or lends itself some. */
async function tellCodeless(reader: Reader, holders: readonly string[]): Promise<string[]> {
  const told: string[] = [];
  for (const holder of holders) {
    const code = await reader.code(holder);
    const name = reader.nameOf(holder);
    const who = name === holder ? holder : `${name} (${holder})`;
    if (code.startsWith(DELEGATION)) {
      told.push(`${who} is an account with a key that works with the code of 0x${code.slice(8)} (EIP-7702).`);
    } else if (code === "0x") {
      const nonce = BigInt((await reader.snapshot.request("eth_getTransactionCount", [holder, "latest"])) as string);
      if (nonce === 0n)
        told.push(`${who} has no code and has never sent anything: a fresh key, or a contract to come.`);
    }
  }
  return told;
}
