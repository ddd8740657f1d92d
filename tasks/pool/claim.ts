import { formatAmount } from "../../src/protocol/format.js";
import { call } from "../../src/protocol/calls.js";
import { RUN_AGAIN } from "../../src/sending/sendCalls.js";
import { openOutput } from "../../src/terminal/output.js";
import { sendTelling } from "../sending.js";
import type { Verb } from "../verb.js";
import { chooseOperator, openSendingPool, type SendingPoolArguments } from "./open.js";

interface Arguments extends SendingPoolArguments {
  operator: string | undefined;
  json: string | undefined;
}

const claim: Verb<Arguments> = async ({ pool, dao, operator: id, again, json }, hre) => {
  const { print, data } = openOutput(json);
  const opened = await openSendingPool(hre, { pool, dao });
  const { registry, pool: shares } = opened.contracts;
  const { operator, owner } = await chooseOperator(opened, id);
  const before = await shares.balanceOf(owner.address);
  const send = sendTelling({ provider: opened.provider, account: owner.address }, print, {
    advice: RUN_AGAIN,
    isAgain: again,
  });
  const fees = await call(registry, "releaseFees", [operator.id]);
  await send([{ what: `releases fees of operator ${operator.id}`, call: fees }]);
  const { released } = await registry.getOperator(operator.id);
  if (released === 0n)
    print(`Nothing of operator ${operator.id} is released: bond is, when keys are proven withdrawn.`);
  else {
    const collect = await call(registry, "collect", [operator.id]);
    await send([{ what: `collects shares of operator ${operator.id}`, call: collect }]);
  }
  const received = (await shares.balanceOf(owner.address)) - before;
  print(`${owner.address} received ${formatAmount(received, Number(await shares.decimals()))} shares.`);
  await data({ operatorId: operator.id, owner: owner.address, shares: received });
};

export default claim;
