import { encode } from "../power/foreign/reader.js";
import { adoptionCalls, type AdoptionPlan } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import { memberOf, PROPOSAL_STATES } from "../protocol/enums.js";
import { proposalOf, type Proposal } from "../protocol/proposals.js";
import { noteDecisions } from "./estate/governor.js";
import { isOpen, readDecisions, type Decision } from "./estate/decisions.js";
import type { Estate } from "./estate/readEstate.js";
import type { Ground } from "./estate/types.js";
import { fitPlan, type Fitted } from "./fit.js";
import { leftToGive } from "./giving.js";
import type { Adoption } from "./ground.js";
import { markSetBy, numberParts, readMarks } from "./marks.js";
import { planOf } from "./plan.js";
import { measureCalls } from "./play/measure.js";
import { encodePropose } from "./play/poll.js";
import type { Step } from "./play/stage.js";
import { splitAdoption } from "./proposals.js";
import type { PreparedProposal } from "./report.js";
import { findParts, findUnderWay, tellRivals } from "./underWay.js";

/** The proposals by which the DAO adopts: those that the Governor has already, or such as are to be proposed. */
export interface Prepared extends Fitted {
  /** None where one of the calls is refused. */
  readonly proposals: readonly PreparedProposal[];
  /** The call that the old timelock cannot make. */
  readonly refused: Step | undefined;
}

/** What people vote on and execute is what is looked at, however the estate has changed since it was proposed. */
export async function prepareProposals(adoption: Adoption, ground: Ground, estate: Estate): Promise<Prepared> {
  const now = await planOf(ground, estate, adoption.dao.timelock.delay);
  const decisions = await readDecisions(ground);
  const standing = await readMarks(ground, ground.newTimelock);
  const underWay = findUnderWay(decisions, now, standing, adoption.wanted);
  const made =
    underWay.length > 0
      ? underWay.map(asProposal(ground))
      : await makeProposals(adoption, ground, now, { decisions, standing });
  if ("what" in made) return { plan: now, stays: [], findings: [], notices: [], proposals: [], refused: made };
  const proposals = made;
  const fitted = fitPlan(
    now,
    proposals.map(({ calls }) => calls),
  );
  const played = proposals.map(({ id }) => id);
  return {
    ...fitted,
    findings: [...fitted.findings, ...tellRivals(decisions, played, ground)],
    notices: [
      ...fitted.notices,
      ...noteDecisions(decisions.filter(({ id }) => !played.includes(id))),
      ...(await noteNumbers(ground, proposals)),
    ],
    proposals,
    refused: undefined,
  };
}

/** With what whoever proposes sends. */
export const asProposal =
  ({ governor }: Pick<Ground, "governor">) =>
  (proposal: Proposal | Decision): PreparedProposal => ({
    ...proposal,
    propose: { target: governor, value: 0n, data: encodePropose(proposal) },
  });

/** Those that the Governor does not have yet are prepared; it is found out beforehand what each call uses. */
async function makeProposals(
  { open, gas, proposer, wanted }: Adoption,
  ground: Ground,
  plan: AdoptionPlan,
  { decisions, standing }: { readonly decisions: readonly Decision[]; readonly standing: readonly number[] },
): Promise<readonly PreparedProposal[] | Step> {
  // The Governor's own are made by way of it alone.
  const direct = adoptionCalls(plan).filter(({ target }) => target !== ground.governor);
  const { refused, gasOf } = await measureCalls(open.snapshot, ground.oldTimelock, direct);
  if (refused !== undefined) return describeRefused(refused);
  const isOne = splitAdoption(plan, gasOf, gas).length === 1;
  const known = wanted === "new" ? [] : findParts(decisions, plan, standing, isOne);
  const calls = known.flatMap((one) => one.calls);
  const left = leftToGive(plan, calls);
  const after = calls.map((one) => markSetBy(one, ground.newTimelock)).findLast((part) => part !== undefined);
  const parts = splitAdoption(plan, gasOf, gas, { left, after, used: standing });
  const numbers = numberParts(parts.length, after, standing);
  const count = numbers.at(-1) ?? 1;
  const made = await inFreeWords(ground, parts, (index) => describe(ground, numbers[index] ?? count, count), proposer);
  return [...known, ...made].map(asProposal(ground));
}

/** In words that the Governor has not decided on: it takes the same text but once. */
export async function inFreeWords(
  ground: Pick<Ground, "reader" | "governor">,
  parts: readonly (readonly Call[])[],
  describePart: (index: number) => string,
  proposer: string | undefined,
): Promise<Proposal[]> {
  const signed = proposer === undefined ? "" : `\n\n#proposer=${proposer}`;
  for (let time = 1; ; time++) {
    const again = time === 1 ? "" : `\n\nAsked again: attempt ${time}.`;
    const made = parts.map((part, index) => proposalOf(`${describePart(index)}${again}${signed}`, part));
    if (!(await isAnyOver(ground, made))) return made;
  }
}

/** Whether one of them was decided, and so cannot be proposed again in the same words. */
async function isAnyOver(
  { reader, governor }: Pick<Ground, "reader" | "governor">,
  proposals: readonly Proposal[],
): Promise<boolean> {
  for (const { id } of proposals) {
    const state = await reader.amount(governor, "state", [id]);
    if (state !== undefined && !isOpen(memberOf(PROPOSAL_STATES, state))) return true;
  }
  return false;
}

const describeRefused = ({ call, why }: { readonly call: Call; readonly why: string }): Step => ({
  what: "The old timelock can make every call",
  why: `${call.target} refuses ${call.data}: ${why}`,
});

/** What is to be known of their numbers. */
export async function noteNumbers(
  { reader, governor }: Pick<Ground, "reader" | "governor">,
  proposals: readonly PreparedProposal[],
): Promise<string[]> {
  if (proposals.every(({ state }) => state !== undefined)) return [];
  const answer = await reader.snapshot.call({ to: governor, data: encode("latestProposalId()") });
  if (!answer.ok || answer.data.length !== 66) return [];
  return [
    "This Governor numbers its proposals: it tells the number once it has one, and until then hashes stand here.",
  ];
}

function describe({ newTimelock }: Pick<Ground, "newTimelock">, part: number, count: number): string {
  const which = count === 1 ? "" : `, part ${part} of ${count}`;
  return (
    `Adopt dual governance${which}\n\n` +
    `Everything that the timelock of this DAO owns and holds goes to ${newTimelock}, in which stakers can delay what they ` +
    "object to, and leave before it lands."
  );
}
