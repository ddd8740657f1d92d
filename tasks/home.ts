import { existsSync } from "node:fs";
import path from "node:path";

/** Whether this runs out of another project's node_modules, compiled, rather than in its own repository. */
export const isPackaged = !import.meta.filename.endsWith(".ts");

/** The folder that Tribune is in: its repository, or its package. */
export const TRIBUNE_ROOT = findRoot(import.meta.dirname);

function findRoot(folder: string): string {
  return existsSync(path.join(folder, "package.json")) ? folder : findRoot(path.dirname(folder));
}
