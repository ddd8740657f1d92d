import colors from "picocolors";

import { parseDao } from "../../src/config/parse.js";
import type { CommitteeConfig } from "../../src/config/schema.js";
import { listSeats } from "../../src/protocol/committees/seats.js";
import { checkSafe } from "../../src/safe/checkSafe.js";
import { checkHolders, readHolders } from "../../src/safe/holders.js";
import { readSafe } from "../../src/safe/readSafe.js";
import { renderSafe } from "../../src/safe/renderSafe.js";
import { findSafe } from "../../src/safe/review.js";
import { openOutput } from "../../src/terminal/output.js";
import { connectReading } from "../connect.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";
import { findCommittees, resolveSafe, type Committees } from "./findCommittees.js";

interface Arguments {
  safe: string | undefined;
  dao: string | undefined;
  json: string | undefined;
}

const list: Verb<Arguments> = async (args, hre) => {
  const { print, data } = openOutput(args.json);
  const { connection, place } = await connectReading(hre);
  const { provider } = place;
  const committees = () => findCommittees(place, connection, args.dao);
  const reading = { onProgress: tellProgress() };
  if (args.safe !== undefined) {
    const safe = await findSafe(await resolveSafe(args.safe, committees), provider, reading);
    print(renderSafe(safe));
    await data(safe);
    return;
  }
  const { deployment, bodies } = await committees();
  if (bodies.length === 0) print("No committee has a power here now.");
  const configured = configuredCommittees(deployment);
  const found = await Promise.all(
    bodies.map(async ({ name, address }) => {
      const safe = await readSafe(address, provider, reading);
      const expected = configured.get(name);
      return {
        name,
        safe,
        problems: [
          ...(expected === undefined ? [] : checkSafe(safe, expected, "warning")),
          ...(safe.kind === "none"
            ? []
            : checkHolders(await readHolders(safe.owners, provider, reading), safe.threshold, "warning")),
        ],
      };
    }),
  );
  for (const { name, safe, problems } of found) {
    print(`${name}\n${renderSafe(safe)}`);
    for (const { severity, message } of problems) {
      print(severity === "error" ? colors.red(`not as configured: ${message}`) : colors.yellow(`doubtful: ${message}`));
    }
    print();
  }
  await data(found);
};

/** What the deployment's configuration says, by the committee's name. */
const configuredCommittees = ({ configuration, dao }: Committees["deployment"]) =>
  new Map<string, CommitteeConfig>(
    listSeats(parseDao(configuration, dao)).map(({ name, value: committee }) => [name, committee]),
  );

export default list;
