import { getBytes, hexlify } from "ethers";

import type { DaoConfig } from "../../config/schema.js";
import { readVaultFacts } from "../../config/vaultFacts.js";
import type { TribuneAddresses } from "../contracts.js";
import type { Finding, Report } from "./finding.js";
import { expectedImmutables, readImmutables, sameWords } from "./immutables.js";
import type { CompiledCode, DatedSubject, Subject } from "./subject.js";

/** A contract of a deployment and the one of ours that it must be; undefined where it is somebody else's. */
interface ExpectedCode {
  readonly name: string;
  readonly address: string;
  readonly contractName: string | undefined;
}

const errorAbout = ({ name, address }: ExpectedCode, what: string): Finding[] => [
  { severity: "error", subject: name, message: `at ${address} ${what}` },
];

/** Every address has code, and ours is what the compiler made of our sources, immutables aside. */
export async function verifyCode({ provider, dao, addresses, readArtifact }: Subject): Promise<Report> {
  const expected = expectedCode(addresses, dao);
  const findings = await Promise.all(
    expected.map(async (contract): Promise<Finding[]> => {
      const { address, contractName } = contract;
      const code = await provider.getCode(address);
      if (code === "0x") return errorAbout(contract, "has no code");
      if (contractName === undefined || isCompiledFrom(code, await readArtifact(contractName))) return [];
      return errorAbout(contract, `has other code than ${contractName}`);
    }),
  );
  return { checks: expected.length, findings: findings.flat() };
}

/** The immutables in our contracts' code are those that follow from the configuration. */
export async function verifyImmutables(subject: DatedSubject): Promise<Report> {
  const { provider, dao, addresses, readArtifact } = subject;
  const facts = await readVaultFacts(addresses.vault, provider);
  if (facts === undefined) {
    return { checks: 1, findings: [{ severity: "error", subject: "vault", message: "does not tell its asset" }] };
  }
  const immutables = expectedImmutables(subject, facts, (await provider.getNetwork()).chainId);
  const expected = expectedCode(addresses, dao);
  const findings = await Promise.all(
    expected.map(async (contract): Promise<Finding[]> => {
      if (contract.contractName === undefined) return [];
      const artifact = await readArtifact(contract.contractName);
      const words = readImmutables(await provider.getCode(contract.address), artifact);
      if (words !== undefined && sameWords(words, immutables.get(contract.name) ?? [])) return [];
      return errorAbout(contract, "keeps other immutables in its code than follow from the configuration");
    }),
  );
  return { checks: expected.length, findings: findings.flat() };
}

/** Whether `code` is the compiled one, whatever its immutables hold. [hex] */
export function isCompiledFrom(code: string, { deployedBytecode, immutableReferences }: CompiledCode): boolean {
  const bytes = getBytes(code);
  for (const { start, length } of Object.values(immutableReferences ?? {}).flat()) {
    bytes.fill(0, start, start + length);
  }
  return hexlify(bytes) === deployedBytecode.toLowerCase();
}

function expectedCode(addresses: TribuneAddresses, { vault }: DaoConfig): ExpectedCode[] {
  const { example, vestingWallets, bodies } = addresses;
  const isLocal = vault.kind === "local-example";
  const code = (name: string, address: string, contractName?: string) => ({ name, address, contractName });
  return [
    code("token", addresses.token, "GovernanceToken"),
    code("fallbackGate", addresses.fallbackGate, "FallbackGate"),
    code("timelock", addresses.timelock, "DualGovernanceTimelock"),
    code("governor", addresses.governor, "TribuneGovernor"),
    code("vault", addresses.vault, example === undefined ? undefined : "ExampleVault"),
    code("vessel", addresses.vessel, vault.kind === "erc7540" ? "ERC7540Vessel" : "ERC4626Vessel"),
    code("escrow", addresses.escrow, "VetoEscrow"),
    code("gate", addresses.gate, "DualGovernance"),
    ...(example === undefined
      ? []
      : [
          code("strategy", example.strategy, "ERC4626Strategy"),
          code("asset", example.asset, isLocal ? "WETHMock" : undefined),
          code("market", example.market, isLocal ? "MarketMock" : undefined),
        ]),
    ...(bodies.circuitBreaker ? [code("breaker", bodies.circuitBreaker.breaker, "CircuitBreaker")] : []),
    ...(bodies.tiebreaker ? [code("tiebreaker", bodies.tiebreaker.committee, "TiebreakerCommittee")] : []),
    ...vestingWallets.map((address, index) => code(`vesting wallet ${index}`, address, "CliffVestingWallet")),
  ];
}
