import { SentenceError } from "../../protocol/errors.js";
import { describeInsiders, readMembers } from "./read.js";
import type { Answers, Body, Members } from "./answers.js";
import { notEmpty, wrong, type Asker, type Defaults, type Given } from "./asker.js";
import { collectBodies } from "./collectBodies.js";
import { collectToken } from "./collectToken.js";
import { collectVault } from "./collectVault.js";

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

const write = (members: Pick<Members, "owners" | "threshold"> | undefined): string =>
  members === undefined ? "" : `${members.threshold} of ${members.owners.join(", ")}`;

const readSubCommittees = (text: string): Members[] =>
  text
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => readMembers(one, "A sub-committee of the tiebreaker"));
