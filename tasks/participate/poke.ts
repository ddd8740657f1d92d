import { planPoke } from "../../src/protocol/plans/objection.js";
import { participate } from "./participate.js";

export default participate((participant) => planPoke(participant));
