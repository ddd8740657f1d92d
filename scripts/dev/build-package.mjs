// Makes dist/, what `npm pack` packs beside the Solidity sources: JavaScript with types, ABIs, and the code that is deployed.
// Run by npm before it packs; needs what `hardhat build` makes.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(fileURLToPath(import.meta.url), "..", "..", "..");
const STAGE = path.join(ROOT, "cache", "package");
const DIST = path.join(ROOT, "dist");
const SAFE = "@safe-global/safe-contracts";
const read = (file) => readFileSync(file, "utf8");
const write = (file, text) => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};

for (const folder of [STAGE, DIST]) rmSync(folder, { recursive: true, force: true });
for (const folder of ["config", "deploy/modules", "deploy/modules.ts", "src", "tasks", "types"]) {
  cpSync(path.join(ROOT, folder), path.join(STAGE, folder), { recursive: true });
}

// Stand-ins and stories use a few of the mocks; the others are for tests, and stay away with what lists them all.
const code = globSync("{config,deploy,src,tasks}/**/*.ts", { cwd: STAGE, exclude: ["src/gas/**", "src/snapshots/**"] })
  .map((file) => read(path.join(STAGE, file)))
  .join("\n");
const isUsed = (line) => {
  const name = /\{ (\w+?)(?:__factory)? \}/.exec(line)?.[1];
  return name !== undefined && new RegExp(`\\b${name}(?:__factory)?\\b`).test(code);
};
const index = path.join(STAGE, "types", "index.ts");
const lines = read(index).split("\n");
const kept = lines.filter((line) => {
  if (/^(?:import type \*|export \* as|export type \{ (?:contracts|openzeppelin|solmate|test) \})/.test(line))
    return false;
  return !/\/(?:mocks|solmate|test)\//.test(line) || isUsed(line);
});
writeFileSync(index, kept.join("\n"));

// Safe's package asks for a version of ethers of its own, which no override of ours could change in another project.
const vendored = path.join(STAGE, "src", "safe", "artifacts.ts");
const imports = read(vendored);
writeFileSync(
  vendored,
  imports.replaceAll(/"@safe-global\/safe-contracts\/[^"]*\/(\w+\.json)"/g, (specifier, file) => {
    const { abi, bytecode, deployedBytecode } = JSON.parse(
      read(fileURLToPath(import.meta.resolve(specifier.slice(1, -1)))),
    );
    write(path.join(STAGE, "vendor", file), JSON.stringify({ abi, bytecode, deployedBytecode }));
    return JSON.stringify(`../../vendor/${file}`);
  }),
);

execFileSync(
  process.execPath,
  [path.join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.package.json"],
  {
    cwd: ROOT,
    stdio: "inherit",
  },
);
cpSync(path.join(ROOT, "node_modules", SAFE, "LICENSE"), path.join(DIST, "vendor", "LICENSE"));

for (const name of ["default", "pool"]) {
  write(path.join(DIST, "templates", `${name}.txt`), read(path.join(ROOT, "config", `${name}.ts`)));
}

// Artifacts of what is deployed, ABIs of what a project may call, and what the audit reads of the compiler's output.
/** @type {Map<string, { source: string, contract: string }[]>} By the build's identifier. */
const builds = new Map();
for (const file of globSync("artifacts/contracts/**/*.json", { cwd: ROOT })) {
  const artifact = JSON.parse(read(path.join(ROOT, file)));
  const { contractName, sourceName, inputSourceName, buildInfoId, abi, bytecode } = artifact;
  const isMock = file.split(path.sep).includes("mocks");
  if (!isMock && abi.length > 0) write(path.join(DIST, "abi", `${contractName}.json`), `${JSON.stringify(abi)}\n`);
  const isNeeded = !isMock || new RegExp(`"${contractName}"`).test(code);
  if (bytecode === "0x" || !isNeeded || !existsSync(path.join(ROOT, sourceName))) continue;
  write(path.join(DIST, "artifacts", `${contractName}.json`), JSON.stringify(artifact));
  const build = builds.get(buildInfoId) ?? [];
  build.push({ source: inputSourceName ?? sourceName, contract: contractName });
  builds.set(buildInfoId, build);
}

/** Of syntax trees, what src/power/storage/declarations.ts reads: where types are declared, and what they are made of. */
const DECLARATIONS = new Set([
  "StructDefinition",
  "EnumDefinition",
  "UserDefinedValueTypeDefinition",
  "ContractDefinition",
]);
const FIELDS = new Set(
  (
    "nodeType id name canonicalName documentation text members typeName underlyingType linearizedBaseContracts nodes " +
    "keyType valueType baseType referencedDeclaration visibility typeDescriptions typeString"
  ).split(" "),
);
function trim(value, key) {
  if (Array.isArray(value)) {
    const kept = key === "nodes" ? value.filter(({ nodeType }) => DECLARATIONS.has(nodeType)) : value;
    return kept.map((item) => trim(item));
  }
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => FIELDS.has(name));
  return Object.fromEntries(kept.map(([name, item]) => [name, trim(item, name)]));
}
for (const [id, entries] of builds) {
  const file = path.join("artifacts", "build-info", `${id}.output.json`);
  const { output } = JSON.parse(read(path.join(ROOT, file)));
  const contracts = {};
  for (const { source, contract } of entries) {
    const { storageLayout } = output.contracts[source][contract];
    (contracts[source] ??= {})[contract] = { storageLayout };
  }
  const sources = Object.entries(output.sources).map(([source, { ast }]) => [source, { ast: trim(ast) }]);
  write(path.join(DIST, file), JSON.stringify({ output: { contracts, sources: Object.fromEntries(sources) } }));
}
rmSync(STAGE, { recursive: true });

// What has the sources that explorers are shown; a package of files that are not committed knows none.
const git = (...args) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: "pipe" });
const isCommitted = existsSync(path.join(ROOT, ".git")) && git("status", "--porcelain") === "";
if (isCommitted) write(path.join(DIST, "commit.txt"), git("rev-parse", "HEAD"));
