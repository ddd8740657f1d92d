/** An account that acts on its own key or vote. Any name, written the same way everywhere: addresses in one case. */
export type Principal = string;
/** Whoever is behind one principal or several. */
export type Entity = string;
/** What somebody can do: "hold role PROPOSER", "change the delay", "sign for Safe 0x…", "make the emergency mode". */
export type PowerName = string;
/** A duration: a whole number, 0 or more. [seconds] */
export type Seconds = number;
/** A moment. [unix seconds] */
export type Moment = number;

/** Until when a power lasts. */
export interface Expiry {
  /** It is gone from this moment on. */
  readonly at: Moment;
  /** Without it the expiry is hard: nobody can move it. */
  readonly renewal?: {
    readonly by: Formula;
    /** Past this moment nobody renews it. Without it renewals never end. */
    readonly hardEnd?: Moment;
  };
}

/**
 * Who must act together, and how long it takes. Monotone: more people never control less.
 *
 * | kind | holds for a coalition X | time |
 * | --- | --- | --- |
 * | `nobody-needed` | always, X empty too | 0 |
 * | `never` | for nobody | none |
 * | `principal` | X has the entity behind the principal | 0 |
 * | `power` | X has the power | that of the power |
 * | `all` | every part holds | the longest: they prepare at the same time |
 * | `any` | some part holds | the shortest |
 * | `at-least` | `threshold` of the parts hold | the `threshold`-th shortest |
 * | `weighted` | the parts that hold weigh `threshold` or more | the shortest in which enough of them are there |
 * | `in-order` | every part holds | the sum: each begins when the one before is done |
 * | `after` | the part holds | `seconds` later |
 * | `in-mode` | the part holds, and X can make the mode | the longer of both |
 * | `until` | the part holds | that of the part |
 * | `kept` | the part holds | that of the part; stays when the power it came from expires |
 */
export type Formula =
  | { readonly kind: "nobody-needed" }
  | { readonly kind: "never" }
  | { readonly kind: "principal"; readonly principal: Principal }
  | { readonly kind: "power"; readonly power: PowerName }
  | { readonly kind: "all" | "any" | "in-order"; readonly of: readonly Formula[] }
  | { readonly kind: "at-least"; readonly threshold: number; readonly of: readonly Formula[] }
  | { readonly kind: "weighted"; readonly threshold: bigint; readonly of: readonly Weighted[] }
  | { readonly kind: "after"; readonly seconds: Seconds; readonly of: Formula }
  | { readonly kind: "in-mode"; readonly mode: PowerName; readonly of: Formula }
  | { readonly kind: "until"; readonly expiry: Expiry; readonly of: Formula }
  | { readonly kind: "kept"; readonly of: Formula };

/** A part of a weighted threshold: votes, seats. */
export interface Weighted {
  readonly weight: bigint;
  readonly of: Formula;
}

/** Anybody can, alone or not. */
export const NOBODY_NEEDED: Formula = { kind: "nobody-needed" };
/** Nobody can. */
export const NEVER: Formula = { kind: "never" };

export const principal = (name: Principal): Formula => ({ kind: "principal", principal: name });
export const power = (name: PowerName): Formula => ({ kind: "power", power: name });
/** Every one of them, preparing at the same time. Of nothing: nobody is needed. */
export const all = (...of: readonly Formula[]): Formula => ({ kind: "all", of });
/** One of them. Of nothing: never. */
export const any = (...of: readonly Formula[]): Formula => ({ kind: "any", of });
/** Every one of them, one after the other: times add up. */
export const inOrder = (...of: readonly Formula[]): Formula => ({ kind: "in-order", of });
/** Any `threshold` of them. More than there are: never. */
export const atLeast = (threshold: number, of: readonly Formula[]): Formula => ({ kind: "at-least", threshold, of });
/** Any of them that weigh `threshold` or more together. */
export const weighted = (threshold: bigint, of: readonly Weighted[]): Formula => ({ kind: "weighted", threshold, of });
/** `of`, and then `seconds` more. */
export const after = (seconds: Seconds, of: Formula): Formula => ({ kind: "after", seconds, of });
/**
 * `of`, where a mode is there: whoever makes it is needed too.
 *
 * @param mode - the power to make the mode; nobody is needed for one that time or stakers make
 */
export const inMode = (mode: PowerName, of: Formula): Formula => ({ kind: "in-mode", mode, of });
/** `of`, until it expires. */
export const until = (expiry: Expiry, of: Formula): Formula => ({ kind: "until", expiry, of });
/** What `of` gains is kept, even when `of` has expired: a role that was granted. */
export const kept = (of: Formula): Formula => ({ kind: "kept", of });

/** The formulas right inside a formula. */
export function partsOf(formula: Formula): readonly Formula[] {
  switch (formula.kind) {
    case "nobody-needed":
    case "never":
    case "principal":
    case "power":
      return [];
    case "all":
    case "any":
    case "in-order":
    case "at-least":
      return formula.of;
    case "weighted":
      return formula.of.map(({ of }) => of);
    case "until":
      return formula.expiry.renewal === undefined ? [formula.of] : [formula.of, formula.expiry.renewal.by];
    case "after":
    case "in-mode":
    case "kept":
      return [formula.of];
  }
}
