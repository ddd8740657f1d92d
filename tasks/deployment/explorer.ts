import { verifyContract } from "@nomicfoundation/hardhat-verify/verify";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import type { ContractSource } from "../../src/deployment/sources/listSources.js";
import { boundedText } from "../../src/protocol/bounded.js";
import { SentenceError } from "../../src/protocol/errors.js";

export const EXPLORERS = ["etherscan", "blockscout", "sourcify"] as const;
export type Explorer = (typeof EXPLORERS)[number];

/** What an explorer says of one contract. */
export interface Verdict {
  readonly source: ContractSource;
  readonly outcome: "verified" | "was verified before" | "refused" | "not asked";
  /** Why it is not verified. */
  readonly reason: string | undefined;
}

/** Numbers of the plugin's errors, HHE80001 and so on. */
const BYTECODE_MISMATCH = 80_009;
const ALREADY_VERIFIED = 80_022;
const NO_EXPLORER: readonly number[] = [80_000, 80_027];
/**
 * Says nothing of the sources: the request failed, node or explorer does not have the code yet, as minutes after a
 * deployment, or what became of the sources was not told.
 */
const UNTOLD: readonly number[] = [80_001, 80_002, 80_004, 80_021, 80_024, 80_025, 80_028];

/** Explorers give a few requests a second away, and learn of contracts a little later: so long is waited. [ms] */
const PAUSES = [1_500, 3_000, 6_000] as const;
const TOO_OFTEN = /rate limit|too many requests/i;
const NO_KEY = /(invalid|missing|empty).{0,30}key|key is (empty|invalid)/i;

interface PluginError extends Error {
  readonly number: number;
}

/** The same Hardhat, of which the plugin gets a connection without an account: it opens its own, and would ask for a key. */
export const reading = (hre: HardhatRuntimeEnvironment, connection: NetworkConnection): HardhatRuntimeEnvironment => ({
  ...hre,
  network: { ...hre.network, create: () => Promise.resolve(connection) } as HardhatRuntimeEnvironment["network"],
});

/** Shows an explorer what one contract was made of. What goes wrong with it keeps no other from being shown. */
export async function showSource(
  source: ContractSource,
  explorer: Explorer,
  hre: HardhatRuntimeEnvironment,
): Promise<Verdict> {
  for (let attempt = 0; ; attempt++) {
    const verdict = await showOnce(source, explorer, hre);
    const pause = PAUSES[attempt];
    if (verdict.outcome !== "not asked" || pause === undefined) return verdict;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function showOnce(source: ContractSource, provider: Explorer, hre: HardhatRuntimeEnvironment): Promise<Verdict> {
  const { address, contractName, constructorArguments } = source;
  const { sourceName } = await hre.artifacts.readArtifact(contractName);
  const contract = `${sourceName}:${contractName}`;
  const lines: string[] = [];
  try {
    await withoutConsole(lines, () =>
      verifyContract({ address, contract, constructorArgs: [...constructorArguments], provider }, hre),
    );
    const isOld = lines.some((line) => line.includes("already been verified"));
    return { source, outcome: isOld ? "was verified before" : "verified", reason: undefined };
  } catch (error) {
    if (!isPluginError(error)) throw error;
    return judge(error, source, provider);
  }
}

/** What an error of the plugin says of a contract's sources; throws a sentence where it is the same with all of them. */
export function judge(error: PluginError, source: ContractSource, explorer: Explorer): Verdict {
  // The explorer may have written some of it.
  const words = boundedText(
    error.message
      .replace(/^HHE\d+: /, "")
      .replaceAll(/\s+/g, " ")
      .trim(),
    500,
  );
  const { number } = error;
  if (number === ALREADY_VERIFIED) return { source, outcome: "was verified before", reason: undefined };
  if (NO_EXPLORER.includes(number)) throw new SentenceError(`${explorer} does not know this chain: ${words}`);
  if (NO_KEY.test(words)) {
    const command = `npx hardhat keystore set ${explorer.toUpperCase()}_API_KEY --force`;
    throw new SentenceError(`${explorer} does not take the key that it was given (${words}): ${command}`);
  }
  if (UNTOLD.includes(number) || TOO_OFTEN.test(words)) return { source, outcome: "not asked", reason: words };
  if (number !== BYTECODE_MISMATCH) return { source, outcome: "refused", reason: words };
  const reason = "its code is not what the sources here give: check out the version that was deployed";
  return { source, outcome: "refused", reason };
}

/** The plugin talks to the console, where standard output is for data. */
async function withoutConsole(lines: string[], action: () => Promise<unknown>): Promise<void> {
  const { log } = console;
  console.log = (...parts: unknown[]) => {
    lines.push(parts.join(" "));
  };
  try {
    await action();
  } finally {
    console.log = log;
  }
}

const isPluginError = (error: unknown): error is PluginError =>
  error instanceof Error && error.name === "HardhatError" && "number" in error && Number(error.number) >= 80_000;
