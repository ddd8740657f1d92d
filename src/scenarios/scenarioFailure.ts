import { SentenceError } from "../protocol/errors.js";

/** The story did not go as it must: an assertion failed. */
export class ScenarioFailure extends SentenceError {
  override name = "ScenarioFailure";
}
