export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Every value that differs, by its place: `operations › lock, repeated: 70,001 → 69,950 (−51)`. */
export function listDifferences(before: Json, after: Json): string[] {
  const old = flatten(before);
  const current = flatten(after);
  const places = new Set([...old.keys(), ...current.keys()]);
  return [...places].flatMap((place) => {
    const from = old.get(place);
    const to = current.get(place);
    if (from === to) return [];
    if (from === undefined) return [`${place} is new: ${show(to)}`];
    if (to === undefined) return [`${place} is gone: ${show(from)}`];
    return [`${place}: ${show(from)} → ${show(to)}${change(from, to)}`];
  });
}

type Leaf = null | boolean | number | string;

function flatten(value: Json, place = "", leaves = new Map<string, Leaf>()): Map<string, Leaf> {
  if (typeof value !== "object" || value === null) return leaves.set(place, value);
  const join = (key: string): string => (place === "" ? key : `${place} › ${key}`);
  if (isArray(value)) {
    // A storage field is known by its label.
    for (const [index, item] of value.entries()) {
      const label = typeof item === "object" && item !== null && "label" in item ? item.label : undefined;
      flatten(item, join(typeof label === "string" ? label : index.toString()), leaves);
    }
    return leaves;
  }
  for (const [key, item] of Object.entries(value)) flatten(item, join(key), leaves);
  return leaves;
}

/** `Array.isArray` does not know arrays that must not be written to. */
export const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

const show = (value: Leaf | undefined): string =>
  typeof value === "number" ? value.toLocaleString("en") : JSON.stringify(value ?? null);

function change(from: Leaf, to: Leaf): string {
  if (typeof from !== "number" || typeof to !== "number") return "";
  const difference = to - from;
  return ` (${difference < 0 ? "−" : "+"}${Math.abs(difference).toLocaleString("en")})`;
}
