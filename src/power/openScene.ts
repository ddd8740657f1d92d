import { dataSlice, getAddress, id, MaxUint256, ZeroAddress, ZeroHash, type Provider } from "ethers";

import { ERC4626Strategy__factory } from "../../types/index.js";
import type { TribuneAddresses } from "../protocol/addresses.js";
import { UnreadableError } from "../protocol/errors.js";
import { connectBodies, connectProtocol } from "../protocol/contracts.js";
import { listSeats } from "../protocol/committees/seats.js";
import type { OperationPlace } from "../protocol/operations/history.js";
import { inventAccount, type Log, type Snapshot } from "../rehearsal/snapshot.js";
import { readSafe, type FoundSafe } from "../safe/readSafe.js";
import { act, StepError } from "./act.js";
import { prepareDecisions, SIGNER } from "./decide.js";
import { DELEGATION, isContract } from "./foreign/discover.js";
import type { ReadLogs } from "./foreign/reader.js";
import { partsOf, readView, type Part } from "./parts.js";
import { namesOfOperators, withVaults } from "./pool/parts.js";
import { prepareStaking } from "./pool/staking.js";
import { Prober } from "./probe.js";
import type { Account, HeldVotes, Scene, Staker, Voter } from "./scene.js";
import { signEverything } from "./sign.js";
import { logsOf, type ReadAnyLogs } from "./allowances.js";
import { readWiring } from "./wiring.js";
import { readLot } from "./votes.js";

/** What is brought onto the stage. */
export interface Cast {
  readonly snapshot: Snapshot;
  /** Reads the snapshot. */
  readonly provider: Provider;
  readonly addresses: TribuneAddresses;
  readonly deployer: string;
  /** Who may have votes. */
  readonly tokenHolders: readonly string[];
  /** Who may have shares of the vault. */
  readonly shareHolders: readonly string[];
  /** Reads Safes: a copy of a chain does not tell what their storage holds beyond their lists. The snapshot by default. */
  readonly safeProvider?: Provider;
  /** The block in which Safes are read, so that a chain that goes on meanwhile changes nothing; the newest by default. */
  readonly safeBlock?: number;
  /** When the deployment began, from which its terms count; unknown by default, and then they are told as they are. [unix seconds] */
  readonly began?: number;
  /** Where the chain tells of operations that were scheduled; the snapshot by default. */
  readonly history?: OperationPlace;
  /** What was told on the snapshot and `history` does not know, as it reads another chain; nothing by default. */
  readonly heard?: readonly Log[];
  /** Reads logs of the chain since the deployment; the snapshot's by default. */
  readonly readAnyLogs?: ReadAnyLogs;
  /** Reads the chain's own logs, for a vault that is not the example; those that the copy tells by default. */
  readonly readLogs?: ReadLogs;
  /** Whoever else logs name: who was ever given a role. */
  readonly others?: readonly string[];
  /** Whoever somebody asks about. */
  readonly named?: readonly Account[];
}

/** A scene, and the Safes that sit in it. */
export interface OpenedScene {
  readonly scene: Scene;
  /** By the committee's label. */
  readonly safes: ReadonlyMap<string, FoundSafe>;
}

/** Sets up who is there, and lets the DAO decide a few things that change nothing. */
export async function openScene(cast: Cast): Promise<OpenedScene> {
  const { snapshot, provider, addresses, deployer } = cast;
  const stranger = inventAccount("stranger");
  const known = partsOf(addresses);
  await checkCode(snapshot, known);
  const staking = await prepareStaking(cast);
  const parts = withVaults(known, staking);
  const contracts = { ...connectProtocol(addresses, provider), ...connectBodies(addresses.bodies, provider) };
  const { voters, lots } = await readVoters(cast, contracts, parts);
  const stakers = await readStakers(cast, contracts);
  await endowSigner(cast, contracts, stakers, voters);
  const strategy = await makeStrategy(cast, stranger);
  const seats = listSeats(addresses.bodies);
  const safes = new Map<string, FoundSafe>();
  const reading = cast.safeBlock === undefined ? {} : { block: cast.safeBlock };
  for (const { label, value } of seats) {
    safes.set(label, await readSafe(value, cast.safeProvider ?? provider, reading));
  }
  const accounts = await markDelegating(snapshot, [
    ...namesOfOperators(staking),
    ...parts.map(({ name, address }) => ({ name: `the ${name}`, address })),
    ...seats.map(({ label, value }) => ({ name: label, address: value })),
    ...[...safes].flatMap(([label, safe]) => (safe.kind === "safe" ? ownersOf(label, safe.owners, safe.modules) : [])),
    { name: "the deployer", address: deployer },
    ...voters.map(({ address, kind }, index) => ({
      name: `voter ${index}${kind === "contract" ? " (a contract)" : ""}`,
      address,
    })),
    ...stakers.map(({ address }, index) => ({ name: `staker ${index}`, address })),
    ...lots.flatMap(({ by }, index) => by.map((address) => ({ name: `delegate of holder ${index}`, address }))),
    ...(await readBeneficiaries(snapshot, parts)),
    ...(cast.named ?? []),
    ...(cast.others ?? (await readGranted(cast))).map((address, index) => ({
      name: `account ${index} that was given a role`,
      address,
    })),
    { name: "an account that signs", address: SIGNER.address },
    { name: "a stranger", address: stranger },
  ]);
  const decisions = await prepare({ snapshot, contracts, voters, addresses, parts, accounts });
  const signed = await signEverything({ contracts, addresses, stranger, provider, decisions });
  const scene = {
    ...{
      snapshot,
      provider,
      addresses,
      contracts,
      parts,
      accounts,
      voters,
      lots,
      stakers,
      stranger,
      decisions,
      signed,
    },
    ...{ strategy, staking, prober: await Prober.create(snapshot, stranger) },
  };
  return { scene, safes };
}

