import { isHexString } from "ethers";

import { SentenceError } from "../../src/protocol/errors.js";
import { call } from "../../src/protocol/calls.js";
import { pubkeyRoot } from "../../src/staking/deposits/roots.js";
import { readExitFee } from "../../src/staking/prover/exits.js";
import { packKeys } from "../../src/staking/prover/keySet.js";
import { LOOK_FIRST } from "../../src/sending/sendCalls.js";
import { openOutput } from "../../src/terminal/output.js";
import { sendTelling } from "../sending.js";
import type { Verb } from "../verb.js";
import { chooseOperator, openSendingPool, type SendingPoolArguments } from "./open.js";

interface Arguments extends SendingPoolArguments {
  pubkeys: string[];
  operator: string | undefined;
  json: string | undefined;
}

/** `KeyStatus.Activated` of contracts/types/Staking.sol. */
const ACTIVATED = 2n;

const exit: Verb<Arguments> = async ({ pubkeys: given, pool, dao, operator: id, again, json }, hre) => {
  const { print, data } = openOutput(json);
  const pubkeys = [...new Set(given.map((text) => readPubkey(text)))];
  const opened = await openSendingPool(hre, { pool, dao });
  const { operator, owner } = await chooseOperator(opened, id);
  for (const pubkey of pubkeys) {
    if ((await operator.vault.keyStatus(pubkeyRoot(pubkey))) === ACTIVATED) continue;
    throw new SentenceError(`${pubkey} is no activated key of operator ${operator.id}; nothing was sent.`);
  }
  const fee = await readExitFee(opened);
  const request = await call(operator.vault, "requestExits", [packKeys(pubkeys)]);
  // The fee may rise until it is sent; what is too much comes back.
  const value = 2n * fee * BigInt(pubkeys.length);
  // A second time would pay a second time.
  const send = sendTelling({ provider: opened.provider, account: owner.address }, print, {
    advice: LOOK_FIRST,
    isAgain: again,
  });
  const what = `asks ${pubkeys.length} validators of operator ${operator.id} to exit`;
  await send([{ what, call: { ...request, value } }]);
  print("The beacon chain ignores the request for a validator that exits already, or is younger than 256 epochs.");
  await data({ operatorId: operator.id, pubkeys, feePerKey: fee });
};

function readPubkey(text: string): string {
  if (isHexString(text, 48)) return text.toLowerCase();
  throw new SentenceError(`"${text}" is no public key of a validator: 0x, and 96 hexadecimal digits.`);
}

export default exit;
