const DAY = 86_400;
/** Steps between ticks that people count in. [days] */
const DAY_STEPS = [1, 2, 5, 10, 20, 30, 60, 90, 180, 365];
const SUPPORT_TICKS = [0, 1, 2, 5, 10, 25, 50, 75, 100];
const PERCENT = 1e16;
/** So that figures beside the axis do not touch. [pixels] */
const LEAST_TICK_DISTANCE = 12;

export interface Scale {
  readonly of: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** Seconds to pixels. */
export function createTimeScale(duration: number, left: number, right: number): Scale {
  const days = Math.max(duration / DAY, 1);
  const step = DAY_STEPS.find((candidate) => days / candidate <= 14) ?? Math.ceil(days / 14);
  const ticks = Array.from({ length: Math.floor(days / step) + 1 }, (_, index) => ({
    value: index * step * DAY,
    label: `${index * step} d`,
  }));
  return { of: (seconds) => left + ((right - left) * seconds) / (days * DAY), ticks };
}

/**
 * Supports [1e18 = 100 %] to pixels, by their square root: 1 % and 100 % can both be read.
 * @param highest What must fit. [1e18 = 100 %]
 */
export function createSupportScale(highest: number, bottom: number, top: number): Scale {
  const ceiling = Math.min(100, (highest / PERCENT) * 1.3);
  const of = (support: number) => bottom - (bottom - top) * Math.sqrt(support / PERCENT / ceiling);
  let free = Infinity;
  const ticks = SUPPORT_TICKS.flatMap((percent) => {
    const y = of(percent * PERCENT);
    if (percent > ceiling || y > free) return [];
    free = y - LEAST_TICK_DISTANCE;
    return [{ value: percent * PERCENT, label: `${percent} %` }];
  });
  return { of, ticks };
}
