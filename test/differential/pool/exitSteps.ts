import { FAR_FUTURE, GWEI_PER_ETH, SHARD_COMMITTEE_PERIOD } from "../../helpers/consensus/constants.js";
import { currentEpoch, indexOf, validatorAt } from "../../helpers/consensus/state.js";
import { concatKeys, ETHER, placesIn } from "../../helpers/poolWorld.js";
import { GovernanceState, placesOf } from "../../helpers/vaultWorld.js";
import { pickFrom } from "../pick.js";
import type { VaultAccount } from "./accounts.js";
import { attempt, succeeds } from "./attempt.js";
import { Broken } from "./broken.js";
import type { Scene } from "./scene.js";
import { requestAll } from "./stakerSteps.js";

/** What of a key is shown, by the event that tells it. */
export const SHOWN = { SlashingShown: "slashing shown", ExitShown: "exit shown", YouthShown: "youth shown" } as const;

interface PlacedKey {
  readonly place: number;
  readonly pubkey: string;
}

/** The live keys of a vault, in the order of their indices. */
async function liveKeys({ chain }: Scene, { vault }: VaultAccount): Promise<PlacedKey[]> {
  const { live } = await vault.keySets();
  const keys = await Promise.all(
    placesIn(live).map(async (place) => ({ place, index: Number(await vault.indexAt(place)) })),
  );
  return keys
    .sort((a, b) => a.index - b.index)
    .map(({ place, index }) => ({ place, pubkey: validatorAt(chain.state, index).pubkey }));
}

/** Somebody shows what has become of an operator's keys. */
export async function show(scene: Scene, account: VaultAccount): Promise<boolean> {
  const { vault } = account;
  const keys = await liveKeys(scene, account);
  const pubkeys = keys.map(({ pubkey }) => pubkey);
  const recent = keys.length === 0 ? undefined : await scene.recentOf(pubkeys, true);
  if (recent === undefined) return false;
  const receipt = await attempt(vault.show(recent, placesOf(...keys.map(({ place }) => place))));
  if (receipt === undefined) throw new Broken("what has become of keys was not let be shown");
  for (const log of receipt.logs) {
    const name = vault.interface.parseLog(log)?.name;
    if (name === "SlashingShown" || name === "ExitShown" || name === "YouthShown") scene.note(SHOWN[name]);
  }
  return true;
}

/** The operator asks for an exit; whether it is taken is the beacon chain's affair. */
export async function requestExit(scene: Scene, key: string): Promise<boolean> {
  const { vault } = scene.accountOf(key);
  return scene.isPools(key) && (await succeeds(vault.requestExits(key, { value: ETHER })));
}

/** Anybody makes keys exit: of whoever is next, in RageQuit or because somebody has waited long enough. */
export async function forceExit(scene: Scene, which: number, much: number): Promise<boolean> {
  const { gate, registry } = scene.deployed;
  if (much % 2 === 0) await requestAll(scene);
  if (much % 4 !== 1) await gate.setState(GovernanceState.RageQuit);
  const next = await registry.nextToExit();
  const account = scene.accounts.find(({ operatorId }) => operatorId === next) ?? pickFrom(scene.accounts, which);
  const isDone = await forceKeysOf(scene, account, 1 + (which % 2));
  await gate.setState(GovernanceState.Normal);
  return isDone;
}

async function forceKeysOf(scene: Scene, account: VaultAccount, most: number): Promise<boolean> {
  const keys = (await liveKeys(scene, account)).filter(({ pubkey }) => mayExit(scene, pubkey)).slice(0, most);
  const pubkeys = keys.map(({ pubkey }) => pubkey);
  const recent = keys.length === 0 ? undefined : await scene.recentOf(pubkeys, true);
  if (recent === undefined) return false;
  const demand = await scene.deployed.registry.exitDemand();
  const balances = pubkeys.map((pubkey) => validatorOf(scene, pubkey).balance);
  const call = account.vault.connect(scene.staker(2));
  const places = placesOf(...keys.map(({ place }) => place));
  if (!(await succeeds(call.forceExits(concatKeys(pubkeys), recent, places, { value: ETHER })))) return false;
  const allButLast = balances.slice(0, -1).reduce((sum, balance) => sum + balance, 0n) * GWEI_PER_ETH;
  if (allButLast >= demand) throw new Broken(`exits: ${allButLast} wei and a key were forced, of ${demand} asked for`);
  // In Gloas a block's requests are processed by the next one.
  await scene.world.block();
  await scene.world.block();
  if (pubkeys.some((pubkey) => validatorOf(scene, pubkey).exitEpoch === FAR_FUTURE)) {
    throw new Broken("exits: the beacon chain has ignored a forced exit");
  }
  return true;
}

const validatorOf = ({ chain }: Scene, pubkey: string) => validatorAt(chain.state, indexOf(chain.state, pubkey));

function mayExit(scene: Scene, pubkey: string): boolean {
  const validator = scene.active(pubkey);
  if (validator?.exitEpoch !== FAR_FUTURE) return false;
  return currentEpoch(scene.chain.state) >= validator.activationEpoch + SHARD_COMMITTEE_PERIOD;
}
