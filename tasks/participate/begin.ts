import { planBegin } from "../../src/protocol/plans/exit.js";
import { optionalEpoch, type EpochArguments } from "./options.js";
import { optionalAddress, participate } from "./participate.js";

interface Arguments extends EpochArguments {
  vessel: string | undefined;
}

export default participate<Arguments>((participant, { epoch, vessel }) =>
  planBegin(participant, optionalEpoch(epoch), optionalAddress(vessel, "vessel")),
);