/** Where not even a decision comes about, whom contracts name may tell why. */
async function prepare(
  scene: Pick<Scene, "snapshot" | "contracts" | "voters" | "addresses" | "parts" | "accounts">,
): Promise<Scene["decisions"]> {
  try {
    return await prepareDecisions(scene);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    throw new StepError([error.message, ...(await readWiring(scene))].join(" "), error.trouble, { cause: error });
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

const ROLE_GRANTED = id("RoleGranted(bytes32,address,address)");

/** Whoever was ever given a role of the timelock's, by its logs. */
async function readGranted({ addresses, provider, readAnyLogs = logsOf(provider) }: Cast): Promise<string[]> {
  const logs = await readAnyLogs({ address: addresses.timelock, topics: [ROLE_GRANTED] });
  return [...new Set(logs.map(({ topics }) => getAddress(dataSlice(topics[2] ?? ZeroHash, 12))))];
}

const ownersOf = (label: string, owners: readonly string[], modules: readonly string[]): Account[] => [
  ...owners.map((address, index) => ({ name: `owner ${index} of ${label}`, address })),
  ...modules.map((address, index) => ({ name: `module ${index} of ${label}`, address })),
];

/** The first name that an account is found by. */
function distinct(accounts: readonly Account[]): Account[] {
  const named = new Map<string, Account>();
  for (const { name, address } of accounts) {
    const key = getAddress(address);
    if (key !== ZeroAddress && !named.has(key)) named.set(key, { name, address: key });
  }
  return [...named.values()];
}

/** Accounts with a key that lend themselves a contract's code are shown as such. */
async function markDelegating(snapshot: Snapshot, accounts: readonly Account[]): Promise<Account[]> {
  return await Promise.all(
    distinct(accounts).map(async ({ name, address }) => ({
      address,
      name: (await snapshot.code(address)).startsWith(DELEGATION) ? `${name} (EIP-7702)` : name,
    })),
  );
}

type Contracts = Scene["contracts"];

/** Who has tokens can take its votes back, so it votes itself; before that, who casts what is noted. */
async function readVoters(
  { snapshot, tokenHolders, deployer }: Cast,
  contracts: Contracts,
  parts: readonly Part[],
): Promise<{ voters: Voter[]; lots: HeldVotes[] }> {
  const { token } = contracts;
  const own = new Set(parts.map(({ address }) => address));
  const holders = [...new Set([...tokenHolders.map((one) => getAddress(one)), ...own, getAddress(deployer)])];
  const lots: HeldVotes[] = [];
  for (const holder of holders) {
    const lot = await readLot(contracts, holder, own.has(holder));
    if (lot !== undefined) lots.push(lot);
  }
  const voters: Voter[] = [];
  for (const address of lots.map(({ holder }) => holder).filter((one) => !own.has(one))) {
    const code = await snapshot.code(address);
    const kind = isContract(code) ? "contract" : code === "0x" ? "key" : "key with code";
    await act(snapshot, address, token, "delegate", [address]);
    voters.push({ address, kind, votes: await token.getVotes(address) });
  }
  return { voters: voters.sort((one, other) => (one.votes > other.votes ? -1 : 1)), lots };
}

async function readStakers({ snapshot, addresses, shareHolders }: Cast, { vault }: Contracts): Promise<Staker[]> {
  const stakers: Staker[] = [];
  for (const address of new Set(shareHolders.map(getAddress))) {
    if (isContract(await snapshot.code(address))) continue;
    const shares = await vault.balanceOf(address);
    if (shares === 0n) continue;
    await act(snapshot, address, vault, "approve", [addresses.escrow, MaxUint256]);
    stakers.push({ address, shares });
  }
  return stakers.sort((one, other) => (one.shares > other.shares ? -1 : 1));
}

/** A single share, so that there is something to sign for; and an allowance, so that somebody has one. */
async function endowSigner(
  { snapshot }: Cast,
  { vault, token }: Contracts,
  [staker]: readonly Staker[],
  [voter]: readonly Voter[],
): Promise<void> {
  if (staker !== undefined) await act(snapshot, staker.address, vault, "transfer", [SIGNER.address, 1n]);
  if (voter !== undefined) await act(snapshot, voter.address, token, "approve", [SIGNER.address, 1n]);
}

/** Who owns what vests. */
async function readBeneficiaries(snapshot: Snapshot, parts: readonly Part[]): Promise<Account[]> {
  const wallets = parts.filter(({ name }) => name === "vesting wallet");
  return await Promise.all(
    wallets.map(async (wallet, index) => ({
      name: `beneficiary ${index}`,
      address: String((await readView(snapshot, wallet, "owner"))[0]),
    })),
  );
}

async function makeStrategy({ snapshot, provider, addresses }: Cast, stranger: string): Promise<string> {
  const { example, vault } = addresses;
  if (example === undefined) return ZeroAddress;
  const { data } = await new ERC4626Strategy__factory().getDeployTransaction(example.market);
  const created = await snapshot.create(stranger, data);
  if (!created.ok) throw new Error(`a strategy cannot be made: ${created.why}`);
  await act(snapshot, stranger, ERC4626Strategy__factory.connect(created.address, { provider }), "bindVault", [vault]);
  return created.address;
}
