// Run `npm run lockfile` after every `npm install` that touches Hardhat.
//
// Hardhat's engine (@nomicfoundation/edr) is native: one optional package per platform, each with `engines: node >= 22`.
//   1. npm under Node 20 silently skips an optional package whose `engines` it does not meet; Hardhat then fails (HHE27),
//      although the npm package `node` gives Hardhat the Node it needs.
//   2. npm writes no entry for a platform package its registry does not serve, and then `npm ci` calls the lockfile stale.
// So: drop those `engines`, and give every platform an entry. Runs under any Node; running it twice changes nothing.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const file = process.argv[2] ?? "package-lock.json";
const engine = "node_modules/@nomicfoundation/edr";

const before = readFileSync(file, "utf8");
const lock = JSON.parse(before);
const edr = lock.packages[engine];
if (edr === undefined) throw new Error(`${file} has no entry for ${engine}`);
delete edr.engines;

for (const [name, version] of Object.entries(edr.optionalDependencies ?? {})) {
  const key = `node_modules/${name}`;
  const known = lock.packages[key]?.version === version ? lock.packages[key] : {};
  const integrity = known.integrity ?? publishedIntegrity(name, version);
  lock.packages[key] = {
    version,
    ...(integrity === undefined ? {} : { integrity }),
    ...platformOf(name),
    dev: true,
    license: edr.license,
    optional: true,
  };
}

for (const [key, entry] of Object.entries(lock.packages)) {
  if (/^https?:\/\/(?!registry\.npmjs\.org\/)/.test(entry.resolved ?? "")) delete lock.packages[key].resolved;
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));

const after = `${JSON.stringify(lock, null, 2)}\n`;
if (after !== before) writeFileSync(file, after);
console.log(after === before ? `${file}: nothing to fix` : `${file}: fixed`);

/** "@nomicfoundation/edr-linux-x64-gnu" says it all: system, processor, and on Linux the C library. */
function platformOf(name) {
  const [system, processor, abi] = name.slice("@nomicfoundation/edr-".length).split("-");
  return {
    cpu: [processor],
    ...(system === "linux" ? { libc: [abi === "musl" ? "musl" : "glibc"] } : {}),
    os: [system],
  };
}

/** Undefined where the registry does not serve the package: npm then checks the download against its registry alone. */
function publishedIntegrity(name, version) {
  try {
    const answer = execFileSync("npm", ["view", `${name}@${version}`, "dist.integrity"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    return answer === "" ? undefined : answer;
  } catch {
    return undefined;
  }
}
