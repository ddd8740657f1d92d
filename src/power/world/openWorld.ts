import { ZeroAddress } from "ethers";

import { ERC4626Strategy__factory } from "../../../types/index.js";
import { UnreadableError } from "../../protocol/errors.js";
import { connectBodies, connectProtocol } from "../../protocol/contracts.js";
import { listSeats } from "../../protocol/committees/seats.js";
import { inventAccount, type Snapshot } from "../../rehearsal/snapshot.js";
import { readSafe, type FoundSafe } from "../../safe/readSafe.js";
import { listAccounts } from "./accounts.js";
import { act, StepError } from "./act.js";
import type { AuditInput } from "./auditInput.js";
import { prepareDecisions } from "./decide.js";
import { partsOf, type Part } from "../manifest/parts.js";
import { endowSigner, readStakers, readVoters } from "./participants.js";
import { withVaults } from "../pool/parts.js";
import { prepareStaking } from "../pool/staking.js";
import { Prober } from "./probe.js";
import type { World } from "./world.js";
import { signEverything } from "./sign.js";
import { readWiring } from "./wiring.js";

/** The world of an audit, and the Safes in it. */
export interface OpenedWorld {
  readonly world: World;
  /** By the committee's label. */
  readonly safes: ReadonlyMap<string, FoundSafe>;
}

/** Sets up who is there, and lets the DAO decide a few things that change nothing. */
export async function openWorld(input: AuditInput): Promise<OpenedWorld> {
  const { snapshot, provider, addresses } = input;
  const stranger = inventAccount("stranger");
  const known = partsOf(addresses);
  await checkCode(snapshot, known);
  const staking = await prepareStaking(input);
  const parts = withVaults(known, staking);
  const contracts = { ...connectProtocol(addresses, provider), ...connectBodies(addresses.bodies, provider) };
  const { voters, lots } = await readVoters(input, contracts, parts);
  const stakers = await readStakers(input, contracts);
  await endowSigner(input, contracts, stakers, voters);
  const strategy = await makeStrategy(input, stranger);
  const safes = await readSafes(input);
  const accounts = await listAccounts(input, { stranger, parts, staking, safes, voters, lots, stakers });
  const decisions = await prepare({ snapshot, contracts, voters, addresses, parts, accounts });
  const signed = await signEverything({ contracts, addresses, stranger, provider, decisions });
  const prober = await Prober.create(snapshot, stranger);
  const world: World = {
    ...{ snapshot, provider, addresses, contracts, parts, accounts, voters, lots, stakers, stranger },
    ...{ decisions, signed, strategy, staking, prober },
  };
  return { world, safes };
}

async function readSafes({
  addresses,
  provider,
  safeProvider,
  safeBlock,
}: AuditInput): Promise<Map<string, FoundSafe>> {
  const safes = new Map<string, FoundSafe>();
  const reading = safeBlock === undefined ? {} : { block: safeBlock };
  for (const { label, value } of listSeats(addresses.bodies)) {
    safes.set(label, await readSafe(value, safeProvider ?? provider, reading));
  }
  return safes;
}

/** Where not even a decision comes about, whom contracts name may tell why. */
async function prepare(
  world: Pick<World, "snapshot" | "contracts" | "voters" | "addresses" | "parts" | "accounts">,
): Promise<World["decisions"]> {
  try {
    return await prepareDecisions(world);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    throw new StepError([error.message, ...(await readWiring(world))].join(" "), error.trouble, { cause: error });
  }
}

/** Of what is not there nothing is known, whatever an address book says. */
async function checkCode(snapshot: Snapshot, parts: readonly Part[]): Promise<void> {
  for (const { name, address } of parts) {
    if ((await snapshot.code(address)) !== "0x") continue;
    throw new UnreadableError(
      `The address book has the ${name} at ${address}, where there is no code: nothing is proven.`,
    );
  }
}

async function makeStrategy({ snapshot, provider, addresses }: AuditInput, stranger: string): Promise<string> {
  const { example, vault } = addresses;
  if (example === undefined) return ZeroAddress;
  const { data } = await new ERC4626Strategy__factory().getDeployTransaction(example.market);
  const created = await snapshot.create(stranger, data);
  if (!created.ok) throw new Error(`a strategy cannot be made: ${created.why}`);
  await act(snapshot, stranger, ERC4626Strategy__factory.connect(created.address, { provider }), "bindVault", [vault]);
  return created.address;
}
