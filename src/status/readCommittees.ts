import type { Provider } from "ethers";

import type { DaoConfig } from "../config/schema.js";
import { locateCommittees } from "../deployment/provideCommittees.js";
import type { TribuneAddresses } from "../protocol/addresses.js";
import { findSharedKeys, listSeats, TIEBREAKER } from "../protocol/committees/seats.js";
import { checkSafe } from "../safe/checkSafe.js";
import { checkHolders, keysOf, readHolders } from "../safe/holders.js";
import { readSafe, type FoundSafe, type SafeReading } from "../safe/readSafe.js";
import type { Body } from "../protocol/committees/permissions.js";

/** A body with its Safe. */
export interface SeatedBody extends Body {
  /** Undefined for the tiebreaker itself, which counts what its sub-committees approve. */
  readonly safe: FoundSafe | undefined;
  /** What is not as configured, or would let somebody act whom nobody chose. Sentences without a subject. */
  readonly problems: readonly string[];
}

/**
 * Reads who stands behind each body. A committee of the deployment is compared with the configuration; one that
 * governance has named since must be a Safe that nobody but its owners can use.
 */
export async function readCommittees(
  bodies: readonly Body[],
  dao: DaoConfig,
  addresses: TribuneAddresses,
  provider: Provider,
  reading: SafeReading,
): Promise<SeatedBody[]> {
  const configured = new Map(
    listSeats(dao).length === 0
      ? []
      : locateCommittees(dao, addresses.bodies).map(({ path, address, committee }) => [path, { address, committee }]),
  );
  const seated = await Promise.all(
    bodies.map(async (body): Promise<{ body: SeatedBody; keys: string[] }> => {
      if (body.name === TIEBREAKER.name)
        return { body: { ...body, safe: undefined, problems: [] }, keys: [body.address] };
      const safe = await readSafe(body.address, provider, reading);
      const seat = configured.get(body.path);
      const isOurs = seat?.address === body.address;
      const expected = isOurs ? seat.committee : safe.kind === "safe" ? safe : { owners: [], threshold: 0 };
      const holders = await readHolders(safe.kind === "safe" ? safe.owners : [], provider, reading);
      const problems = [
        ...checkSafe(safe, expected, "warning"),
        ...(safe.kind === "safe" ? checkHolders(holders, safe.threshold, "warning") : []),
      ].map(({ message }) => message);
      const isNew = isOurs ? [] : [`is ${body.address}, which governance has named since the deployment`];
      return { body: { ...body, safe, problems: [...isNew, ...problems] }, keys: [body.address, ...keysOf(holders)] };
    }),
  );
  const shared = findSharedKeys(seated.map(({ body, keys }) => ({ seat: body, keys })));
  return seated.map(({ body }) => ({
    ...body,
    problems: [
      ...body.problems,
      ...shared
        .filter(({ other }) => other.name === body.name)
        .map(({ one, key }) => `shares the key ${key} with ${one.name}, and the two are meant to check each other`),
    ],
  }));
}
