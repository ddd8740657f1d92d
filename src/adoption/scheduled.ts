import { DualGovernanceTimelock__factory } from "../../types/index.js";
import { parseCall } from "../protocol/abis.js";
import type { Call } from "../protocol/calls.js";
import { singleOperation, type Operation } from "../protocol/operations/operation.js";

const SCHEDULE = DualGovernanceTimelock__factory.createInterface().getFunction("schedule").selector;

/** The operation of one call that a call makes a timelock schedule; undefined if it schedules none. */
export function scheduledBy({ target, data }: Call, timelock: string): Operation | undefined {
  const call = target === timelock && data.startsWith(SCHEDULE) ? parseCall(data)?.call : undefined;
  if (call === undefined) return undefined;
  const [to, value, payload, predecessor, salt] = call.args as unknown as [string, bigint, string, string, string];
  return singleOperation({ target: to, value, data: payload }, { predecessor, salt });
}
