import type { Provider } from "ethers";

import { chooseDeployment } from "../../src/deployment/choose.js";
import { exportDeployment, isExport, renderExport } from "../../src/export/renderExport.js";
import { checkFolder, writeFolder } from "../../src/export/writeFolder.js";
import type { Deployment } from "../../src/protocol/addresses.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { readAnswer } from "../../src/protocol/tryRead.js";
import { visible } from "../../src/protocol/visible.js";
import { openOutput } from "../../src/terminal/output.js";
import { connectReading, refusePassingChain } from "../connect.js";
import { IVessel__factory } from "../../types/index.js";
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
  const deployment = await chooseDeployment(place, dao, connection.networkName);
  const exported = exportDeployment(deployment, await readShare(deployment, place.provider));
  if (out !== undefined) {
    await writeFolder(out, renderExport(exported), isExport);
    const count = Object.keys(exported.contracts).length;
    print(`Written to ${visible(out)}: ${count} contracts of "${visible(exported.dao)}" on chain ${exported.chainId}.`);
  }
  await data(exported);
};

/** Where the vault's shares are: vessels know it of every vault. */
async function readShare({ addresses: { vessel } }: Deployment, provider: Provider): Promise<string> {
  const share = await readAnswer(
    () => IVessel__factory.connect(vessel, { provider }).SHARE(),
    "the shares of the vault",
  );
  if (share !== undefined) return share;
  throw new SentenceError(`${vessel}, on record as the vessel, does not tell which shares it takes: it is none.`);
}

export default exportVerb;
