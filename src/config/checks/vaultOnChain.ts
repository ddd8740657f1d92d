import { ContractFactory, dataLength, Interface, isAddress, type InterfaceAbi, type Provider } from "ethers";

import { IERC20Metadata__factory, IVessel__factory } from "../../../types/index.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { formatAmount } from "../../protocol/format.js";
import type { LogProgress } from "../../protocol/logs.js";
import type { DaoConfig } from "../schema.js";
import { LEAST_SHARES, sharesOfSeed, tooSmallASeed, unitsOfSeed } from "../seed.js";
import { readVaultFacts, type VaultFacts } from "../vaultFacts.js";
import { INIT_CODE_LIMIT } from "./capacity.js";
import { checkCode } from "./codeOnChain.js";
import { checkPoolOnChain } from "./poolOnChain.js";
import { errorAt, problemsIf, type Problem } from "./problem.js";

/** What a compiler says of a contract that could be deployed. */
interface DeployableCode {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
}

/** What whoever is about to deploy has. */
export interface Means {
  /** Who pays the seed; left out where it may have been paid already. */
  readonly payer?: string | undefined;
  /** The timelock that the deployment has put there, if it has been finished before. */
  readonly timelock?: string | undefined;
  /** Finds the compiled contract of that name; undefined if there is none. */
  readonly readArtifact?: (contractName: string) => Promise<DeployableCode | undefined>;
  /** Told how far the reading of logs has come. */
  readonly onProgress?: ((progress: LogProgress) => void) | undefined;
}

type Vault<Kind extends DaoConfig["vault"]["kind"]> = Extract<DaoConfig["vault"], { kind: Kind }>;

/** The vault is what the file says, has shares, and can be left in the way of its vessel. */
export async function checkVaultOnChain({ vault }: DaoConfig, provider: Provider, means: Means): Promise<Problem[]> {
  switch (vault.kind) {
    case "local-example":
    case "test-example":
      return [];
    case "example":
      return await checkExample(vault, provider, means);
    case "pool":
      return await checkPoolOnChain(vault, provider, means.payer);
    case "erc4626":
    case "erc7540":
    case "own":
      return await checkExisting(vault, provider, means);
  }
}

async function checkExample(vault: Vault<"example">, provider: Provider, means: Means): Promise<Problem[]> {
  const withoutCode = [
    ...(await checkCode("vault.asset", vault.asset, provider)),
    ...(await checkCode("vault.market", vault.market, provider)),
  ];
  if (withoutCode.length > 0) return withoutCode;
  const facts = await readVaultFacts(vault.market, provider);
  if (facts?.asset !== vault.asset) {
    const problem =
      facts === undefined
        ? "does not tell an asset(): right is an ERC-4626 vault"
        : `lends ${facts.asset}: right is a market of vault.asset, ${vault.asset}`;
    return [errorAt("vault.market", `is ${vault.market}, which ${problem}`)];
  }
  return await checkSeed(vault, facts.assetDecimals, provider, means);
}

async function checkSeed(
  { seed, asset }: Vault<"example">,
  decimals: bigint,
  provider: Provider,
  { payer }: Means,
): Promise<Problem[]> {
  if (sharesOfSeed(seed, decimals) < LEAST_SHARES) return [errorAt("vault.seed", tooSmallASeed(seed, decimals))];
  if (payer === undefined) return [];
  const units = unitsOfSeed(seed, decimals);
  const balance = await IERC20Metadata__factory.connect(asset, provider).balanceOf(payer);
  const show = (amount: bigint) => formatAmount(amount, Number(decimals), Number(decimals));
  return problemsIf([
    balance < units,
    errorAt(
      "vault.seed",
      `is ${show(units)} of ${asset}, and the deployer, ${payer}, who pays it, has ${show(balance)}; right is at most ` +
        "what the deployer has",
    ),
  ]);
}

