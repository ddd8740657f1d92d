/** A rule that a history has broken. */
export class Broken extends Error {
  override readonly name = "Broken";
}
