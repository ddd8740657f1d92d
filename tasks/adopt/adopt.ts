import { prepareAdoption } from "../../src/adoption/adopt.js";
import { renderAdoption, renderProposal } from "../../src/adoption/render.js";
import { isReady, type AdoptionReport } from "../../src/adoption/report.js";
import { loadDao } from "../../src/config/load.js";
import { isAdopting } from "../../src/config/schema.js";
import { findUnproposed } from "../../src/adoption/unproposed.js";
import { chooseDeployment } from "../../src/deployment/choose.js";
import type { Wanted } from "../../src/adoption/underWay.js";
import { readProposalId } from "../../src/protocol/plans/findProposal.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { sendFrom } from "../../src/protocol/sendCalls.js";
import { visible } from "../../src/protocol/visible.js";
import { openSnapshot } from "../../src/rehearsal/open.js";
import { builderBatch } from "../../src/safe/transactionBuilder.js";
import { checkWritable, openOutput, toJson, writeText, type Output } from "../../src/terminal/output.js";
import { readAddress } from "../committee/options.js";
import { connect, connectReading, refusePassingChain, type Connected } from "../connect.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";
import { withoutVerdict } from "../withSentences.js";

interface Arguments {
  dao: string | undefined;
  account: string | undefined;
  proposal: string | undefined;
  print: boolean;
  safe: string | undefined;
  propose: boolean;
  json: string | undefined;
}

/** Something stands in the way, or was played and did not go as it should. */
const OPEN = 1;

const adopt: Verb<Arguments> = async (args, hre) => {
  await withoutVerdict(async () => {
    const output = openOutput(args.json);
    if (args.safe !== undefined) checkWritable(args.safe);
    if (args.dao === undefined) throw new SentenceError("Which DAO? Give its configuration: --dao config/yours.ts");
    if (args.safe !== undefined && args.account === undefined) {
      throw new SentenceError("Which Safe is it? Give its address with --account; a key is not needed.");
    }
    const wanted = readWanted(args.proposal);
    const { config } = await loadDao(args.dao);
    if (!isAdopting(config)) {
      throw new SentenceError(
        `${visible(args.dao)} describes a DAO that is made: right is governor: { address } and token: { address } of one that exists.`,
      );
    }
    const connected = await (args.propose ? connect(hre) : connectReading(hre));
    const { connection, place } = connected;
    refusePassingChain(connection);
    const deployment = await chooseDeployment(place, args.dao, connection.networkName);
    const { governor, token } = deployment.addresses;
    if (governor !== config.governor.address || token !== config.token.address) {
      throw new SentenceError(
        `${visible(args.dao)} names another Governor or token than the deployment on record, ${governor} and ${token}.`,
      );
    }
    const proposer = args.propose ? await proposerOf(connected, args.account) : ownAccount(args.account);
    output.print(`Taking a copy of ${connection.networkName}; nothing is sent to it …`);
    const open = await openSnapshot(hre.network, connection);
    let report: AdoptionReport;
    try {
      report = await prepareAdoption({
        ...{ open, deployment, dao: config, source: place.provider, onProgress: tellProgress() },
        readArtifact: (name) => hre.artifacts.readArtifact(name),
        ...(proposer !== undefined && { proposer }),
        wanted,
        progress: (text) => {
          output.print(`  ${visible(text)} …`);
        },
      });
    } finally {
      await open.close();
    }
    output.print();
    output.print(renderAdoption(report));
    await output.data({ chain: open.chain, block: open.block, isReady: isReady(report), ...report });
    if (!isReady(report)) {
      process.exitCode = OPEN;
      if (args.safe !== undefined || args.propose) output.print("Nothing was written and nothing was sent.");
      return;
    }
    if (report.proposals.length > 0) await deliver(report, args, connected, proposer, output);
  });
};

const readWanted = (text: string | undefined): Wanted =>
  text === undefined || text === "new" ? text : readProposalId(text);

const ownAccount = (account: string | undefined): string | undefined =>
  account === undefined ? undefined : readAddress(account, "account");

async function proposerOf({ connection }: Connected, account: string | undefined): Promise<string> {
  const signers = await connection.ethers.getSigners();
  const wanted = ownAccount(account) ?? signers[0]?.address;
  if (wanted !== undefined && signers.some(({ address }) => address === wanted)) return wanted;
  throw new SentenceError(
    `${wanted ?? "Nobody"} is no account of the network ${connection.networkName}. With --print or --safe it need not be.`,
  );
}

async function deliver(
  report: AdoptionReport,
  { print, safe, propose }: Arguments,
  { connection, place }: Connected,
  proposer: string | undefined,
  output: Output,
): Promise<void> {
  const { proposals } = report;
  if (print) for (const one of proposals) output.print(`\n${renderProposal(one)}`);
  if (safe === undefined && !propose) return;
  const left = await findUnproposed(report, place.provider);
  for (const { id } of proposals) {
    if (!left.some((one) => one.id === id)) output.print(`The Governor knows ${id} already: it is not proposed again.`);
  }
  if (safe !== undefined && left.length > 0) {
    const newest = await place.provider.getBlock("latest");
    const about = {
      chainId: BigInt(place.chain.id),
      safe: proposer ?? "",
      description: `proposes the adoption, ${left.map(({ id }) => id).join(", ")}`,
      createdAt: BigInt(newest?.timestamp ?? 0),
    };
    const batch = builderBatch(
      left.map((one) => one.propose),
      about,
    );
    await writeText(safe, `${toJson(batch)}\n`);
    output.print(`\n${safe} holds it, for the Transaction Builder of the Safe ${about.safe}.`);
  }
  if (!propose || proposer === undefined) return;
  const signer = await connection.ethers.getSigner(proposer);
  const send = sendFrom(signer, ({ what, hash, block }) => {
    output.print(`${what}: ${hash} in block ${block}`);
  });
  for (const one of left) await send([{ what: `proposes ${one.id}`, call: one.propose }]);
}

export default adopt;
