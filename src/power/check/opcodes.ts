import { hexlify } from "ethers";

/** One instruction of a contract's code. */
interface Instruction {
  readonly op: number;
  /** What a push pushes. [hex] */
  readonly operand: string;
}

const JUMPDEST = 0x5b;
const PUSH1 = 0x60;
const PUSH4 = 0x63;
const PUSH32 = 0x7f;
const CALLCODE = 0xf2;
const DELEGATECALL = 0xf4;
const SELFDESTRUCT = 0xff;
/** STOP, JUMP, RETURN, REVERT, INVALID, SELFDESTRUCT: what follows is reached by a jump alone. */
const ENDS = new Set([0x00, 0x56, 0xf3, 0xfd, 0xfe, SELFDESTRUCT]);

const DANGEROUS: ReadonlyMap<number, string> = new Map([
  [CALLCODE, "CALLCODE"],
  [DELEGATECALL, "DELEGATECALL"],
  [SELFDESTRUCT, "SELFDESTRUCT"],
]);

/**
 * Instructions that execution can stand on: from the beginning, and from every place that a jump may lead to, up to where
 * the code ends or jumps away. What pushes hold is skipped, and so is what the compiler appends. Whether a jump ever
 * leads there is not known.
 * @param code [hex]
 */
function* instructions(code: string): Generator<Instruction> {
  const bytes = Buffer.from(code.slice(2), "hex");
  let isLive = true;
  for (let position = 0; position < bytes.length; position++) {
    const op = bytes[position] ?? 0;
    if (op === JUMPDEST) isLive = true;
    const size = op >= PUSH1 && op <= PUSH32 ? op - PUSH1 + 1 : 0;
    if (isLive) yield { op, operand: hexlify(bytes.subarray(position + 1, position + 1 + size)) };
    position += size;
    if (ENDS.has(op)) isLive = false;
  }
}

/** `["DELEGATECALL"]`: opcodes by which an account runs code that is not its own, or ends. */
export function findDangerous(code: string): string[] {
  const found = new Set<string>();
  for (const { op } of instructions(code)) {
    const name = DANGEROUS.get(op);
    if (name !== undefined) found.add(name);
  }
  return [...found].sort();
}

/** Four bytes that the code compares with, among them every selector of a contract that the compiler has made. */
export function findSelectors(code: string): Set<string> {
  const found = new Set<string>();
  for (const { op, operand } of instructions(code)) if (op === PUSH4) found.add(operand);
  return found;
}

/** The words that the code pushes, such as slots of namespaces. [hex, 32 bytes] */
export function findWords(code: string): Set<string> {
  const found = new Set<string>();
  for (const { op, operand } of instructions(code)) if (op === PUSH32) found.add(operand);
  return found;
}
