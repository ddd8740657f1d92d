import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";

/** What each file of the repository imports: relative imports as paths from the root, packages by name. */
function readImports(folders: readonly string[], extension: ".sol" | ".ts"): Map<string, string[]> {
  const statement =
    extension === ".sol"
      ? /^\s*import\s+(?:[^"';]*?from\s+)?["']([^"']+)["']/gm
      : /^\s*(?:import|export)\s+(?:[^"';]*?from\s+)?["']([^"']+)["']|\bimport\("([^"]+)"\)/gm;
  const imports = new Map<string, string[]>();
  for (const folder of folders.filter((name) => existsSync(name))) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith(extension)) continue;
      const file = path.posix.join(...entry.parentPath.split(path.sep), entry.name);
      const targets = Array.from(readFileSync(file, "utf8").matchAll(statement), ([, named, lazy]) => {
        const target = named ?? lazy ?? "";
        return target.startsWith(".")
          ? path.posix.join(path.posix.dirname(file), target).replace(/\.js$/, ".ts")
          : target;
      });
      imports.set(file, targets);
    }
  }
  return imports;
}

/** Every import cycle once, as "a → b → a". */
function findCycles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const finished = new Set<string>();
  const walk = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
      return;
    }
    if (finished.has(file)) return;
    for (const target of imports.get(file) ?? []) walk(target, [...trail, file]);
    finished.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
  return cycles;
}

/** "contracts/escrow/exits/X.sol" → "escrow" */
function roomOf(file: string): string {
  return file.split("/")[1] ?? "";
}

describe("imports", () => {
  describe("of contracts/", () => {
    const imports = readImports(["contracts"], ".sol");

    it("have no cycles", () => {
      expect(findCycles(imports)).to.deep.equal([]);
    });

    it("meet other rooms through types, interfaces and pure libraries only", () => {
      const offences: string[] = [];
      for (const [file, targets] of imports) {
        const room = roomOf(file);
        if (room === "mocks") continue; // for tests only: may see everything
        const allowed = new Set(room === "types" ? [room] : [room, "types"]);
        if (room !== "types") allowed.add("interfaces");
        if (room !== "types" && room !== "interfaces") allowed.add("libraries");
        // An example of a vessel is built on what every vessel is built on.
        const base = room === "examples" ? "contracts/escrow/exits/Vessel.sol" : undefined;
        for (const target of targets) {
          if (target === base) continue;
          if (target.startsWith("contracts/") && !allowed.has(roomOf(target))) offences.push(`${file} → ${target}`);
        }
      }
      expect(offences).to.deep.equal([]);
    });
  });

  describe("of the TypeScript library", () => {
    const imports = readImports(["config", "deploy", "scripts", "src", "tasks", "test"], ".ts");

    it("have no cycles", () => {
      expect(findCycles(imports)).to.deep.equal([]);
    });

    it("lead from src to src, generated types and packages only", () => {
      const outward = /^(app|config|deploy|scripts|tasks|test)\//;
      const offences = [...imports]
        .filter(([file]) => file.startsWith("src/"))
        .flatMap(([file, targets]) => targets.filter((to) => outward.test(to)).map((to) => `${file} → ${to}`));
      expect(offences).to.deep.equal([]);
    });

    it("lead to every file of src/model from elsewhere in the library: what only tests use is with them", () => {
      const used = new Set(
        [...imports]
          .filter(([file]) => /^(src|tasks)\/(?!(?:model|entries)\/)/.test(file))
          .flatMap(([, targets]) => targets),
      );
      // What such a file needs itself is used as well.
      for (const file of used) for (const target of imports.get(file) ?? []) used.add(target);
      const unused = [...imports.keys()].filter((file) => file.startsWith("src/model/") && !used.has(file));
      expect(unused).to.deep.equal([]);
    });

    it("lead from src/protocol to itself, the model, generated types, ethers and zod only", () => {
      const allowed = /^(src\/(protocol|model)\/|types\/|(ethers|zod)$)/;
      const offences = [...imports]
        .filter(([file]) => file.startsWith("src/protocol/"))
        .flatMap(([file, targets]) => targets.filter((to) => !allowed.test(to)).map((to) => `${file} → ${to}`));
      expect(offences).to.deep.equal([]);
    });

    for (const { room, files } of [
      { room: "src/model", files: /^src\/model\// },
      { room: "src/power/core", files: /^src\/power\/core\// },
      { room: "src/staking itself, where proofs are made", files: /^src\/staking\/[^/]+$/ },
    ]) {
      it(`lead nowhere from ${room}`, () => {
        const offences = [...imports]
          .filter(([file]) => files.test(file))
          .flatMap(([file, targets]) => targets.filter((to) => !files.test(to)).map((to) => `${file} → ${to}`));
        expect(offences).to.deep.equal([]);
      });
    }

    it("lead from src/staking to itself, src/protocol, generated types and packages only", () => {
      const allowed = /^(src\/(staking|protocol)\/|types\/|(ethers|zod|@noble\/curves\/.*|@chainsafe\/as-sha256)$)/;
      const offences = [...imports]
        .filter(([file]) => file.startsWith("src/staking/"))
        .flatMap(([file, targets]) => targets.filter((to) => !allowed.test(to)).map((to) => `${file} → ${to}`));
      expect(offences).to.deep.equal([]);
    });
  });
});
