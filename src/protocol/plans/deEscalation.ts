import { DualGovernanceTimelock__factory } from "../../../types/index.js";
import type { Call } from "../calls.js";

const TIMELOCK = DualGovernanceTimelock__factory.createInterface();
const WITHDRAWALS = (["cancelOperations", "cancelAllOperations"] as const).map(
  (name) => TIMELOCK.getFunction(name).selector,
);

/** Whether calls only withdraw what waits in the timelock: then neither the gate nor the base delay holds them up. */
export const isDeEscalation = (timelock: string, calls: readonly Call[]): boolean =>
  calls.length > 0 &&
  calls.every(
    ({ target, value, data }) => target === timelock && value === 0n && WITHDRAWALS.includes(data.slice(0, 10)),
  );
