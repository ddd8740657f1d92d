import type { Provider } from "ethers";

import { IERC20Metadata__factory, type IERC20Metadata } from "../../../types/index.js";
import { governorSince, type ProtocolAddresses } from "../addresses.js";
import { connectProtocol, type ProtocolContracts } from "../contracts.js";
import { SentenceError, UnreadableError } from "../errors.js";
import { formatAmount, parseAmount, UnitError } from "../format.js";
import type { LogProgress } from "../logs.js";
import { readObeyedTimelock } from "../obeyedTimelock.js";
import { readAnswer } from "../tryRead.js";

/** Somebody who votes, stakes or leaves, and the chain as they find it. */
export interface Participant {
  readonly account: string;
  readonly contracts: ProtocolContracts;
  readonly share: IERC20Metadata;
  readonly provider: Provider;
  /** Before the deployment. */
  readonly firstBlock: number;
  /** Before the Governor's first proposal that is read. */
  readonly governorSince: number;
  /** The timelock that the Governor obeys; zero if it tells none. */
  readonly obeyed: string;
  readonly block: { readonly number: number; readonly timestamp: bigint };
  readonly decimals: { readonly shares: number; readonly assets: number; readonly votes: number };
  /** Told how far the reading of logs has come. */
  readonly onProgress?: ((progress: LogProgress) => void) | undefined;
  /** So long an objection waits for what is only good to know; 10 s by default. [ms] */
  readonly patience?: number;
}

/** @param account Whose position and votes are read. */
export async function readParticipant(
  deployment: {
    readonly addresses: ProtocolAddresses & { readonly oldTimelock?: string | undefined };
    readonly firstBlock: number;
    readonly configuration?: unknown;
  },
  provider: Provider,
  account: string,
  onProgress?: (progress: LogProgress) => void,
): Promise<Participant> {
  const { addresses, firstBlock } = deployment;
  const contracts = connectProtocol(addresses, provider);
  const newest = await provider.getBlock("latest");
  if (newest === null)
    throw new UnreadableError("The chain could not be read (eth_getBlockByNumber): there is no block.");
  const [share, asset] = await Promise.all([contracts.vessel.SHARE(), contracts.vessel.ASSET()]);
  const decimalsOf = async (token: string) =>
    Number((await readAnswer(() => IERC20Metadata__factory.connect(token, provider).decimals())) ?? 18n);
  return {
    account,
    contracts,
    share: IERC20Metadata__factory.connect(share, provider),
    provider,
    firstBlock,
    governorSince: governorSince(deployment),
    obeyed: await readObeyedTimelock(contracts.governor, newest.number),
    block: { number: newest.number, timestamp: BigInt(newest.timestamp) },
    decimals: {
      shares: await decimalsOf(share),
      assets: await decimalsOf(asset),
      votes: await decimalsOf(addresses.token),
    },
    onProgress,
  };
}

/**
 * @param text `"all"`, or an amount as people write it.
 * @param all What "all" stands for. [smallest units]
 * @param whose Told where it is too much: `"0x… has"`
 */
export function readAmount(text: string, decimals: number, all: bigint, whose: string): bigint {
  const amount = text === "all" ? all : readFigure(text, decimals);
  if (amount > all) {
    throw new SentenceError(
      `${whose} ${formatAmount(all, decimals)} shares, fewer than ${formatAmount(amount, decimals)}.`,
    );
  }
  if (amount === 0n) throw new SentenceError(text === "all" ? `${whose} no shares.` : "No shares: nothing to do.");
  return amount;
}

function readFigure(text: string, decimals: number): bigint {
  try {
    return parseAmount(text, decimals);
  } catch (error) {
    if (error instanceof UnitError) throw new SentenceError(`${error.message}, or "all".`);
    throw error;
  }
}
