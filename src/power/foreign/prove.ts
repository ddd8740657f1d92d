import { Prober } from "../world/probe.js";
import { STRANGER, type Reader } from "./reader.js";
import type { Member, Power, Step } from "./types.js";

/** What became of a power when it was tried. */
export interface Proven {
  readonly power: Power;
  /** Nothing is proven that was not executed, both ways. */
  readonly status: "proven" | "inferred" | "unproven";
  /** Who was let through. */
  readonly passed: readonly string[];
  /** Let through, and not named: each holds the power as well. */
  readonly strangers: readonly string[];
  /** Named, and refused. */
  readonly refused: readonly { readonly account: string; readonly why: string }[];
  /** How many others tried, and were refused. */
  readonly others: number;
  /** What was executed, or why it was not, in a sentence. */
  readonly says: string;
}

/** Tries every power: its holders go all the way, everybody else is to be refused at the first step. */
export async function proveAll(reader: Reader, powers: readonly Power[]): Promise<Proven[]> {
  const prober = await Prober.create(reader.snapshot, STRANGER);
  const plain = powers.filter(({ proof }) => proof?.kind === "steps" && proof.setup === undefined);
  const tried = await tryFirst(reader, prober, plain);
  const proven: Proven[] = [];
  for (const power of powers) {
    const { proof } = power;
    if (proof === undefined) proven.push({ ...untried(power), says: "no valid call of it is known" });
    else if (proof.kind === "play") {
      const { why, says } = await proof.play(reader);
      proven.push({ ...untried(power), status: why === undefined ? "proven" : "unproven", says: why ?? says });
    } else if (proof.setup === undefined) proven.push(await judge(reader, power, tried.get(power) ?? []));
    else proven.push(await proveAfter(reader, prober, power, proof.setup));
  }
  return proven;
}

const untried = (power: Power): Omit<Proven, "says"> => ({
  ...{ power, status: "inferred", passed: [], strangers: [], refused: [], others: 0 },
});

const NOBODY: Member = { account: STRANGER, seconds: 0 };

const stepsOf = ({ proof }: Power, member: Member): readonly Step[] =>
  proof?.kind === "steps" ? proof.steps(member) : [];

/** Whoever is a member tries as one; everybody else tries what somebody at once would, and what announcers would. */
const variantsOf = (power: Power, account: string): Step[] => {
  const members = power.seat?.members ?? [];
  const own = members.filter((member) => member.account === account);
  const tried = own.length > 0 ? own : [NOBODY, ...members];
  const steps = tried.flatMap((member) => stepsOf(power, member).slice(0, 1));
  return [...new Map(steps.map((step) => [step.to + step.data, step])).values()];
};

/** Who passes the first step of each. */
async function tryFirst(reader: Reader, prober: Prober, powers: readonly Power[]): Promise<Map<Power, string[]>> {
  const passed = new Map<Power, string[]>(powers.map((power) => [power, []]));
  for (const account of [...reader.known, STRANGER]) {
    const calls = powers.flatMap((power) => variantsOf(power, account).map((step) => ({ power, step })));
    const worked = await prober.try(
      account,
      calls.map(({ step }) => ({ target: step.to, data: step.data })),
    );
    calls.forEach(({ power }, index) => {
      const accounts = passed.get(power);
      if (worked[index] === true && accounts?.at(-1) !== account) accounts?.push(account);
    });
  }
  return passed;
}

async function proveAfter(
  reader: Reader,
  prober: Prober,
  power: Power,
  setup: readonly (Step & { readonly from: string })[],
): Promise<Proven> {
  return await reader.snapshot.branch(async () => {
    for (const step of setup) {
      const sent = await reader.snapshot.send(step);
      if (!sent.ok)
        return { ...untried(power), status: "unproven", says: `nothing is there to try it on: ${sent.why}` };
    }
    return await judge(reader, power, (await tryFirst(reader, prober, [power])).get(power) ?? []);
  });
}

async function judge(reader: Reader, power: Power, passed: readonly string[]): Promise<Proven> {
  const { seat, alsoPass = [] } = power;
  const members = seat?.members ?? [];
  const refused: { account: string; why: string }[] = [];
  for (const member of members) {
    const why = await walk(reader, stepsOf(power, member), member.account);
    if (why !== undefined) refused.push({ account: member.account, why });
  }
  const named = new Set([...members.map(({ account }) => account), ...alsoPass]);
  const strangers = passed.filter((account) => !named.has(account));
  const through = passed.filter((account) => !refused.some((one) => one.account === account));
  const others = reader.known.length + 1 - passed.length;
  const isProven = refused.length === 0 && through.length > 0;
  const isNobodys = members.length === 0 && passed.length === 0 && seat !== undefined;
  const [first] = refused;
  return {
    ...{ power, passed: through, strangers, refused, others },
    status: isProven || isNobodys ? "proven" : "unproven",
    says:
      first === undefined
        ? `${through.length} could, ${others} others could not.`
        : `${reader.nameOf(first.account)} is named, and is refused: ${first.why}`,
  };
}

/** All the way; why it stops. */
async function walk(reader: Reader, steps: readonly Step[], holder: string): Promise<string | undefined> {
  const { snapshot } = reader;
  const [only] = steps;
  if (only !== undefined && steps.length === 1 && (only.wait ?? 0) === 0) {
    const answer = await snapshot.call({ from: only.from ?? holder, to: only.to, data: only.data });
    return answer.ok ? undefined : answer.why;
  }
  return await snapshot.branch(async () => {
    for (const { from = holder, to, data, wait = 0 } of steps) {
      if (wait > 0) await snapshot.travelTo((await snapshot.now()) + BigInt(wait));
      const sent = await snapshot.send({ from, to, data });
      if (!sent.ok) return sent.why;
    }
    return undefined;
  });
}
