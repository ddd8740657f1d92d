import type { ArtifactManager } from "hardhat/types/artifacts";

import type { AuditInput } from "../world/auditInput.js";
import type { KindName } from "../manifest/parts.js";
import type { StorageKnowledge } from "../storage/difference.js";

/** A deployment that is to be wired wrongly, on its snapshot. */
export interface Patient {
  readonly input: AuditInput;
  readonly knowledge: StorageKnowledge;
  readonly artifacts: ArtifactManager;
}

/** One change to a deployment's wiring. */
export interface Mutant {
  /** Which rule made it: "a role granted". */
  readonly operator: string;
  /** "PROPOSER to voter 1" */
  readonly name: string;
  /**
   * Whether it changes who can do what, how soon, or what protects those who object; by its operator's own rule, which
   * knows nothing of the audit.
   */
  readonly matters: boolean;
  /** Why, where that is not plain. */
  readonly why?: string;
  /** What it touches, and so what has to be looked at. */
  readonly parts: readonly KindName[];
  /** Modes in which it shows; Normal by default. */
  readonly modes?: readonly string[];
  readonly apply: (patient: Patient) => Promise<void>;
}

/** Somebody who may get into another's place. */
export interface Understudy {
  readonly name: string;
  readonly address: string;
  /** Whether it can do what it likes: a key, a Safe. One of our own contracts does nothing but what its functions do. */
  readonly acts: boolean;
}
