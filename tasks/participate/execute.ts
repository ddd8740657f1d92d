import { planExecute } from "../../src/protocol/plans/execution.js";
import { readEther } from "../readOption.js";
import { checkPayment } from "./checkPayment.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  id: string;
  pay: string | undefined;
}

export default participate<Arguments>(async (participant, { id, pay, print, safe }) => {
  const agreed = pay === undefined ? 0n : readEther(pay, "pay");
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
