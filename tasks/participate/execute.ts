import { planExecute } from "../../src/protocol/plans/decision.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  id: string;
}

export default participate<Arguments>((participant, { id }) => planExecute(participant, id));
