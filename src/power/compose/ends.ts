import { any, NEVER, type Expiry, type Formula, type Moment, type Seconds } from "../core/index.js";
import type { Cell } from "../cells/cells.js";
import { pick } from "../manifest/holders.js";
import type { Reading } from "../manifest/types.js";
import { NORMAL } from "../modes/modes.js";
import { KINDS, readView, type Part } from "../manifest/parts.js";
import type { World } from "../world/world.js";

/** Until when a bounded power can be used, as its contract says. */
export interface End {
  /** `timelock.activateEmergencyMode()` */
  readonly by: string;
  /** Absent: for ever. [unix seconds] */
  readonly at?: Moment;
  /** No renewal reaches beyond. Absent: without end, if there is anybody who renews. [unix seconds] */
  readonly hardEnd?: Moment;
  /** What gives it another end, as `part.function`. */
  readonly renewedBy: readonly string[];
  /** How long what it does lasts. */
  readonly lasts?: Seconds;
}

/** The ends of all bounded powers of which a manifest says where they stand, by function. */
export async function readEnds({ snapshot, parts }: Pick<World, "snapshot" | "parts">): Promise<Map<string, End>> {
  const ends = new Map<string, End>();
  for (const part of parts) {
    const { manifest, abi } = KINDS[part.name];
    for (const [name, bound] of Object.entries(manifest.bounded ?? {})) {
      if (bound?.term === undefined) continue;
      const by = `${part.name}.${abi.getFunction(name)?.format("sighash") ?? name}`;
      const read = async (reading: Reading | undefined): Promise<number | undefined> =>
        reading === undefined ? undefined : await readNumber(snapshot, part, reading);
      const [at, hardEnd, lasts] = await Promise.all([bound.term.end, bound.term.hardEnd, bound.term.lasts].map(read));
      ends.set(by, {
        by,
        ...(at !== undefined && { at }),
        ...(hardEnd !== undefined && { hardEnd }),
        renewedBy: bound.term.renewedBy ?? [],
        ...(lasts !== undefined && { lasts }),
      });
    }
  }
  return ends;
}

async function readNumber(
  snapshot: World["snapshot"],
  part: Part,
  { view, path = [] }: Reading,
): Promise<number | undefined> {
  const value = pick(await readView(snapshot, part, view), path);
  return typeof value === "bigint" || typeof value === "number" ? Number(value) : undefined;
}

/**
 * The same for formulas.
 * @param callersOf Who may call a function, as `part.function`.
 */
export function expiryOf(
  { at, hardEnd, renewedBy }: End,
  callersOf: (name: string) => readonly Formula[],
): Expiry | undefined {
  if (at === undefined) return undefined;
  const by = any(NEVER, ...renewedBy.flatMap(callersOf));
  if (by.kind === "any" && by.of.length === 1) return { at };
  // What is set beyond its own hard end stays there.
  return { at, renewal: { by, ...(hardEnd !== undefined && { hardEnd: Math.max(at, hardEnd) }) } };
}

/** The end of the last power that somebody holds; undefined if one of them has none, or nothing is held. */
export function lastEndOf(account: string, cells: readonly Cell[], ends: ReadonlyMap<string, End>): End | undefined {
  const held = cells.filter(
    ({ mode, holders, passed }) => mode === NORMAL && !holders.isOpen && passed.includes(account),
  );
  const theirs = held.map(({ part, signature }) => ends.get(`${part.name}.${signature}`));
  return theirs.reduce<End | undefined>(
    (last, end, index) => (index === 0 ? end : last === undefined || end === undefined ? undefined : later(last, end)),
    undefined,
  );
}

const later = (one: End, other: End): End => ((one.at ?? Infinity) >= (other.at ?? Infinity) ? one : other);
