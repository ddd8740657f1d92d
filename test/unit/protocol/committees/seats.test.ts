import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";
import { z } from "zod";

import { daoSchema } from "../../../../src/config/schema.js";
import { recordSchema } from "../../../../src/protocol/addresses.js";
import {
  findSharedKeys,
  listSeats,
  mapSeats,
  SEATS,
  subCommitteeSeat,
  TIEBREAKER,
  type Seat,
  type Seated,
} from "../../../../src/protocol/committees/seats.js";
import { CircuitBreaker__factory, DualGovernanceTimelock__factory } from "../../../../types/index.js";

/** Every seat there can be, held by its own name. */
const EVERYBODY: Seated<string> = {
  emergency: { activationCommittee: "activation", executionCommittee: "execution" },
  circuitBreaker: { sealCommittee: "seal", resealCommittee: "reseal" },
  tiebreaker: { subCommittees: ["tiebreaker-0", "tiebreaker-1"] },
};

/** A JSON schema, as far as it is looked into here. */
interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** Paths of everything in a schema that `isCommittee`, two of what a list holds. */
function committeesOf(
  schema: JsonSchema,
  isCommittee: (schema: JsonSchema, name: string) => boolean,
  at = "",
): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const here = at === "" ? name : `${at}.${name}`;
    if (isCommittee(property, name)) return [here];
    const { items } = property;
    if (items !== undefined && isCommittee(items, name)) return [`${here}[0]`, `${here}[1]`];
    return committeesOf(property, isCommittee, here);
  });
}

describe("seats", () => {
  const paths = listSeats(EVERYBODY).map((seat) => seat.path);

  it("are those that a configuration may fill", () => {
    const schema = z.toJSONSchema(daoSchema, { io: "input", unrepresentable: "any" }) as JsonSchema;
    const isCommittee = ({ properties = {} }: JsonSchema) => "owners" in properties && "threshold" in properties;
    expect(committeesOf(schema, isCommittee)).to.deep.equal(paths);
  });

  it("are those that an address book has room for", () => {
    const { properties } = z.toJSONSchema(recordSchema, { io: "input", unrepresentable: "any" }) as JsonSchema;
    const bodies = properties?.addresses?.properties?.bodies ?? {};
    expect(committeesOf(bodies, ({ type }, name) => type === "string" && /[a-z]Committees?$/.test(name))).to.deep.equal(
      paths,
    );
  });

  it("are those that the contracts give a power", () => {
    const timelock = DualGovernanceTimelock__factory.createInterface();
    const terms = timelock.getFunction("setEmergencyProtection").inputs[0]?.components ?? [];
    const breaker = CircuitBreaker__factory.createInterface();
    const getters = breaker.fragments.flatMap((fragment) =>
      "name" in fragment && typeof fragment.name === "string" ? [fragment.name] : [],
    );
    const told = [
      ...terms.flatMap(({ name, type }) => (type === "address" ? [`emergency.${name}`] : [])),
      ...getters.flatMap((name) => {
        const [, committee] = /^(\w+)_COMMITTEE$/.exec(name) ?? [];
        return committee === undefined ? [] : [`circuitBreaker.${committee.toLowerCase()}Committee`];
      }),
    ];
    expect([...told].sort()).to.deep.equal(
      Object.values(SEATS)
        .map((seat) => seat.path)
        .sort(),
    );
  });

  it("tell for each what a person calls it", () => {
    expect(listSeats(EVERYBODY).map(({ name }) => name)).to.deep.equal(listSeats(EVERYBODY).map(({ value }) => value));
    expect(listSeats(EVERYBODY).map(({ label }) => label)).to.deep.equal([
      "activation committee",
      "execution committee",
      "seal committee",
      "reseal committee",
      "sub-committee 0",
      "sub-committee 1",
    ]);
  });

  it("are left out where a DAO has no such body", () => {
    expect(listSeats({})).to.deep.equal([]);
    expect(listSeats({ tiebreaker: { subCommittees: [] } })).to.deep.equal([]);
    expect(mapSeats({ emergency: EVERYBODY.emergency }, ({ path: where }) => where)).to.deep.equal({
      emergency: { activationCommittee: SEATS.activation.path, executionCommittee: SEATS.execution.path },
    });
  });

  it("check each other within a body, and the tiebreaker's check everybody", () => {
    const [first, second] = [subCommitteeSeat(0), subCommitteeSeat(1)];
    const shares = (...both: readonly Seat<string>[]) =>
      findSharedKeys(both.map((seat) => ({ seat, keys: [seat.name, "a key"] }))).map(({ key }) => key);
    for (const [one, other] of [
      [SEATS.activation, SEATS.execution],
      [SEATS.seal, SEATS.reseal],
      [first, second],
      [SEATS.reseal, second],
      [TIEBREAKER, SEATS.activation],
    ] as const) {
      expect(shares(one, other), `${one.name} and ${other.name}`).to.deep.equal(["a key"]);
    }
    expect(shares(SEATS.activation, SEATS.seal)).to.deep.equal([]);
  });

  it("are spelled out in one file only", () => {
    const spelled =
      /["'`](?:(?:emergency|circuitBreaker)\.\w+Committee|tiebreaker\.subCommittees\[\$|tiebreaker-[\d$])/;
    const offences = ["src", "tasks", "deploy", "scripts"].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => path.posix.join(...entry.parentPath.split(path.sep), entry.name))
        .filter((file) => file !== "src/protocol/committees/seats.ts" && spelled.test(readFileSync(file, "utf8"))),
    );
    expect(offences).to.deep.equal([]);
  });
});
