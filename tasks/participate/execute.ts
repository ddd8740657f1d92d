import { planExecute } from "../../src/protocol/plans/execution.js";
import { parseAmount, UnitError } from "../../src/protocol/format.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { checkPayment } from "./checkPayment.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  id: string;
  pay: string | undefined;
}

export default participate<Arguments>(async (participant, { id, pay, print, safe }) => {
  const agreed = readEther(pay);
  const plan = await planExecute(participant, id);
  // What is only prepared is paid by nobody yet, and its value is in what is printed.
  if (print || safe !== undefined) return plan;
  return {
    ...plan,
    examine: () => {
      checkPayment(plan, agreed);
      return Promise.resolve(undefined);
    },
  };
});

/** [wei] */
function readEther(text: string | undefined): bigint {
  try {
    return text === undefined ? 0n : parseAmount(text, 18);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new SentenceError(`--pay is "${text ?? ""}", which is no amount of ETH: write it like "2.5".`, {
      cause: error,
    });
  }
}
