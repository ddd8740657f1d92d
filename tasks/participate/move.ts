import { planPayment } from "../../src/protocol/plans/exit.js";
import { participate } from "./participate.js";

export default participate((participant) => planPayment(participant, "moveShares"));
