import { SentenceError } from "../../protocol/errors.js";
import { BODIES, type Answers, type Body } from "./answers.js";
import type { Asker, Given } from "./asker.js";
import { readBodies } from "./read.js";

const isExample = (kind: Answers["vault"]["kind"]): boolean => kind === "stand-in" || kind === "test";

/** What a breaker could pause is known of the example vault alone. */
const NO_BREAKER =
  "A circuit breaker pauses the example vault, and another one only if that obeys it: leave it out here, and add " +
  "circuitBreaker with its pausables to the file, as config/default.ts has it";

/** Which committees there are. */
export async function collectBodies(given: Given, asker: Asker, { kind }: Answers["vault"]): Promise<readonly Body[]> {
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
