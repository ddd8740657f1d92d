import { YEAR } from "../../model/units.js";

/** No power beside the DAO's holds anything back for longer than this at a time. [seconds] */
export const LONGEST_HOLD = YEAR;
/** Nobody waits longer than this for the way out of a deadlock, or of an exit. [seconds] */
export const LONGEST_WAIT = 4n * YEAR;
