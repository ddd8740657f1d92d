import { getBytes, hexlify, isAddress } from "ethers";

import { hasStandIns } from "../../config/pool.js";
import { isAdopting, type DaoConfig } from "../../config/schema.js";
import { readVaultFacts } from "../../config/vaultFacts.js";
import type { TribuneAddresses } from "../../protocol/addresses.js";
import { BEACON_ROOTS, WITHDRAWAL_REQUESTS } from "../../protocol/predeploys.js";
import type { Finding, Report } from "./finding.js";
import { expectedImmutables, readImmutables, sameWords, withOtherTruth } from "./immutables.js";
import type { CompiledCode, ConnectedSubject, Subject } from "./subject.js";

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
  const block = await provider.getBlockNumber();
  const findings = await Promise.all(
    expected.map(async (contract): Promise<Finding[]> => {
      const { address, contractName } = contract;
      const code = await provider.getCode(address);
      // A node that lags behind the deployment knows it no better.
      if (code === "0x") return errorAbout(contract, `has no code in block ${block}`);
      if (contractName === undefined || isCompiledFrom(code, await readArtifact(contractName))) return [];
      return errorAbout(contract, `has other code than ${contractName}`);
    }),
  );
  return { checks: expected.length, findings: findings.flat(), unread: [] };
}

/** The immutables in our contracts' code are those that follow from the configuration. */
export async function verifyImmutables(subject: ConnectedSubject): Promise<Report> {
  const { provider, dao, addresses, readArtifact } = subject;
  const facts = await readVaultFacts(addresses.vault, provider);
  if (facts === undefined) {
    const finding: Finding = { severity: "error", subject: "vault", message: "does not tell its asset" };
    return { checks: 1, findings: [finding], unread: [] };
  }
  const { chainId } = await provider.getNetwork();
  const immutables = expectedImmutables(subject, facts, chainId, await subject.contracts.escrow.SUPPLY_FLOOR());
  // What a vessel of the DAO's own keeps, only the DAO knows.
  const expected = expectedCode(addresses, dao).filter(({ name }) => name !== "vessel" || dao.vault.kind !== "own");
  const findings = await Promise.all(
    expected.map(async (contract): Promise<Finding[]> => {
      if (contract.contractName === undefined) return [];
      const artifact = await readArtifact(contract.contractName);
      const words = readImmutables(await provider.getCode(contract.address), artifact);
      const known = immutables.get(contract.name) ?? [];
      if (words !== undefined && sameWords(words, known)) return [];
      if (contract.name === "vessel" && words !== undefined && sameWords(words, withOtherTruth(known))) {
        return [{ severity: "warning", subject: "vessel", message: describePrice(facts.tellsPrice) }];
      }
      return errorAbout(contract, "keeps other immutables in its code than follow from the configuration");
    }),
  );
  return { checks: expected.length, findings: findings.flat(), unread: [] };
}

/** A vessel remembers whether the vault told a price when it was made; a vault may have changed since. */
const describePrice = (tellsPrice: boolean): string =>
  tellsPrice
    ? "takes no price for a promise that must be kept: the vault told none for immediate redemption when the vessel was " +
      "made, and tells one now; make sure that nobody silenced it for that moment"
    : "redeems at once only at a price that the vault tells: it told one when the vessel was made, and tells none now";

/**
 * What the compiler adds behind the code: a hash of its metadata, which also depends on what was compiled beside, then its
 * version. Nothing before it jumps there.
 */
const METADATA_HASH = /(?<=a264697066735822)1220[0-9a-f]{64}(?=64736f6c6343[0-9a-f]{6}0033$)/;

/** Whether `code` is the compiled one, whatever its immutables and the hash of its metadata hold. [hex] */
export function isCompiledFrom(code: string, { deployedBytecode, immutableReferences }: CompiledCode): boolean {
  const bytes = getBytes(code);
  for (const { start, length } of Object.values(immutableReferences ?? {}).flat()) {
    bytes.fill(0, start, start + length);
  }
  const anonymous = (hex: string) => hex.toLowerCase().replace(METADATA_HASH, "");
  return anonymous(hexlify(bytes)) === anonymous(deployedBytecode);
}

/** Undefined for one that existed before. */
const vesselContract = (vault: DaoConfig["vault"]): string | undefined =>
  vault.kind !== "own" ? "StandardVessel" : isAddress(vault.vessel) ? undefined : vault.vessel;

/** Undefined for one that existed before. */
function vaultContract({ example, pool }: TribuneAddresses): string | undefined {
  if (pool !== undefined) return "StakingPool";
  return example === undefined ? undefined : "ExampleVault";
}

interface StandIns {
  readonly asset?: string;
  readonly market?: string;
  readonly weth?: string;
  readonly depositContract?: string;
}

/** Contracts of ours that are deployed for what belongs to others. */
function standInsOf(vault: DaoConfig["vault"]): StandIns {
  if (vault.kind === "local-example") return { asset: "WETHMock", market: "MarketMock" };
  if (vault.kind === "test-example") return { asset: "TestAsset", market: "TestMarket" };
  return vault.kind === "pool" && hasStandIns(vault)
    ? { weth: "WETHMock", depositContract: "DepositContractMock" }
    : {};
}

function expectedCode(addresses: TribuneAddresses, dao: DaoConfig): ExpectedCode[] {
  const { vault } = dao;
  const isMadeHere = !isAdopting(dao);
  const { example, pool, vestingWallets, bodies } = addresses;
  const standIns = standInsOf(vault);
  const code = (name: string, address: string, contractName?: string) => ({ name, address, contractName });
  return [
    code("token", addresses.token, isMadeHere ? "GovernanceToken" : undefined),
    code("fallbackGate", addresses.fallbackGate, "FallbackGate"),
    code("timelock", addresses.timelock, "DualGovernanceTimelock"),
    code("governor", addresses.governor, isMadeHere ? "TribuneGovernor" : undefined),
    code("vault", addresses.vault, vaultContract(addresses)),
    code("vessel", addresses.vessel, vesselContract(vault)),
    code("escrow", addresses.escrow, "VetoEscrow"),
    code("gate", addresses.gate, "DualGovernance"),
    ...(example === undefined
      ? []
      : [
          code("strategy", example.strategy, "ERC4626Strategy"),
          code("asset", example.asset, standIns.asset),
          code("market", example.market, standIns.market),
        ]),
    ...(pool === undefined
      ? []
      : [
          code("registry", pool.registry, "OperatorRegistry"),
          code("operatorVault", pool.operatorVault, "OperatorVault"),
          code("weth", pool.weth, standIns.weth),
          code("depositContract", pool.depositContract, standIns.depositContract),
          code("EIP-4788", BEACON_ROOTS),
          // A local chain may have it, or a stand-in.
          code("EIP-7002", WITHDRAWAL_REQUESTS),
        ]),
    ...(bodies.circuitBreaker ? [code("breaker", bodies.circuitBreaker.breaker, "CircuitBreaker")] : []),
    ...(bodies.tiebreaker ? [code("tiebreaker", bodies.tiebreaker.committee, "TiebreakerCommittee")] : []),
    ...vestingWallets.map((address, index) => code(`vesting wallet ${index}`, address, "CliffVestingWallet")),
  ];
}
