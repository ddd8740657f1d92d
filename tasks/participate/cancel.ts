import { planCancel } from "../../src/protocol/plans/cancellation.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  id: string;
}

export default participate<Arguments>((participant, { id }) => planCancel(participant, id));
