import { existsSync, globSync, readFileSync } from "node:fs";

import { expect } from "chai";
import { z } from "zod";

const manifest = z
  .object({
    private: z.boolean(),
    files: z.array(z.string()),
    exports: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
    peerDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));

/** What the repository alone uses, and the package leaves out. */
const OWN = /^(?:src\/gas|src\/snapshots|src\/power\/mutants|tasks\/repository|tasks\/build)\//;
/** Its code is copied into the package when that is built. */
const VENDORED = "@safe-global/safe-contracts";
const IMPORT = /^(?:import|export)\s[^"']*?from "([^."][^"]*)"|^import "([^."][^"]*)"|\bimport\("([^."][^"]*)"\)/gm;
/** Done without, where it is not there. */
const OPTIONAL = "esbuild";
/** Types of what only the repository's `audit` writes. */
const TYPES_ONLY = "sarif";

describe("the package", () => {
  it("takes along nothing that is for tests", () => {
    // What npm makes of it, the deep tests look at.
    expect(manifest.files).to.deep.equal(["contracts", "!contracts/mocks", "dist", "CHANGELOG.md", "SECURITY.md"]);
  });

  it("exports what there is a source of, and cannot be published by accident", () => {
    expect(manifest.private).to.equal(true);
    for (const [name, target] of Object.entries(manifest.exports)) {
      const made = target.startsWith("./dist/abi/");
      // dist/ has the tree of the repository.
      const source = target
        .replace(/^\.\/dist\//, "")
        .replace(/\.js$/, ".ts")
        .replace(/^\.\//, "");
      const found = source.includes("*") ? globSync(source.replace("*", "**/*")).length > 0 : existsSync(source);
      expect(made || found, `${name} → ${target}`).to.equal(true);
    }
  });

  it("depends on what it imports", () => {
    const sources = globSync("{config,deploy,src,tasks}/**/*.ts").filter((file) => !OWN.test(file));
    const imported = sources.flatMap((file) =>
      // One of the three groups has matched.
      [...readFileSync(file, "utf8").matchAll(IMPORT)].map((match) => match.slice(1).join("")),
    );
    const packages = new Set(imported.map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/")));
    const allowed = new Set([
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.peerDependencies),
      ...[VENDORED, OPTIONAL, TYPES_ONLY],
    ]);
    const missing = [...packages].filter((name) => !name.startsWith("node:") && !allowed.has(name));
    expect(packages.size).to.be.greaterThan(10);
    expect(missing).to.deep.equal([]);
  });
});
