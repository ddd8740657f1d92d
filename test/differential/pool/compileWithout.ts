import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import type { Rule } from "./rules.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const VAULT = "contracts/staking/OperatorVault.sol";
const POOL = "contracts/staking/StakingPool.sol";

const compiled = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).optional(),
  contracts: z
    .record(
      z.string(),
      z.record(z.string(), z.object({ evm: z.object({ bytecode: z.object({ object: z.string() }) }) })),
    )
    .optional(),
});

/** The compiler of the package, as the configuration uses it; its own types say less. */
interface Solc {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
}

/** Creation code, without `rule`, of the vault or of the pool, which contains the registry's. */
export function compileWithout(rule: Rule): Partial<Record<"OperatorVault" | "StakingPool", string>> {
  const isVaults = /\/(OperatorVault|vault\/\w+)\.sol$/.test(rule.file);
  const solc = createRequire(import.meta.url)("solc") as Solc;
  const read = (path: string): string => {
    const source = readFileSync(ROOT + path, "utf8");
    if (path !== rule.file) return source;
    if (source.split(rule.from).length !== 2) throw new Error(`${rule.id}: "${rule.from}" stands not once in ${path}`);
    return source.replace(rule.from, rule.to);
  };
  const input = {
    language: "Solidity",
    sources: isVaults ? { [VAULT]: { content: read(VAULT) } } : { [POOL]: { content: read(POOL) } },
    settings: {
      optimizer: { enabled: true, runs: 200 },
      // Quicker without; the pool would be too large.
      viaIR: !isVaults,
      evmVersion: "cancun",
      outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
    },
  };
  const find = (path: string) => {
    const found = [path, `node_modules/${path}`].find((candidate) => existsSync(ROOT + candidate));
    return found === undefined ? { error: `there is no ${path}` } : { contents: read(found) };
  };
  const output = compiled.parse(JSON.parse(solc.compile(JSON.stringify(input), { import: find })));
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  const codeOf = (path: string, name: string): string => {
    const object = output.contracts?.[path]?.[name]?.evm.bytecode.object;
    if (object === undefined) throw new Error(`${name} was not compiled`);
    return `0x${object}`;
  };
  return isVaults ? { OperatorVault: codeOf(VAULT, "OperatorVault") } : { StakingPool: codeOf(POOL, "StakingPool") };
}
