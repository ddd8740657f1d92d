import * as z from "zod";

import { addressesSchema, type TribuneAddresses } from "../../protocol/addresses.js";
import { SentenceError } from "../../protocol/errors.js";
import { visible } from "../../protocol/visible.js";

/**
 * Reads the addresses of a deployment: its record, what `deploy --json` wrote, or the addresses alone.
 * @param source Names the file in sentences.
 */
export function parseAddressBook(text: string, source: string): TribuneAddresses {
  const schema = z.union([
    z.looseObject({ addresses: addressesSchema }).transform(({ addresses }) => addresses),
    addressesSchema,
  ]);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SentenceError(`${visible(source)} is no JSON: right is the record of a deployment, or its addresses.`);
  }
  const { data } = schema.safeParse(json);
  if (data !== undefined) return data;
  throw new SentenceError(
    `${visible(source)} does not hold the addresses of a deployment: right is what tribune deploy --json writes, or what ` +
      "stands under addresses there.",
  );
}
