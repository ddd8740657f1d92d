import { readSafe } from "../../src/safe/readSafe.js";
import { renderSafe } from "../../src/safe/render.js";
import { findSafe } from "../../src/safe/review.js";
import { openOutput } from "../../src/terminal/output.js";
import { connect } from "../place.js";
import type { Verb } from "../verb.js";
import { findCommittees, resolveSafe } from "./place.js";

interface Arguments {
  safe: string | undefined;
  dao: string | undefined;
  json: string | undefined;
}

const list: Verb<Arguments> = async (args, hre) => {
  const { print, data } = openOutput(args.json);
  const { connection, place } = await connect(hre);
  const committees = () => findCommittees(place, connection, args.dao);
  if (args.safe !== undefined) {
    const safe = await findSafe(await resolveSafe(args.safe, committees), place.provider);
    print(renderSafe(safe));
    await data(safe);
    return;
  }
  const { bodies } = await committees();
  if (bodies.length === 0) print("No committee has a power here now.");
  const found = await Promise.all(
    bodies.map(async (body) => ({ ...body, safe: await readSafe(body.address, place.provider) })),
  );
  for (const { name, safe } of found) print(`${name}\n${renderSafe(safe)}\n`);
  await data(found);
};

export default list;
