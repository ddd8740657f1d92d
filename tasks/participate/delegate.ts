import { planDelegate } from "../../src/protocol/plans/decision.js";
import { readAddress } from "../readOption.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  to: string | undefined;
}

export default participate<Arguments>((participant, { to }) =>
  planDelegate(participant, to === undefined ? participant.account : readAddress(to, "to")),
);
