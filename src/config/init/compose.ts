import { SentenceError } from "../../protocol/errors.js";
import { visible } from "../../protocol/visible.js";
import { LOCAL_ACCOUNTS } from "../localAccounts.js";
import type { DaoDefinition } from "../schema.js";
import type { Answers } from "./answers.js";
import { renderDao, type Template } from "./render.js";

/** What a new file is made from. */
export interface Stock {
  /** Texts of config/default.ts and config/pool.ts, whose comments are the reasons. */
  readonly texts: { readonly standard: string; readonly pool: string };
  /** Whose figures there are, by name. */
  readonly presets: Readonly<Record<string, DaoDefinition>>;
  /** The DAO of the pool. */
  readonly pooled: DaoDefinition;
  readonly module: string;
}

/** @throws {SentenceError} A preset that does not exist, or does not fit the vault. */
export function composeDao(answers: Answers, preset: string, { texts, presets, pooled, module }: Stock): string {
  // Not what every object has, like "constructor".
  const figures = Object.hasOwn(presets, preset) ? presets[preset] : undefined;
  if (figures === undefined) {
    throw new SentenceError(`There is no preset "${visible(preset)}"; there are ${Object.keys(presets).join(", ")}.`);
  }
  if (pooled.vault.kind !== "pool") throw new Error("the DAO of the pool has none");
  const isPool = answers.vault.kind === "pool";
  if (isPool && preset !== "default") {
    throw new SentenceError(
      `The pool winds down in months, whatever the file says, so the figures of "${preset}" do not fit it: take the preset default.`,
    );
  }
  const template: Template = {
    standard: texts.standard,
    pool: texts.pool,
    poolVault: pooled.vault,
    figures: isPool ? { ...figures, dualGovernance: pooled.dualGovernance } : figures,
    module,
    remarks: [],
  };
  const text = renderDao(answers, template);
  const remarks = [
    ...(preset === "default"
      ? []
      : [`Figures of the preset "${preset}"; the reasons are those of the days that they stand for.`]),
    ...(LOCAL_ACCOUNTS.some((account) => text.includes(account))
      ? [
          "It names accounts of local chains, whose keys everybody has. Replace them before you use a public network,",
          "where deploy refuses them: the holders, and those who sit in the committees.",
        ]
      : []),
  ];
  return renderDao(answers, { ...template, remarks });
}

/** `"My DAO"` → `"my-dao"`, which names its file. */
export function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (slug !== "") return slug;
  throw new SentenceError(`No file can be named after "${name}": give one, like --file config/my-dao.ts.`);
}
