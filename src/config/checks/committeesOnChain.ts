import type { Provider } from "ethers";

import { IPausableUntil__factory } from "../../../types/index.js";
import { findSharedKeys, listSeats, type SeatEntry, type SharedKey } from "../../protocol/committees/seats.js";
import { LOCAL_CHAIN_ID } from "../../protocol/localChain.js";
import { tryRead } from "../../protocol/tryRead.js";
import { readCanonical, SAFE_CONTRACTS, SAFE_ROLES, SAFE_VERSION } from "../../safe/canonical.js";
import { checkSafe } from "../../safe/checkSafe.js";
import { checkHolders, keysOf, readHolders } from "../../safe/holders.js";
import { readSafe, type SafeReading } from "../../safe/readSafe.js";
import type { CommitteeConfig, DaoConfig } from "../schema.js";
import { ringOf } from "./committees.js";
import { errorAt, problemsIf, type Problem } from "./problem.js";

/** Safes that exist are what the file says, new ones can be created, and owners that are Safes are independent. */
export async function checkSafesOnChain(
  dao: DaoConfig,
  provider: Provider,
  chainId: bigint,
  reading: SafeReading = {},
): Promise<Problem[]> {
  const committees = listSeats(dao);
  const found = await Promise.all(committees.map((committee) => checkExistingSafe(committee, provider, reading)));
  found.push(await checkOwnersOnChain(committees, provider, reading));
  const first = committees.find(({ value: { safe } }) => safe === undefined);
  // A local chain is given what it lacks.
  if (first === undefined || chainId === LOCAL_CHAIN_ID) return found.flat();
  return [...(await checkSafeContracts(first.path, provider, chainId)), ...found.flat()];
}

async function checkExistingSafe(
  { path, value: committee }: SeatEntry<CommitteeConfig>,
  provider: Provider,
  reading: SafeReading,
): Promise<Problem[]> {
  const { safe } = committee;
  if (safe === undefined) return [];
  const problems = checkSafe(await readSafe(safe, provider, reading), committee);
  return problems.map((problem) => ({ ...problem, path: `${path}.safe` }));
}

/** Who stands behind owners that are contracts: the file names only the owners. */
async function checkOwnersOnChain(
  committees: readonly SeatEntry<CommitteeConfig>[],
  provider: Provider,
  { onProgress }: SafeReading,
): Promise<Problem[]> {
  const reading = { block: await provider.getBlockNumber(), onProgress };
  const read = await Promise.all(
    committees.map(async (seat) => {
      const holders = await readHolders(seat.value.owners, provider, reading);
      const ring = ringOf(seat);
      return { seat, holders, ring, deep: { ...ring, keys: [...ring.keys, ...keysOf(holders)] } };
    }),
  );
  // What the file shows by itself is told without a chain.
  const isShown = new Set(findSharedKeys(read.map(({ ring }) => ring)).map(nameShared));
  return [
    ...read.flatMap(({ seat: { path, value: committee }, holders }) =>
      checkHolders(holders, committee.threshold).map((problem) => ({ ...problem, path })),
    ),
    ...findSharedKeys(read.map(({ deep }) => deep))
      .filter((shared) => !isShown.has(nameShared(shared)))
      .map(({ one, other, key }) =>
        errorAt(
          other.path,
          `shares the key ${key} with ${one.path}, through owners that are Safes, and the two are meant to check each ` +
            "other; right is a key behind one of them",
        ),
      ),
  ];
}

const nameShared = ({ one, other, key }: SharedKey): string => `${one.path} ${other.path} ${key}`;

async function checkSafeContracts(path: string, provider: Provider, chainId: bigint): Promise<Problem[]> {
  const missing = await Promise.all(
    SAFE_ROLES.map(async (role) => {
      const contract = SAFE_CONTRACTS[role];
      return (await readCanonical(contract, provider)) === "as listed" ? [] : [contract.name];
    }),
  );
  const names = missing.flat();
  return problemsIf([
    names.length > 0,
    errorAt(
      path,
      `needs a new Safe, and chain ${chainId} does not have ${names.join(", ")} ${SAFE_VERSION} where Safe lists them; ` +
        "right is a chain that has them, or `safe` with one that exists",
    ),
  ]);
}

/** What is named for the circuit breaker answers as a pausable does. */
export async function checkPausablesOnChain({ circuitBreaker }: DaoConfig, provider: Provider): Promise<Problem[]> {
  const problems = await Promise.all(
    (circuitBreaker?.pausables ?? []).map(async (address, index) =>
      problemsIf([
        !(await answersAsPausable(address, provider)),
        errorAt(
          `circuitBreaker.pausables[${index}]`,
          `is ${address}, which does not answer isPaused() and getResumeSinceTimestamp(); right is a contract that does`,
        ),
      ]),
    ),
  );
  return problems.flat();
}

async function answersAsPausable(address: string, provider: Provider): Promise<boolean> {
  const pausable = IPausableUntil__factory.connect(address, provider);
  const { answered } = await tryRead(() => Promise.all([pausable.isPaused(), pausable.getResumeSinceTimestamp()]));
  return answered;
}
