/** What is wrong, or doubtful, about a configuration. */
export interface Problem {
  /** Errors keep a DAO from being deployed; warnings are for a person to weigh. */
  readonly severity: "error" | "warning";
  /** Where the value stands in the file. */
  readonly path: string;
  /** What is wrong with the value, why, and what would be right. */
  readonly message: string;
}

export const errorAt = (path: string, message: string): Problem => ({ severity: "error", path, message });
export const warningAt = (path: string, message: string): Problem => ({ severity: "warning", path, message });

/** Only the problems whose condition holds. */
export const problemsIf = (...candidates: readonly (readonly [broken: boolean, problem: Problem])[]): Problem[] =>
  candidates.filter(([broken]) => broken).map(([, problem]) => problem);
