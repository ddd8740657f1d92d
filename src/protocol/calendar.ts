import type { Body } from "./committees/permissions.js";
import { formatPercent, formatTime } from "./format.js";
import type { ExpectedOperation } from "./operations/landings.js";
import type { Position } from "./position.js";
import { visible } from "./visible.js";

/** A second that matters to somebody. */
export interface Moment {
  /** The same whenever this moment is told of, so that a calendar moves it instead of showing it twice. */
  readonly id: string;
  /** The first second in which it works, or the last one in which it still does. [unix seconds] */
  readonly at: bigint;
  readonly isLast: boolean;
  readonly title: string;
  readonly text: string;
  /** Whether it will not come: what it is about was withdrawn, or executed. */
  readonly isCancelled: boolean;
}

/** What moments are read off. */
export interface CalendarView {
  readonly block: { readonly timestamp: bigint };
  readonly operations: readonly ExpectedOperation[];
  readonly withdrawn: readonly { readonly id: string; readonly at: bigint | undefined }[];
  /** Identifiers of operations that were executed. */
  readonly executed: readonly string[];
  readonly bodies: readonly Pick<Body, "path" | "label" | "power" | "endsAt">[];
  /** When a rage quit closes the running epoch, if support stays as it is. [unix seconds] */
  readonly rageQuitAt: bigint | undefined;
  readonly position?: Position | undefined;
}

const CONDITION = "if support stays as it is and somebody pokes in time";

/** Every moment to come, the soonest first; what was withdrawn or executed comes last. */
export function listMoments(view: CalendarView): Moment[] {
  const moments = [
    ...view.operations.flatMap((operation) => listForOperation(operation)),
    ...view.bodies.flatMap((body) => listForBody(body)),
    ...(view.position === undefined ? [] : listForPosition(view.position, view.rageQuitAt)),
  ];
  const ids = new Set(moments.filter(({ at }) => at > view.block.timestamp).map(({ id }) => id));
  return [
    ...moments
      .filter(({ at }) => at > view.block.timestamp)
      .sort((one, other) => Number(one.at - other.at) || (one.id < other.id ? -1 : 1)),
    // An import changes only what is in the file: what is not to come any more is taken back.
    ...view.operations.flatMap(({ id }) =>
      KINDS.filter((kind) => !ids.has(`${kind}-${id}`)).map((kind) => ({
        ...last(`${kind}-${id}`, view.block.timestamp, `Not to come: operation ${short(id)}`, GONE),
        isCancelled: true,
      })),
    ),
    ...(view.position?.epochs ?? [])
      .map(({ epoch }) => `unlock-${epoch}-${view.position?.account.toLowerCase()}`)
      .filter((id) => !ids.has(id))
      .map((id) => ({
        ...last(id, view.block.timestamp, "Not to come: unlocking", GONE),
        isCancelled: true,
      })),
    ...view.withdrawn.flatMap(({ id, at = view.block.timestamp }) =>
      KINDS.map((kind) => ({
        ...last(`${kind}-${id}`, at, `Withdrawn: operation ${short(id)}`, `Operation ${id} was withdrawn.`),
        isCancelled: true,
      })),
    ),
    ...view.executed.flatMap((id) =>
      KINDS.map((kind) => ({
        ...last(
          `${kind}-${id}`,
          view.block.timestamp,
          `Executed: operation ${short(id)}`,
          `Operation ${id} was executed.`,
        ),
        isCancelled: true,
      })),
    ),
  ];
}

const GONE = "Nobody can tell any more when it comes, or it is past.";

/** What an operation has of moments. */
const KINDS = ["object", "land", "expire"] as const;

const first = (id: string, at: bigint, title: string, text: string): Moment => ({
  ...{ id, at, title, text },
  isLast: false,
  isCancelled: false,
});
const last = (id: string, at: bigint, title: string, text: string): Moment => ({
  ...first(id, at, title, text),
  isLast: true,
});

/** Enough of an identifier for a person to find it again. */
const short = (id: string): string => `${id.slice(0, 10)}…`;

/** The title of a proposal. [characters] */
const TITLE = 80;

function listForOperation({ id, description, state, landing, expiry }: ExpectedOperation): Moment[] {
  const title = visible((description?.trim().split("\n")[0] ?? "").slice(0, TITLE));
  const name = title === "" ? short(id) : title;
  const about = `${title === "" ? "Operation" : `${title}: operation`} ${id}.`;
  return [
    ...(landing?.lastLock === undefined
      ? []
      : [
          last(
            `object-${id}`,
            landing.lastLock.at,
            `Last second to object: ${name}`,
            `${about} What is locked by then, so that support reaches ${formatPercent(landing.lastLock.support)}, keeps ` +
              `it from landing ${formatTime(landing.at)}, ${CONDITION}. Lock earlier: a transaction takes its time.`,
          ),
        ]),
    // What is ready may be executed in any block, so that no moment is its first.
    ...(landing === undefined || state === "ready"
      ? []
      : [
          first(
            `land-${id}`,
            landing.at,
            `Lands: ${name}`,
            `${about} Anybody may execute it from now on, ${CONDITION}.`,
          ),
        ]),
    last(`expire-${id}`, expiry, `Last second to execute: ${name}`, `${about} Afterwards it is void.`),
  ];
}

const listForBody = ({ path, label, power, endsAt }: CalendarView["bodies"][number]): Moment[] =>
  endsAt === undefined
    ? []
    : [last(`term-${path}`, endsAt, `Term ends: ${label}`, `The last second in which it may ${power}.`)];

function listForPosition({ account, epochs }: Position, rageQuitAt: bigint | undefined): Moment[] {
  return epochs.flatMap(({ epoch, isRunning, unlockableAfter, withdrawableAfter }): Moment[] => {
    const id = `${epoch}-${account.toLowerCase()}`;
    if (isRunning) {
      const at = unlockableAfter + 1n;
      // What a rage quit closes leaves through the vault.
      if (rageQuitAt !== undefined && rageQuitAt <= at) return [];
      const text = `The least time of the lock of ${account} in epoch ${epoch} is over.`;
      return [first(`unlock-${id}`, at, "Locked shares may be unlocked", text)];
    }
    if (withdrawableAfter === 0n) return [];
    const text = `What the rage quit of epoch ${epoch} has paid for ${account} may be withdrawn: npx hardhat tribune withdraw.`;
    return [first(`withdraw-${id}`, withdrawableAfter + 1n, `Assets of rage quit ${epoch} may be withdrawn`, text)];
  });
}
