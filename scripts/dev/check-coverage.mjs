// Fails unless every line of the contracts is covered by the last `npm run coverage`, but for the few that are named
// here with their reason. Mocks stand for others and are not counted; interfaces and types have no lines.

import { readFileSync } from "node:fs";

const REPORT = "coverage/lcov.info";

/** Lines that no test can reach: file, the line's text, and why. */
const EXCEPTIONS = [
  {
    file: "contracts/staking/Sha256.sol",
    text: "if (!success) revert HashFailed();",
    why: "SHA-256 is an instruction of every chain: it fails only where the gas runs out, and with it the call",
  },
  {
    file: "contracts/staking/MerkleBatch.sol",
    text: "if (!success) revert Sha256.HashFailed();",
    why: "SHA-256 is an instruction of every chain: it fails only where the gas runs out, and with it the call",
  },
  {
    file: "contracts/staking/pool/ExitQueue.sol",
    text: "if (shares == 0) return;",
    why: "a guard: the pool takes from a request only what it has found there",
  },
];

let report;
try {
  report = readFileSync(REPORT, "utf8");
} catch {
  console.error(`There is no ${REPORT}: run \`npm run coverage\` first.`);
  process.exit(1);
}

const uncovered = [];
let lines = 0;
let file = "";
for (const entry of report.split("\n")) {
  if (entry.startsWith("SF:")) file = entry.slice(3);
  const hit = /^DA:(\d+),(\d+)/.exec(entry);
  if (!hit || !file.startsWith("contracts/") || file.startsWith("contracts/mocks/")) continue;
  lines++;
  if (Number(hit[2]) > 0) continue;
  const text = (readFileSync(file, "utf8").split("\n")[Number(hit[1]) - 1] ?? "").trim();
  if (!EXCEPTIONS.some((exception) => exception.file === file && exception.text === text)) {
    uncovered.push(`  ${file}:${hit[1]}  ${text}`);
  }
}

if (lines === 0) {
  console.error(`${REPORT} names no line of contracts/: run \`npm run coverage\` again.`);
  process.exit(1);
}
if (uncovered.length > 0) {
  console.error(`${uncovered.length} of ${lines} lines of contracts/ (without mocks) are not covered:`);
  console.error(uncovered.join("\n"));
  process.exit(1);
}
console.log(
  `All ${lines} lines of contracts/ (without mocks) are covered, but for ${EXCEPTIONS.length} named exceptions.`,
);
