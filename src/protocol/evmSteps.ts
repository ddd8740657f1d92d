/** One step of the virtual machine, as `debug_traceCall` and `debug_traceTransaction` tell it with memory. */
export interface Step {
  readonly op: string;
  /** 1 for what the transaction calls. */
  readonly depth: number;
  /** The top is last. [hex] */
  readonly stack: readonly string[];
  /** As it was before the step. [hex, 32 bytes each] */
  readonly memory?: readonly string[] | undefined;
}

/** @param position 0 is the top. */
export const onStack = ({ stack }: Pick<Step, "stack">, position: number): string =>
  stack[stack.length - 1 - position] ?? "0x0";

/** Of what is beyond memory, zeros. [hex] */
export function readMemory({ memory = [] }: Pick<Step, "memory">, offset: number, length: number): string {
  const first = Math.floor(offset / 32);
  const words = memory.slice(first, Math.ceil((offset + length) / 32));
  const hex = words.map((word) => word.replace(/^0x/, "").padStart(64, "0")).join("");
  const begin = (offset - first * 32) * 2;
  return `0x${hex.slice(begin, begin + length * 2).padEnd(length * 2, "0")}`;
}

/** What a step hashes, if it does. Code and other long things are hashed for other reasons: not told. [hex] */
export function hashedBy(step: Step, longest: number): string | undefined {
  if (step.op !== "KECCAK256" && step.op !== "SHA3") return undefined;
  const length = Number(onStack(step, 1));
  return length > longest ? undefined : readMemory(step, Number(onStack(step, 0)), length);
}
