import { prepareAdoption } from "../../src/adoption/adopt.js";
import { renderAdoption, renderProposal } from "../../src/adoption/render.js";
import { isReady, type AdoptionReport } from "../../src/adoption/report.js";
import { loadDao } from "../../src/config/load.js";
import { isAdopting } from "../../src/config/schema.js";
import { findUnproposed } from "../../src/adoption/unproposed.js";
import { chooseDeployment } from "../../src/deployment/choose.js";
import type { Wanted } from "../../src/adoption/underWay.js";
import { readProposalId } from "../../src/protocol/plans/findProposal.js";
import { tryCallFrom } from "../../src/protocol/plannedCall.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { RUN_AGAIN, type SentCall } from "../../src/sending/sendCalls.js";
import { reasonOf, visible } from "../../src/protocol/visible.js";
import { openSnapshot } from "../../src/rehearsal/open.js";
import { builderBatch } from "../../src/safe/transactionBuilder.js";
import { checkWritable, openOutput, toJson, writeWhole, type Output } from "../../src/terminal/output.js";
import { readAddress } from "../readOption.js";
import { connect, connectReading, refusePassingChain, type Connected } from "../connect.js";
import { refuseTogether } from "../option.js";
import { tellProgress } from "../progress.js";
import { sendTelling } from "../sending.js";
import type { Verb } from "../verb.js";
import { withoutVerdict } from "../withSentences.js";

interface Arguments {
  dao: string | undefined;
  account: string | undefined;
  proposal: string | undefined;
  back: boolean;
  print: boolean;
  safe: string | undefined;
  propose: boolean;
  /** Whether to send behind what is not on the chain yet. */
  again: boolean;
  json: string | undefined;
}

/** Something stands in the way, or was played and did not go as it should. */
const OPEN = 1;

const adopt: Verb<Arguments> = async (args, hre) => {
  await withoutVerdict(async () => {
    const output = openOutput(args.json);
    refuseTogether(args, ["print", "safe", "propose"]);
    refuseTogether(args, ["proposal", "back"]);
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
        ...{ wanted, isBack: args.back },
        progress: (text) => {
          output.print(`  ${visible(text)} …`);
        },
      });
    } finally {
      await open.close();
    }
    output.print();
    output.print(renderAdoption(report));
    const told = { chain: open.chain, block: open.block, isReady: isReady(report), ...report };
    const sent: SentCall[] = [];
    try {
      if (!isReady(report)) {
        process.exitCode = OPEN;
        if (args.safe !== undefined || args.propose) output.print("Nothing was written and nothing was sent.");
      } else if (report.proposals.length > 0) await deliver(report, args, connected, proposer, output, sent);
    } catch (error) {
      await output.data({ ...told, sent, failure: reasonOf(error) }).catch(output.complain);
      throw error;
    }
    await output.data({ ...told, sent });
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
  { print, safe, propose, again }: Arguments,
  { place }: Connected,
  proposer: string | undefined,
  output: Output,
  sent: SentCall[],
): Promise<void> {
  const { proposals } = report;
  const left = proposer === undefined ? proposals : await findUnproposed(report, place.provider);
  if (proposer !== undefined) await refuseRefused(left, proposer, place);
  if (print) for (const one of proposals) output.print(`\n${renderProposal(one)}`);
  if (proposer === undefined || (safe === undefined && !propose)) return;
  for (const { id } of proposals) {
    if (!left.some((one) => one.id === id)) output.print(`The Governor knows ${id} already: it is not proposed again.`);
  }
  if (left.length === 0) {
    output.print("Nothing is left to propose.");
    return;
  }
  if (safe !== undefined) {
    // All or nothing: with one that the Governor knows, the Safe could not run the others.
    await writeBatch({ ...report, proposals: left }, proposer, safe, place, output);
    return;
  }
  const from = { provider: place.provider, account: proposer };
  const send = sendTelling(from, output.print, {
    advice: RUN_AGAIN,
    isAgain: again,
    onSent: (one) => sent.push(one),
  });
  for (const one of left) await send([{ what: `proposes ${one.id}`, call: one.propose }]);
}

/** Whoever has too few votes hears of it before anything is printed, written or sent. Each is tried by itself. */
async function refuseRefused(
  proposals: AdoptionReport["proposals"],
  proposer: string,
  { provider }: Connected["place"],
): Promise<void> {
  for (const { id, propose } of proposals) {
    const refusal = await tryCallFrom(provider, proposer, propose, `whether ${proposer} may propose ${id}`);
    if (refusal === undefined) continue;
    throw new SentenceError(
      `The Governor does not let ${proposer} propose ${id}: ${refusal.words}. Nothing was printed, written or sent.`,
    );
  }
}

async function writeBatch(
  { proposals, isBack }: AdoptionReport,
  safe: string,
  file: string,
  { provider, chain }: Connected["place"],
  output: Output,
): Promise<void> {
  const newest = await provider.getBlock("latest");
  const about = {
    ...{ chainId: BigInt(chain.id), safe, createdAt: BigInt(newest?.timestamp ?? 0) },
    description: `proposes ${isBack ? "the way back" : "the adoption"}, ${proposals.map(({ id }) => id).join(", ")}`,
  };
  const batch = builderBatch(
    proposals.map((one) => one.propose),
    about,
  );
  await writeWhole(file, `${toJson(batch)}\n`);
  const several = proposals.length === 1 ? "" : " Each of the proposals was tried by itself; together they were not.";
  output.print(`\n${file} holds it, for the Transaction Builder of the Safe ${safe}.${several}`);
}

export default adopt;
