import type { ControllingPattern, Pattern } from "../core/index.js";
import type { Findings } from "../findings.js";
import { namesOf } from "../world/names.js";
import type { WayReport } from "../report.js";

/** Tells coalitions by name: "2 of 3 of the seal committee" rather than all of its owners. */
export class CoalitionTeller {
  readonly #name: (address: string) => string;
  /** By their owners. */
  readonly #committees: ReadonlyMap<string, string>;

  constructor({ world, safes }: Pick<Findings, "world" | "safes">) {
    this.#name = namesOf(world);
    this.#committees = new Map(
      [...safes].flatMap(([label, safe]) =>
        safe.kind === "safe" ? [[keyOf(safe.owners), `${safe.owners.length} of the ${label}`] as const] : [],
      ),
    );
  }

  tell({ choices }: Pick<Pattern, "choices">): string {
    if (choices.length === 0) return "anybody";
    return choices
      .map(({ choose, of }) => {
        const committee = this.#committees.get(keyOf(of));
        if (committee !== undefined) return `${choose} of ${committee}`;
        const names = of.map(this.#name);
        return choose === of.length ? names.join(" and ") : `${choose} of ${names.join(", ")}`;
      })
      .join("; and ");
  }

  way(pattern: ControllingPattern): WayReport {
    const { size, seconds, end, renewedEnd } = pattern;
    return {
      who: this.tell(pattern),
      size,
      seconds,
      ...(end !== undefined && { end }),
      ...(renewedEnd !== undefined && { renewedEnd }),
    };
  }
}

const keyOf = (owners: readonly string[]): string => owners.toSorted().join();
