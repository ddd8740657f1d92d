import { SentenceError } from "../../src/protocol/errors.js";
import { call } from "../../src/protocol/calls.js";
import { depositNetworkOf } from "../../src/staking/deposits/networks.js";
import { readOperators } from "../../src/staking/prover/pool.js";
import { LOOK_FIRST } from "../../src/sending/sendCalls.js";
import { openOutput } from "../../src/terminal/output.js";
import { renderPairs } from "../../src/terminal/table.js";
import { readAddress } from "../committee/options.js";
import { sendTelling } from "../sending.js";
import type { Verb } from "../verb.js";
import { openSendingPool, type PoolArguments } from "./open.js";

interface Arguments extends PoolArguments {
  owner: string | undefined;
  json: string | undefined;
}

const register: Verb<Arguments> = async ({ pool, dao, owner, json }, hre) => {
  const { print, data } = openOutput(json);
  const opened = await openSendingPool(hre, { pool, dao });
  const { contracts, signers, first, provider } = opened;
  const wanted = owner === undefined ? first.address : readAddress(owner, "owner");
  const signer = signers.find(({ address }) => address === wanted);
  if (signer === undefined) throw new SentenceError(`${wanted} is no account of this network.`);

  const send = sendTelling({ provider: provider, account: signer.address }, print, { advice: LOOK_FIRST });
  const before = await contracts.registry.operatorCount();
  await send([{ what: "registers an operator", call: await call(contracts.registry, "register") }]);
  const after = await contracts.registry.operatorCount();
  const ids = Array.from({ length: Number(after - before) }, (_, index) => before + BigInt(index) + 1n);
  const operator = (await readOperators(contracts, ids)).find((one) => one.owner === signer.address);
  if (operator === undefined)
    throw new SentenceError("The operator was registered, and the node does not show it yet.");

  const network = depositNetworkOf((await provider.getNetwork()).chainId);
  print(
    renderPairs([
      ["operator", operator.id.toString()],
      ["owner", operator.owner],
      ["vault", operator.vaultAddress],
      ["withdrawal credentials", operator.credentials],
    ]),
  );
  print(
    `\nMake keys with ethstaker-deposit-cli${network?.name === undefined ? "" : ` for ${network.name}`}: withdrawal address ` +
      `${operator.vaultAddress}, compounding, 1 ETH each. Then npx hardhat tribune operator add-keys deposit_data-….json`,
  );
  const { id, vaultAddress, credentials } = operator;
  await data({ operatorId: id, owner: operator.owner, vault: vaultAddress, withdrawalCredentials: credentials });
};

export default register;
