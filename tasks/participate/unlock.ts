import { planUnlock } from "../../src/protocol/plans/objection.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  amount: string;
}

export default participate<Arguments>((participant, { amount }) => planUnlock(participant, amount));
