import { SentenceError } from "../../src/protocol/errors.js";
import { readAddress } from "../readOption.js";
import type { Connected } from "../connect.js";
import { signersOf } from "../signers.js";

/** The account that sends: the one that is given, or the network's first. */
export async function sendingAccount({ connection }: Connected, given: string | undefined): Promise<string> {
  const { first, signers } = await signersOf(connection, "to send from");
  if (given === undefined) return first.address;
  const wanted = readAddress(given, "account");
  if (signers.some(({ address }) => address === wanted)) return wanted;
  throw new SentenceError(
    `${wanted} is no account of the network ${connection.networkName}. With --print or --safe it need not be.`,
  );
}
