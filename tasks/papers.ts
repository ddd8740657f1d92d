import path from "node:path";

/** Files that are kept of a deployment's audits. */
export interface Papers {
  /** What later audits are compared with. */
  readonly lock: string;
  /** Files that an audit keeps true: those that there are must say what it would write. */
  readonly markdown?: string;
  readonly svg?: string;
}

const DEFAULT = path.join("config", "default.ts");

/**
 * Of a DAO that is deployed on the embedded chain: this repository's own in its root, any other's beside its
 * configuration, `config/mine.power.lock`.
 */
export function papersOf(root: string, dao: string | undefined): Papers {
  const file = path.resolve(dao ?? path.join(root, DEFAULT));
  if (file !== path.join(root, DEFAULT)) return { lock: file.replace(/\.[^.]+$/, ".power.lock") };
  return {
    lock: path.join(root, "power.lock"),
    markdown: path.join(root, "POWER.md"),
    svg: path.join(root, "docs", "images", "power.svg"),
  };
}
