import { addressBook } from "../../src/power/check/addressBook.js";
import { parseCallsFile } from "../../src/power/check/callsFile.js";
import { SentenceError } from "../../src/protocol/errors.js";
import { planPropose } from "../../src/protocol/plans/proposal.js";
import { proposalOf } from "../../src/protocol/proposals.js";
import { readText } from "../../src/terminal/input.js";
import { checkFirst } from "./checkFirst.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  file: string;
  description: string | undefined;
  noCheck: boolean;
}

export default participate<Arguments>(async (participant, { file, description, dao, noCheck }, deployment) => {
  const { chainId } = await participant.provider.getNetwork();
  const { addresses } = deployment;
  const given = parseCallsFile(await readText(file), file, { book: addressBook(addresses), addresses, chain: chainId });
  const told = description === undefined ? given.description : await readText(description);
  if (told === undefined) {
    throw new SentenceError(
      "What is it about? Give a file with the description with --description, or write it into the calls' file.",
    );
  }
  const { calls } = given.operation;
  const plan = await planPropose(participant, calls, told);
  // Nobody else may propose what ends in the proposer's name, so that on the copy it goes without.
  const proposal = proposalOf(told, calls);
  return noCheck ? plan : { ...plan, examine: (hre, output) => checkFirst(hre, output, dao, proposal) };
});
