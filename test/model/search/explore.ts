/** A move that was made, and the world it led to. */
export interface Successor<World> {
  readonly move: string;
  readonly world: World;
  /** Something the report counts. */
  readonly tally?: string | undefined;
  /** What the move broke, in a sentence. */
  readonly broken?: string | undefined;
  /** Nothing that follows matters: the world is counted, not explored further. */
  readonly isEnd?: boolean;
}

export interface Search<World> {
  readonly initial: World;
  /** Two worlds with the same key have the same future. */
  readonly keyOf: (world: World) => string;
  readonly successorsOf: (world: World) => readonly Successor<World>[];
  /** The search fails rather than stop silently here. */
  readonly maxStates: number;
}

export interface Report {
  readonly states: number;
  readonly moves: number;
  /** How often what was to be counted happened. */
  readonly tallies: Readonly<Record<string, number>>;
  /** The first violation found; breadth first, so no shorter trace leads to one. */
  readonly violation?: { readonly broken: string; readonly trace: readonly string[] };
}

/** How a world was reached. Worlds themselves are let go once they are explored. */
interface Path {
  readonly before: Path | undefined;
  readonly move: string;
}

function traceOf(last: Path): string[] {
  const trace: string[] = [];
  for (let path: Path | undefined = last; path !== undefined; path = path.before) {
    if (path.move !== "") trace.push(path.move);
  }
  return trace.reverse();
}

/** Visits every reachable world once, breadth first, until something breaks or nothing new is found. */
export function explore<World>(search: Search<World>): Report {
  const seen = new Set([search.keyOf(search.initial)]);
  const tallies: Record<string, number> = {};
  let moves = 0;
  let level: { world: World; path: Path }[] = [{ world: search.initial, path: { before: undefined, move: "" } }];
  while (level.length > 0) {
    const nextLevel: typeof level = [];
    for (const { world, path } of level) {
      for (const successor of search.successorsOf(world)) {
        moves += 1;
        const { tally, broken } = successor;
        if (tally !== undefined) tallies[tally] = (tallies[tally] ?? 0) + 1;
        const later: Path = { before: path, move: successor.move };
        if (broken !== undefined) {
          return { states: seen.size, moves, tallies, violation: { broken, trace: traceOf(later) } };
        }
        if (successor.isEnd ?? false) continue;
        const key = search.keyOf(successor.world);
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > search.maxStates) throw new Error(`more than ${search.maxStates} states: narrow the world`);
        nextLevel.push({ world: successor.world, path: later });
      }
    }
    level = nextLevel;
  }
  return { states: seen.size, moves, tallies };
}

/**
 * Looks for two worlds with the same key and different futures: a search that took them for one would be blind.
 * @param every How many repeated worlds to pass over between two that are compared.
 * @returns How many pairs were compared; throws at the first that differs.
 */
export function auditKeys<World>(search: Search<World>, every: number): number {
  const futureOf = (world: World): string =>
    search
      .successorsOf(world)
      .map(({ world: after, broken, isEnd }) => `${search.keyOf(after)} ${broken ?? ""} ${isEnd ?? false}`)
      .join("\n");
  const first = new Map<string, { world: World; future: string | undefined }>();
  let repeated = 0;
  let compared = 0;
  const visited: Search<World> = {
    ...search,
    keyOf: (world) => {
      const key = search.keyOf(world);
      const known = first.get(key);
      if (known === undefined) {
        first.set(key, { world, future: undefined });
      } else if (++repeated % every === 0) {
        known.future ??= futureOf(known.world);
        compared += 1;
        if (futureOf(world) !== known.future) throw new Error(`worlds with key ${key} have different futures`);
      }
      return key;
    },
  };
  explore(visited);
  return compared;
}
