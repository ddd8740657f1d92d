/** Pixels of an average letter at the labels' size. */
const LETTER = 6.1;
const GAP = 4;
/** From the middle of a mark to its text. [pixels] */
export const TEXT_OFFSET = 8;

export interface Label {
  readonly text: string;
  /** Where its mark is. [pixels] */
  readonly x: number;
}

export interface PlacedLabel<Source extends Label> {
  readonly label: Source;
  /** 0 is nearest to the plot. */
  readonly lane: number;
  readonly anchor: "start" | "end";
  /** Ends of the text. [pixels] */
  readonly from: number;
  readonly to: number;
}

export const widthOf = (text: string): number => text.length * LETTER;

/**
 * Gives every label a lane above its mark, so that neither texts nor the lines down to the plot cross a text, where that
 * is possible. Texts run to the right, so going from right to left a line passes beside those already placed; texts at
 * the right edge run to the left and are placed afterwards, from left to right.
 */
export function placeLabels<Source extends Label>(labels: readonly Source[], right: number): PlacedLabel<Source>[] {
  const measured = labels.map((label) => measure(label, right));
  const toTheRight = measured.filter(({ anchor }) => anchor === "start").toReversed();
  const toTheLeft = measured.filter(({ anchor }) => anchor === "end");
  const placed: PlacedLabel<Source>[] = [];
  for (const label of [
    ...toTheRight.sort((a, b) => b.label.x - a.label.x),
    ...toTheLeft.sort((a, b) => a.label.x - b.label.x),
  ]) {
    const top = placed.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
    let lane = 0;
    while (lane < top && placed.some((other) => isInTheWay(other, label, lane))) lane++;
    placed.push({ ...label, lane });
  }
  return placed;
}

type Measured<Source extends Label> = Omit<PlacedLabel<Source>, "lane">;

function measure<Source extends Label>(label: Source, right: number): Measured<Source> {
  const width = widthOf(label.text);
  const anchor = label.x + TEXT_OFFSET + width > right ? "end" : "start";
  const from = anchor === "start" ? label.x + TEXT_OFFSET : label.x - TEXT_OFFSET - width;
  return { label, anchor, from, to: from + width };
}

/** Whether `label`, put into `lane`, meets the text of `other`, or one's line the other's text. */
function isInTheWay(other: PlacedLabel<Label>, { label, from, to }: Measured<Label>, lane: number): boolean {
  if (other.lane === lane) return from - TEXT_OFFSET < other.to + GAP && other.from - TEXT_OFFSET < to + GAP;
  if (other.lane > lane) return other.label.x > from - GAP && other.label.x < to + GAP;
  return label.x > other.from - GAP && label.x < other.to + GAP;
}
