import type { ProtocolContracts } from "../contracts.js";
import { SentenceError } from "../errors.js";
import { formatTime } from "../format.js";
import { tryRead } from "../tryRead.js";

/**
 * What a gate tells; a sentence if it, or the escrow it asks, refuses: then nobody can say where governance stands,
 * only what becomes of a gate that is silent.
 */
export async function orSilence<Value>(
  read: () => Promise<Value>,
  { gate, timelock }: Pick<ProtocolContracts, "gate" | "timelock">,
  blockTag: number,
): Promise<Value> {
  const answer = await tryRead(read);
  if (answer.answered) return answer.value;
  throw new SentenceError(await describeSilence(await gate.getAddress(), timelock, blockTag));
}

async function describeSilence(
  gate: string,
  timelock: ProtocolContracts["timelock"],
  blockTag: number,
): Promise<string> {
  const at = { blockTag };
  const [obeyed, silentSince, timeout] = await Promise.all([
    timelock.gate(at),
    timelock.gateSilentSince(at),
    timelock.tiebreakerTimeout(at),
  ]);
  const silence = `The gate ${gate} does not answer, so nobody can say where governance stands`;
  if (obeyed !== gate) return `${silence} there; the timelock obeys another one now, ${obeyed}.`;
  if (silentSince === 0n)
    return `${silence}: put it on record with the timelock's checkGate(), which anybody may call.`;
  return (
    `${silence}: on record since ${formatTime(silentSince)}; the tiebreaker may replace it from ` +
    `${formatTime(silentSince + timeout)}, if it still does not answer.`
  );
}
