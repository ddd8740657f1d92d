import { createColors } from "picocolors";

import { formatPercent } from "../../protocol/format.js";
import type { Listener } from "../listener.js";
import type { Entry, StateName } from "../scenarioReport.js";
import { wrap } from "../../terminal/wrap.js";
import { formatElapsed } from "../elapsed.js";
import { nameOfState } from "./stateNames.js";

/** As wide as can be read; a narrow terminal gets less. [characters] */
export const LINE_WIDTH = 100;
/** Columns: band, time, support, actor; the rest of the line tells what happens. */
const COLUMNS = { time: 13, support: 9, actor: 12 } as const;
const INDENT = 2 + COLUMNS.time + COLUMNS.support + COLUMNS.actor;

export interface TimelineOptions {
  readonly print: (line: string) => void;
  readonly colors: boolean;
  /** Of a line; as wide as can be read by default. [characters] */
  readonly width?: number;
  /** Overwrites the current line of a terminal; undefined where nobody watches. */
  readonly busy?: ((what: string) => void) | undefined;
}

type Paint = (text: string) => string;

/** Prints a story while it is told, as a timeline a person can follow. */
export function createTimeline({ print, colors, width = LINE_WIDTH, busy }: TimelineOptions): Listener {
  const paint = createColors(colors);
  const bands: Record<StateName, Paint> = {
    Normal: paint.green,
    VetoSignalling: paint.yellow,
    VetoSignallingDeactivation: paint.cyan,
    VetoCooldown: paint.blue,
    RageQuit: paint.red,
    FallbackGate: paint.magenta,
    SilentGate: paint.dim,
  };
  let state: StateName | null | undefined;

  const bandOf = (name: StateName | null): Paint => (name === null ? paint.dim : bands[name]);

  const showState = (name: StateName | null) => {
    if (name === state) return;
    const isFirst = state === undefined;
    state = name;
    if (name === null && isFirst) return;
    const title = nameOfState(name);
    print(bandOf(name)(`┌─ ${title} ${"─".repeat(Math.max(0, width - title.length - 4))}`));
  };

  const showEntry = (entry: Entry) => {
    const band = bandOf(entry.state)(entry.state === null ? " " : "│");
    const support = entry.support === null ? "" : formatPercent(BigInt(entry.support.max));
    const moment =
      formatElapsed(BigInt(entry.at)).padStart(COLUMNS.time - 1) + " " + support.padStart(COLUMNS.support - 2);
    const names = wrap(entry.actor.replaceAll("-", "- "), COLUMNS.actor - 1);
    const told = tell(entry);
    for (let line = 0; line < Math.max(names.length, told.length); line++) {
      const when = line === 0 ? moment : " ".repeat(moment.length);
      const who = paint.bold((names[line] ?? "").padEnd(COLUMNS.actor));
      print(`${band} ${when}  ${who}${told[line] ?? ""}`.trimEnd());
    }
  };

  /** What happens, and below it what comes of it. */
  const tell = (entry: Entry): string[] => {
    const action = wrap(entry.action, width - INDENT).map((line) => emphasise(entry, line));
    const refused = entry.kind === "refused";
    const mark = refused ? paint.red("✗") : paint.dim("↳");
    const decisions = entry.decided.flatMap((decision) =>
      wrap(decision, width - INDENT - 2).map(
        (line, index) => `${index === 0 ? mark : " "} ${refused ? paint.red(line) : paint.dim(line)}`,
      ),
    );
    return [...action, ...decisions];
  };

  const emphasise = ({ kind }: Entry, text: string): string => {
    if (kind === "theft" || kind === "execute") return paint.magenta(text);
    return text;
  };

  let isBusy = false;
  const clear = () => {
    if (isBusy) busy?.("");
    isBusy = false;
  };

  return {
    onRun: (title) => {
      clear();
      state = undefined;
      print("");
      print(paint.bold(paint.inverse(` ${title} `)));
      print(
        paint.dim(
          `${" ".repeat(2)}${"time".padStart(COLUMNS.time - 1)} ${"R".padStart(COLUMNS.support - 2)}  ${"who".padEnd(COLUMNS.actor)}what`,
        ),
      );
    },
    onChapter: (title) => {
      clear();
      print("");
      print(paint.bold(title));
    },
    onEntry: (entry) => {
      clear();
      // The band of an entry that changes the state is already the new one; say so first.
      showState(entry.state);
      showEntry(entry);
    },
    onCheck: (check) => {
      for (const [index, line] of wrap(check, width - INDENT - 2).entries()) {
        print(`${" ".repeat(INDENT)}${paint.green(`${index === 0 ? "✓" : " "} ${line}`)}`);
      }
    },
    onBusy: (what) => {
      isBusy = true;
      busy?.(paint.dim(what));
    },
  };
}
