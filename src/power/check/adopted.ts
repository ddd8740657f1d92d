import { z } from "zod";

import type { Deployment } from "../../protocol/addresses.js";
import { SentenceError, UnreadableError } from "../../protocol/errors.js";
import { readForeignGovernor } from "../../protocol/foreignGovernor.js";
import type { LogProgress } from "../../protocol/logs.js";
import type { OpenSnapshot } from "../../rehearsal/open.js";
import type { Provider } from "ethers";
import { addressBook } from "./addressBook.js";
import type { AddressList } from "../foreign/addressFile.js";
import { openPlace } from "../foreign/openPlace.js";
import { Reader } from "../foreign/reader.js";
import { readTokenVotes } from "../foreign/resolvers/votes.js";
import type { AuditInput } from "../world/auditInput.js";

/** As much of a configuration on record as matters here: where the token's oldest logs may be. */
const configuration = z.object({ fromBlock: z.int().nonnegative().default(0) });

/** Why the balance of power of such a DAO is not computed. */
export const NO_TABLES =
  "The DAO existed before. Its Governor and its token are of anybody's code, which the audit's tables do not know; who alone " +
  "can do what there, npx hardhat tribune audit tells.";

/** The contracts of a DAO that has adopted, as a list of addresses would have them. */
export function listAdopted({ addresses, chain, configuration: recorded, deployer }: Deployment): AddressList {
  const book = addressBook(addresses);
  const parsed = configuration.safeParse(recorded);
  return {
    chain: chain.id,
    fromBlock: parsed.success ? parsed.data.fromBlock : 0,
    contracts: book.map(({ name, address }) => ({ name: `the ${name}`, address })),
    accounts: [{ name: "the deployer", address: deployer }],
    interfaces: new Map(book.map(({ address, abi }) => [address, abi])),
    prices: new Map(),
  };
}

/**
 * Who votes in a DAO that has adopted. Nothing else is read for a check that only executes.
 * @throws SentenceError if the Governor obeys another timelock than the deployment's.
 */
export async function readAdoptedCast(
  open: OpenSnapshot,
  deployment: Deployment,
  source: Provider,
  onProgress?: (progress: LogProgress) => void,
): Promise<AuditInput> {
  const { addresses, deployer } = deployment;
  const { snapshot, connection } = open;
  const provider = connection.ethers.provider;
  const { timelock } = await readForeignGovernor(addresses.governor, provider);
  if (timelock !== addresses.timelock) {
    throw new SentenceError(
      `${deployment.dao} has not adopted: its Governor obeys ${timelock ?? "no timelock that it names"}, and nothing that it ` +
        `decides reaches ${addresses.timelock}. What the adoption changes, npx hardhat tribune adopt tells.`,
    );
  }
  const place = await openPlace(open, listAdopted(deployment), source, onProgress);
  const ballots = await readTokenVotes(new Reader(place), addresses.token, 0n);
  if (ballots === undefined) throw new UnreadableError(`Who has votes of ${addresses.token} could not be read.`);
  return {
    ...{ snapshot, provider, addresses, deployer, shareHolders: [] },
    tokenHolders: [...new Set(ballots.lots.flatMap(({ by }) => by))],
  };
}
