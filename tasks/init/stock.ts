import { readFile } from "node:fs/promises";
import path from "node:path";

import standard from "../../config/default.js";
import fast from "../../config/fast.js";
import pooled from "../../config/pool.js";
import type { Stock } from "../../src/config/init/compose.js";
import type { DaoDefinition } from "../../src/config/schema.js";
import { isPackaged, TRIBUNE_ROOT } from "../home.js";

/** Figures to begin with. */
export const PRESETS: Readonly<Record<string, DaoDefinition>> = { default: standard, fast };

/** @param file That is to be written. */
export async function readStock(file: string): Promise<Stock> {
  const place = (name: string) => (isPackaged ? ["dist", "templates", `${name}.txt`] : ["config", `${name}.ts`]);
  const text = (name: string) => readFile(path.join(TRIBUNE_ROOT, ...place(name)), "utf8");
  const schema = path.join(TRIBUNE_ROOT, "src", "config", "schema.js");
  return {
    texts: { standard: await text("default"), pool: await text("pool") },
    presets: PRESETS,
    pooled,
    module: isPackaged ? "tribune/config" : relative(path.dirname(path.resolve(file)), schema),
  };
}

/** As an import says it. */
function relative(from: string, to: string): string {
  const found = path.relative(from, to).replaceAll(path.sep, "/");
  return found.startsWith(".") ? found : `./${found}`;
}
