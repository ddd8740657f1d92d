import type { AnyManifest, Class } from "./types.js";

/** What a manifest says of a variable, of its member if it takes it apart. */
export function classOf(
  { variables }: AnyManifest,
  { variable, path }: { readonly variable: string; readonly path: string | undefined },
): { readonly declared: Class | undefined; readonly variable: string } {
  const member = `${variable}.${path ?? ""}`;
  const taken = Object.hasOwn(variables, member) ? member : variable;
  return { declared: variables[taken], variable: taken };
}
