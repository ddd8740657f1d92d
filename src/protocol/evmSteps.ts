import { keccak256 } from "ethers";

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

/** So many words are looked for where memory is not told. */
const MOST_WORDS = 4;

/**
 * What is hashed of whole words in a trace without memory, which is told several times faster: followed from what is
 * stored there. What came into memory in another way does not hash to what the trace goes on with, and is left out.
 */
export function* hashedWords(steps: readonly Step[]): Generator<string> {
  const memories: Map<number, string>[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.op !== "MSTORE" && step.op !== "KECCAK256") continue;
    const memory = (memories[step.depth] ??= new Map());
    const offset = Number(onStack(step, 0));
    if (step.op === "MSTORE") {
      memory.set(offset, onStack(step, 1).slice(2).padStart(64, "0"));
      continue;
    }
    const count = Number(onStack(step, 1)) / 32;
    if (!Number.isInteger(count) || count > MOST_WORDS) continue;
    const words = Array.from({ length: count }, (_, position) => memory.get(offset + position * 32));
    const preimage = `0x${words.join("")}`;
    const next = steps[index + 1];
    if (words.includes(undefined) || next === undefined) continue;
    if (BigInt(keccak256(preimage)) === BigInt(onStack(next, 0))) yield preimage;
  }
}