async function checkExisting(
  vault: Vault<"erc4626" | "erc7540" | "own">,
  provider: Provider,
  means: Means,
): Promise<Problem[]> {
  const withoutCode = await checkCode("vault.address", vault.address, provider);
  if (withoutCode.length > 0) return withoutCode;
  const facts = await readVaultFacts(vault.address, provider);
  if (facts === undefined) {
    return [
      errorAt("vault.address", `is ${vault.address}, which does not tell an asset(): right is an ERC-4626 vault`),
    ];
  }
  return [
    ...problemsIf(
      [
        vault.kind === "erc4626" && facts.isAsynchronous,
        errorAt("vault.kind", 'is "erc4626", but the vault redeems on request; right is "erc7540"'),
      ],
      [
        vault.kind === "erc7540" && !facts.isAsynchronous,
        errorAt(
          "vault.kind",
          'is "erc7540", but the vault does not announce redemption on request by ERC-165; right is "erc4626", if it ' +
            "redeems at once",
        ),
      ],
      [
        facts.totalSupply < LEAST_SHARES,
        errorAt(
          "vault.address",
          `is ${vault.address}, whose shares are ${formatAmount(facts.totalSupply, 0)} units in all: an empty vault is ` +
            `anybody's lever, and the escrow refuses it; right is one with at least ${formatAmount(LEAST_SHARES, 0)} ` +
            "units, so deposit into it first",
        ),
      ],
    ),
    ...(vault.kind === "own" ? await checkVessel(vault, facts, provider, means) : []),
  ];
}

/** The vessel implementation is one of this vault, or can be made one. */
async function checkVessel(
  vault: Vault<"own">,
  facts: VaultFacts,
  provider: Provider,
  means: Means,
): Promise<Problem[]> {
  return isAddress(vault.vessel)
    ? await checkExistingVessel(vault, facts, provider)
    : await checkNewVessel(vault, provider, means);
}

async function checkExistingVessel(
  { address, vessel: at }: Vault<"own">,
  facts: VaultFacts,
  provider: Provider,
): Promise<Problem[]> {
  const withoutCode = await checkCode("vault.vessel", at, provider);
  if (withoutCode.length > 0) return withoutCode;
  const vessel = IVessel__factory.connect(at, provider);
  const told = [
    { name: "VAULT", found: await readAnswer(() => vessel.VAULT()), expected: address },
    { name: "SHARE", found: await readAnswer(() => vessel.SHARE()), expected: facts.share },
    { name: "ASSET", found: await readAnswer(() => vessel.ASSET()), expected: facts.asset },
  ];
  const wrong = told.find(({ found, expected }) => found !== expected);
  if (wrong === undefined) return [];
  const { name, found, expected } = wrong;
  const what = found === undefined ? `does not tell a ${name}()` : `tells ${found} as its ${name}()`;
  return [errorAt("vault.vessel", `is ${at}, which ${what}: right is a vessel implementation made with ${expected}`)];
}

async function checkNewVessel(
  { address, vessel: name }: Vault<"own">,
  provider: Provider,
  { readArtifact }: Means,
): Promise<Problem[]> {
  const refuse = (what: string) => [errorAt("vault.vessel", `is "${name}", ${what}`)];
  const artifact = await readArtifact?.(name);
  if (artifact === undefined) return refuse("which is no compiled contract: right is the name of one, or an address");
  const { abi, bytecode } = artifact;
  const known = Interface.from(abi);
  const missing: string[] = [];
  new Interface(IVessel__factory.abi).forEachFunction(({ selector, name: asked }) => {
    if (known.getFunction(selector) === null) missing.push(`${asked}()`);
  });
  if (missing.length > 0) return refuse(`which is no vessel: it has no ${missing.join(", ")}; right is an IVessel`);
  const { inputs } = known.deploy;
  if (bytecode === "0x" || inputs.length !== 1 || inputs[0]?.type !== "address") {
    return refuse(
      "which cannot be deployed with the vault's address alone: right is a constructor that takes just that",
    );
  }
  const { data } = await new ContractFactory(known, bytecode).getDeployTransaction(address);
  const size = dataLength(data);
  if (size > INIT_CODE_LIMIT) {
    return refuse(`whose creation code has ${size} bytes: right is at most ${INIT_CODE_LIMIT}`);
  }
  const made = await readAnswer(() => provider.call({ data }));
  return made === undefined ? refuse(`whose constructor refuses the vault ${address}: right is one made for it`) : [];
}
