import { UnreadableError } from "../../protocol/errors.js";
import type { AuditInput } from "../world/auditInput.js";
import type { AuditReport } from "../report.js";
import { nameIn, type Entry } from "./addressBook.js";
import type { Executed } from "./execute.js";
import { hearing } from "./outside.js";
import { differenceOf, type PowerAnswer } from "./report.js";

/** How somebody looks at who can do what, before and after. */
export interface PowerAudit {
  readonly audit: (input: AuditInput) => Promise<AuditReport>;
  /** What is worse and better in the later one, in sentences. */
  readonly compare: (
    before: AuditReport,
    after: AuditReport,
  ) => { readonly worse: readonly string[]; readonly better: readonly string[] };
}

/** Why nobody can look, in a sentence. */
export interface NoAudit {
  readonly whyNot: string;
}

/** The audit of the moment before and of the one after. The snapshot is left in the one after. */
export async function lookAtPower(
  input: AuditInput,
  mentioned: readonly string[],
  executed: Executed | undefined,
  book: readonly Entry[],
  {
    power,
    progress = () => undefined,
  }: { readonly power: PowerAudit | NoAudit; readonly progress?: (text: string) => void },
): Promise<PowerAnswer> {
  const { snapshot } = input;
  if (executed === undefined) return { kind: "never" };
  if ("whyNot" in power) return { kind: "unjudged", why: power.whyNot };
  // Whoever it names is asked in both audits, so that they differ in nothing else.
  const named = mentioned
    .filter((address) => nameIn(book, address) === address)
    .map((address, index) => ({ address, name: `account ${index} of the operation` }));
  const wider: AuditInput = {
    ...input,
    named,
    tokenHolders: [...input.tokenHolders, ...mentioned],
    shareHolders: [...input.shareHolders, ...mentioned],
  };
  progress("auditing what would be without it");
  const before = await power.audit(wider);
  await snapshot.send(executed.call);
  progress("auditing what would be after it");
  try {
    const after = await power.audit(hearing(wider, executed.logs));
    return { kind: "compared", difference: differenceOf(before, after, power.compare(before, after)) };
  } catch (error) {
    if (!(error instanceof UnreadableError) || error.trouble !== "other") throw error;
    return { kind: "broken", why: error.message };
  }
}
