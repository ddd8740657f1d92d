import { planWithdrawal } from "../../src/protocol/plans/proposal.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  ids: string[];
}

export default participate<Arguments>((participant, { ids }) => planWithdrawal(participant, ids));
