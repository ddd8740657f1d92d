/** What is asked cannot be answered: the message says what is wrong, and what would be right. */
export class PowerError extends Error {
  override readonly name = "PowerError";
}
