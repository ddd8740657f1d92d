import type { OperatorRegistry } from "../../../types/index.js";
import { SentenceError } from "../errors.js";
import { readAnswer } from "../tryRead.js";

/** So many are asked about at once: anybody may register as many operators as he likes, and each costs one request. */
const AT_ONCE = 32;
/** So many of the first are read where nobody shall be able to make it long. */
const EARLY = 200n;

/**
 * Operators with these ids; else all; all that have a place, as whoever has keys has; or these and the first to register,
 * a number that nobody can raise.
 */
export type WhichOperators = readonly bigint[] | "all" | "placed" | "placed or early";

/** An operator of a pool. */
export interface RegisteredOperator {
  readonly id: bigint;
  /** As the registry tells it. */
  readonly view: Awaited<ReturnType<OperatorRegistry["getOperator"]>>;
}

interface At {
  readonly blockTag?: number;
}

/** In the order of their ids, unless ids are given. */
export async function readRegistered(
  registry: OperatorRegistry,
  which: WhichOperators,
  at: At = {},
): Promise<RegisteredOperator[]> {
  const ids = typeof which === "string" ? await listIds(registry, which, at) : which;
  const operators: RegisteredOperator[] = [];
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const some = ids.slice(first, first + AT_ONCE);
    operators.push(...(await Promise.all(some.map((id) => readOne(registry, id, at)))));
  }
  return operators;
}

async function listIds(
  registry: OperatorRegistry,
  which: Exclude<WhichOperators, readonly bigint[]>,
  at: At,
): Promise<readonly bigint[]> {
  const ids = new Set(which === "all" ? [] : await registry.placedOperators(at));
  const count = which === "placed" ? 0n : await registry.operatorCount(at);
  for (let id = 1n; id <= count && (which === "all" || id <= EARLY); ++id) ids.add(id);
  return [...ids].sort((one, other) => Number(one - other));
}

async function readOne(registry: OperatorRegistry, id: bigint, at: At): Promise<RegisteredOperator> {
  const view = await readAnswer(() => registry.getOperator(id, at), `operator ${id}`);
  if (view === undefined || BigInt(view.vault) === 0n) throw new SentenceError(`The pool has no operator ${id}.`);
  return { id, view };
}
