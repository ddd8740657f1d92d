import type { Entry } from "./scenarioReport.js";

/** Hears a story while it is told. */
export interface Listener {
  readonly onRun: (title: string) => void;
  readonly onChapter: (title: string) => void;
  readonly onEntry: (entry: Entry) => void;
  readonly onCheck: (check: string) => void;
  /** Something takes a while. */
  readonly onBusy: (what: string) => void;
}

const nothing = () => undefined;

/** Hears nothing. */
export const silence: Listener = {
  onRun: nothing,
  onChapter: nothing,
  onEntry: nothing,
  onCheck: nothing,
  onBusy: nothing,
};
