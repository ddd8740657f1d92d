import path from "node:path";

/** What is kept of a deployment's audits. */
export interface Papers {
  /** Of the DAO. */
  readonly name: string;
  /** Where it is configured or recorded, relative to the repository's root. */
  readonly source: string;
  /** What later audits are compared with. */
  readonly lock: string;
  /** Files that say what the audit says, whenever it is made: where there are any, they must. */
  readonly kept?: { readonly markdown: string; readonly svg: string };
  /** What readers of a page have to know of the deployment. */
  readonly remark?: string;
}

const DEFAULT = path.join("config", "default.ts");

/**
 * Of a DAO that is deployed on the embedded chain: this repository's own in its root, any other's beside its
 * configuration, `config/mine.power.lock`.
 */
export function papersOf(root: string, dao: string | undefined, name: string): Papers {
  const file = path.resolve(dao ?? path.join(root, DEFAULT));
  const source = path.relative(root, file);
  if (file !== path.join(root, DEFAULT)) return { name, source, lock: file.replace(/\.[^.]+$/, ".power.lock") };
  return {
    name,
    source,
    lock: path.join(root, "power.lock"),
    remark:
      "That is on purpose: config/default.ts has an adversary, so that the stories have one. No DAO should start like this.",
    kept: { markdown: path.join(root, "POWER.md"), svg: path.join(root, "docs", "images", "power.svg") },
  };
}
