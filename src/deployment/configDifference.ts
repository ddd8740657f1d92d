/** Every value of a nested object by its path: `token.allocations[0].amount`. What is undefined is as if left out. */
function flatten(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null) return new Map([[path, String(value)]]);
  const entries = Array.isArray(value)
    ? value.map((item: unknown, index) => [`${path}[${index}]`, item] as const)
    : Object.entries(value).map(([key, item]) => [path === "" ? key : `${path}.${key}`, item as unknown] as const);
  const given = entries.filter(([, item]) => item !== undefined);
  return new Map(given.flatMap(([key, item]) => [...flatten(item, key)]));
}

/** Where two configurations differ, a sentence a value: `timelock.delay: "4 d" there, "5 d" here`. */
export function describeDifferences(there: unknown, here: unknown): string[] {
  const [before, now] = [flatten(there), flatten(here)];
  const show = (value: string | undefined) => (value === undefined ? "nothing" : `"${value}"`);
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((path) => before.get(path) !== now.get(path))
    .map((path) => `${path}: ${show(before.get(path))} there, ${show(now.get(path))} here`);
}
