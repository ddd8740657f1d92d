import { planPayment } from "../../src/protocol/plans/exit.js";
import { readAddress } from "../readOption.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  to: string | undefined;
}

export default participate<Arguments>((participant, { to }) =>
  planPayment(participant, "withdraw", to === undefined ? undefined : readAddress(to, "to")),
);
