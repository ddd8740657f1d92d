import { SentenceError } from "../../protocol/errors.js";
import type { DaoDefinition } from "../schema.js";

/** What was given beforehand: text, as people write it; undefined where it is to be asked, or has its default. */
export interface Given {
  readonly name?: string | undefined;
  readonly tokenName?: string | undefined;
  readonly symbol?: string | undefined;
  readonly supply?: string | undefined;
  readonly allocations?: string | undefined;
  /** Of a DAO that exists: both, or neither. */
  readonly token?: string | undefined;
  readonly governor?: string | undefined;
  readonly vault?: string | undefined;
  readonly vaultKind?: string | undefined;
  readonly vessel?: string | undefined;
  readonly bodies?: string | undefined;
  readonly activation?: string | undefined;
  readonly execution?: string | undefined;
  readonly seal?: string | undefined;
  readonly reseal?: string | undefined;
  readonly subCommittees?: string | undefined;
}

/**
 * Asks a person. Enter takes a question's default. What only the person knows, like the address of a vault that exists, has
 * none: `byDefault` is empty there, and Enter is refused.
 */
export interface Asker {
  /** @param check Says what is wrong with an answer; undefined if nothing. */
  input(message: string, byDefault: string, check: (text: string) => string | undefined): Promise<string>;
  select(message: string, choices: readonly { value: string; name: string }[], byDefault: string): Promise<string>;
  confirm(message: string, byDefault: boolean): Promise<boolean>;
  tell(text: string): void;
}

/** Takes every default: where nobody sits at the terminal. */
export const takeDefaults: Asker = {
  input: (_message, byDefault) => Promise.resolve(byDefault),
  select: (_message, _choices, byDefault) => Promise.resolve(byDefault),
  confirm: (_message, byDefault) => Promise.resolve(byDefault),
  tell: () => undefined,
};

export interface Defaults {
  /** Holders and committees of local chains. */
  readonly standard: DaoDefinition;
  /** `"2027-01-01"`: where vesting begins by default. */
  readonly today: string;
}

/** Checks an answer that may be anything. */
export const notEmpty = (text: string): string | undefined => (text.trim() === "" ? "must not be empty" : undefined);

/** What `read` says against a text. */
export const wrong =
  (read: (text: string) => unknown) =>
  (text: string): string | undefined => {
    try {
      read(text);
      return undefined;
    } catch (error) {
      if (error instanceof SentenceError) return error.message;
      throw error;
    }
  };
