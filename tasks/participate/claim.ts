import { planClaim } from "../../src/protocol/plans/exit.js";
import { participate } from "./participate.js";
import { optionalEpoch, type EpochArguments } from "./options.js";

export default participate<EpochArguments>((participant, { epoch }) => planClaim(participant, optionalEpoch(epoch)));
