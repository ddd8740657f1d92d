import type { NetworkConnection } from "hardhat/types/network";

import { chooseDeployment } from "../../src/deployment/choose.js";
import type { Deployment } from "../../src/protocol/addresses.js";
import type { Place } from "../../src/deployment/place.js";
import { listActive, type Body } from "../../src/protocol/committees/permissions.js";
import { readPowers, type Powers } from "../../src/protocol/committees/powers.js";
import { SentenceError, UnreadableError } from "../../src/protocol/errors.js";
import { refusePassingChain } from "../connect.js";
import { readAddress } from "../readOption.js";

/** A deployment, and the committees that have a power in it now. */
export interface Committees {
  readonly deployment: Deployment;
  readonly powers: Powers;
  readonly bodies: readonly Body[];
}

/** @param dao As given to `--dao`. */
export async function findCommittees(
  place: Place,
  connection: NetworkConnection,
  dao: string | undefined,
): Promise<Committees> {
  refusePassingChain(connection);
  const deployment = await chooseDeployment(place, dao, connection.networkName);
  const block = await place.provider.getBlock("latest");
  if (block === null) throw new UnreadableError("The node does not give its newest block.");
  const powers = await readPowers(deployment.addresses, place.provider, block.number);
  return { deployment, powers, bodies: listActive(powers, BigInt(block.timestamp)) };
}

/**
 * The address that `--safe` means.
 * @param text An address, or the name of a committee.
 */
export async function resolveSafe(text: string, committees: () => Promise<Committees>): Promise<string> {
  if (text.startsWith("0x")) return readAddress(text, "safe");
  return findBody(text, (await committees()).bodies).address;
}

/** The committee of that name, or a sentence with the names of all. */
export function findBody(name: string, bodies: readonly Body[]): Body {
  const found = bodies.find((body) => body.name === name);
  if (found !== undefined) return found;
  const names = bodies.map((body) => body.name).join(", ");
  throw new SentenceError(
    bodies.length === 0
      ? "No committee has a power here now."
      : `No committee called "${name}" has a power here now; there are: ${names}. An address does as well.`,
  );
}
