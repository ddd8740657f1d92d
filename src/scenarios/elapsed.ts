import { DAY } from "../model/units.js";

/** `"53 d 01:24"`: days, hours and minutes since the start of a story. [seconds] */
export function formatElapsed(seconds: bigint): string {
  const rest = seconds % DAY;
  return `${seconds / DAY} d ${twoDigits(rest / 3_600n)}:${twoDigits((rest % 3_600n) / 60n)}`;
}

const twoDigits = (value: bigint): string => value.toString().padStart(2, "0");
