import { chooseDeployment } from "../../src/deployment/choose.js";
import { exportDeployment, isExport, renderExport } from "../../src/export/renderExport.js";
import { checkFolder, writeFolder } from "../../src/export/writeFolder.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { visible } from "../../src/protocol/visible.js";
import { openOutput } from "../../src/terminal/output.js";
import { connectReading, refusePassingChain } from "../connect.js";
import type { Verb } from "../verb.js";

interface Arguments {
  out: string | undefined;
  dao: string | undefined;
  json: string | undefined;
}

const exportVerb: Verb<Arguments> = async ({ out, dao, json }, hre) => {
  const { print, data } = openOutput(json);
  if (out === undefined && json === undefined) {
    throw new SentenceError("Where to? Give a folder: --out ../app/src/contracts, or --json -");
  }
  if (out !== undefined) await checkFolder(out, isExport);
  const { connection, place } = await connectReading(hre);
  refusePassingChain(connection);
  const exported = exportDeployment(await chooseDeployment(place, dao, connection.networkName));
  if (out !== undefined) {
    await writeFolder(out, renderExport(exported), isExport);
    const count = Object.keys(exported.contracts).length;
    print(`Written to ${visible(out)}: ${count} contracts of "${visible(exported.dao)}" on chain ${exported.chainId}.`);
  }
  await data(exported);
};

export default exportVerb;
