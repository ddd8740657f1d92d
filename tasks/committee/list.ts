import { renderSafe } from "../../src/safe/render.js";
import { findSafe } from "../../src/safe/review.js";
import { openOutput } from "../../src/terminal/output.js";
import { connect } from "../place.js";
import type { Verb } from "../verb.js";
import { readAddress } from "./options.js";

interface Arguments {
  safe: string | undefined;
  json: string | undefined;
}

const list: Verb<Arguments> = async (args, hre) => {
  const address = readAddress(args.safe, "safe");
  const { print, data } = openOutput(args.json);
  const { place } = await connect(hre);
  const safe = await findSafe(address, place.provider);
  print(renderSafe(safe));
  await data(safe);
};

export default list;
