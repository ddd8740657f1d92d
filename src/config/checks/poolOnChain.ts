import type { Provider } from "ethers";

import { IDepositContract__factory, IERC20Metadata__factory } from "../../../types/index.js";
import { formatAmount } from "../../protocol/format.js";
import { LOCAL_CHAIN_ID } from "../../protocol/localChain.js";
import { BEACON_ROOTS, depositContractOf, WITHDRAWAL_REQUESTS } from "../../protocol/predeploys.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { hasStandIns } from "../pool.js";
import type { PoolConfig } from "../schema.js";
import { WETH_DECIMALS } from "../seed.js";
import { checkCode } from "./codeOnChain.js";
import { errorAt, problemsIf, warningAt, type Problem } from "./problem.js";

/** Stand-ins stay on local chains, and a public network's own deposit contract is used there. */
export function checkPoolLocality(pool: PoolConfig, chainId: bigint): Problem[] {
  const known = depositContractOf(chainId);
  const right =
    known === undefined
      ? `chain ${chainId} has no deposit contract that is known here; right is a chain with a beacon chain`
      : `right is ${known.address}, the deposit contract of ${known.network}`;
  if (hasStandIns(pool)) {
    return [
      errorAt("vault.depositContract", `is left out, which deploys a stand-in: not for chain ${chainId}; ${right}`),
      errorAt("vault.weth", `is left out, which deploys a stand-in: not for chain ${chainId}; right is WETH's address`),
    ];
  }
  const { depositContract } = pool;
  if (depositContract === undefined) return [];
  return problemsIf(
    [
      depositContract !== known?.address,
      errorAt("vault.depositContract", `is ${depositContract}: ETH would go to no beacon chain; ${right}`),
    ],
    [
      depositContract === known?.address && known.isPermissioned,
      warningAt(
        "vault.depositContract",
        `is that of ${known?.network ?? ""}, which takes deposits only of those who hold its token: no vault of an ` +
          "operator does, so the pool will never have a validator there",
      ),
    ],
  );
}

/** What the pool calls for good is there: an absent EIP-7002 would accept every call and do nothing. */
export async function checkPoolOnChain(
  pool: PoolConfig,
  provider: Provider,
  payer: string | undefined,
): Promise<Problem[]> {
  const { chainId } = await provider.getNetwork();
  const found = [
    ...(await checkPredeploy("EIP-4788", "beacon roots", BEACON_ROOTS, provider, chainId)),
    // A local chain is given a stand-in.
    ...(chainId === LOCAL_CHAIN_ID
      ? []
      : await checkPredeploy("EIP-7002", "requests to exit", WITHDRAWAL_REQUESTS, provider, chainId)),
    ...(await checkSeed(pool, provider, payer)),
  ];
  const { weth, depositContract } = pool;
  if (weth === undefined || depositContract === undefined) return found;
  return [...found, ...(await checkWeth(weth, provider)), ...(await checkDepositContract(depositContract, provider))];
}

async function checkPredeploy(
  eip: string,
  what: string,
  address: string,
  provider: Provider,
  chainId: bigint,
): Promise<Problem[]> {
  const code = await provider.getCode(address);
  return problemsIf([
    code === "0x",
    errorAt(
      "the network",
      `is chain ${chainId}, which has no code at ${address}, where ${eip} puts what is needed for ${what}; right is a ` +
        "chain with a beacon chain, since its Prague upgrade",
    ),
  ]);
}

async function checkWeth(weth: string, provider: Provider): Promise<Problem[]> {
  const withoutCode = await checkCode("vault.weth", weth, provider);
  if (withoutCode.length > 0) return withoutCode;
  const decimals = await readAnswer(() => IERC20Metadata__factory.connect(weth, provider).decimals());
  return problemsIf([
    decimals !== WETH_DECIMALS,
    errorAt(
      "vault.weth",
      `is ${weth}, which ${decimals === undefined ? "tells no decimals()" : `has ${decimals} decimals`}: right is the ` +
        `wrapper of ETH, which has ${WETH_DECIMALS}`,
    ),
  ]);
}

async function checkDepositContract(address: string, provider: Provider): Promise<Problem[]> {
  const withoutCode = await checkCode("vault.depositContract", address, provider);
  if (withoutCode.length > 0) return withoutCode;
  const contract = IDepositContract__factory.connect(address, provider);
  const root = await readAnswer(() => contract.get_deposit_root());
  return problemsIf([
    root === undefined,
    errorAt(
      "vault.depositContract",
      `is ${address}, which does not answer get_deposit_root(): right is the deposit contract of the beacon chain`,
    ),
  ]);
}

async function checkSeed({ seed }: PoolConfig, provider: Provider, payer: string | undefined): Promise<Problem[]> {
  if (payer === undefined) return [];
  const balance = await provider.getBalance(payer);
  return problemsIf([
    balance < seed,
    errorAt(
      "vault.seed",
      `is ${formatAmount(seed, 18, 18)} ETH, and the deployer, ${payer}, who pays it, has ` +
        `${formatAmount(balance, 18, 18)}; right is at most what the deployer has`,
    ),
  ]);
}
