import { ZeroAddress } from "ethers";

import { planBegin } from "../../src/protocol/plans/exit.js";
import { readAddress } from "../readOption.js";
import { optionalEpoch, type EpochArguments } from "./options.js";
import { participate } from "./participate.js";

interface Arguments extends EpochArguments {
  vessel: string | undefined;
}

export default participate<Arguments>((participant, { epoch, vessel }) =>
  planBegin(participant, optionalEpoch(epoch), vessel === undefined ? undefined : readVessel(vessel)),
);

const readVessel = (text: string): string => (text === "fresh" ? ZeroAddress : readAddress(text, "vessel"));
