import { SentenceError } from "../../src/protocol/errors.js";
import { call } from "../../src/protocol/calls.js";
import { compoundingCredentials } from "../../src/staking/deposits/deposits.js";
import { depositNetworkOf } from "../../src/staking/deposits/networks.js";
import { LOOK_FIRST } from "../../src/sending/sendCalls.js";
import { openOutput } from "../../src/terminal/output.js";
import { renderPairs } from "../../src/terminal/table.js";
import { readAddress } from "../readOption.js";
import { sendTelling } from "../sending.js";
import type { Verb } from "../verb.js";
import { openSendingPool, type SendingPoolArguments } from "./open.js";

interface Arguments extends SendingPoolArguments {
  owner: string | undefined;
  json: string | undefined;
}

const register: Verb<Arguments> = async ({ pool, dao, owner, again, json }, hre) => {
  const { print, data } = openOutput(json);
  const opened = await openSendingPool(hre, { pool, dao });
  const { contracts, signers, first, provider } = opened;
  const wanted = owner === undefined ? first.address : readAddress(owner, "owner");
  const signer = signers.find(({ address }) => address === wanted);
  if (signer === undefined) throw new SentenceError(`${wanted} is no account of this network.`);

  // A second time would make a second operator.
  const advice = `${LOOK_FIRST} npx hardhat tribune operator list shows it.`;
  const send = sendTelling({ provider, account: signer.address }, print, { advice, isAgain: again });
  const receipts = await send([{ what: "registers an operator", call: await call(contracts.registry, "register") }]);
  // The receipt tells of it, whatever the node shows.
  const registered = receipts
    .flatMap(({ logs }) => logs)
    .map((log) => contracts.registry.interface.parseLog(log))
    .find((event) => event?.name === "OperatorRegistered");
  if (registered === null || registered === undefined)
    throw new SentenceError("The transaction is on the chain, and its receipt tells of no operator.");
  const operatorId = BigInt(String(registered.args.operatorId));
  const vault = String(registered.args.vault);
  const credentials = compoundingCredentials(vault);

  const network = depositNetworkOf((await provider.getNetwork()).chainId);
  print(
    renderPairs([
      ["operator", operatorId.toString()],
      ["owner", signer.address],
      ["vault", vault],
      ["withdrawal credentials", credentials],
    ]),
  );
  print(
    `\nMake keys with ethstaker-deposit-cli${network?.name === undefined ? "" : ` for ${network.name}`}: withdrawal address ` +
      `${vault}, compounding, 1 ETH each. Then npx hardhat tribune operator add-keys deposit_data-….json`,
  );
  await data({ operatorId, owner: signer.address, vault, withdrawalCredentials: credentials });
};

export default register;
