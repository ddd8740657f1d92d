import { pick, pickFrom } from "../pick.js";
import type { VaultAccount } from "./accounts.js";
import * as beacon from "./beaconSteps.js";
import * as checkpoints from "./checkpointSteps.js";
import * as exits from "./exitSteps.js";
import { checkPool } from "./invariants.js";
import * as keys from "./keySteps.js";
import type { Scene } from "./scene.js";
import * as stakers from "./stakerSteps.js";
import type { Kind, Step } from "./steps.js";
import * as windDown from "./windDownSteps.js";

/** Whom a step is about. */
interface Target {
  readonly account: VaultAccount;
  /** Any that was predeposited; the pool's or not. */
  readonly key: string;
  readonly which: number;
  readonly much: number;
}

/** @returns Whether anything happened. */
type Act = (scene: Scene, target: Target) => Promise<boolean> | boolean;

const ALWAYS = {
  topUp: (scene, { key, much }) => beacon.topUp(scene, key, much),
  gift: (scene, { account, much }) => beacon.gift(scene, account, much),
  merge: (scene, { key, much }) => beacon.merge(scene, key, much),
  exit: (scene, { key }) => beacon.exit(scene, key),
  requestExit: (scene, { key }) => exits.requestExit(scene, key),
  slash: (scene, { which, much }) => beacon.slash(scene, which, much),
  show: (scene, { account }) => exits.show(scene, account),
  reward: (scene, { key, much }) => beacon.reward(scene, key, much),
  penalise: (scene, { key, much }) => beacon.penalise(scene, key, much),
  request: (scene, { which, much }) => stakers.request(scene, which, much),
  claim: (scene, { which }) => stakers.claim(scene, which),
  queue: (scene, { much }) => beacon.queueForeigner(scene, much),
  pass: (scene, { which, much }) => beacon.pass(scene, which, much),
  withhold: (scene) => beacon.withhold(scene),
} satisfies Partial<Record<Kind, Act>>;

const RUNNING: Readonly<Record<Kind, Act>> = {
  ...ALWAYS,
  key: (scene, { account }) => keys.addKey(scene, account),
  activate: async (scene, { key }) => !scene.isPools(key) && (await keys.activate(scene, key)),
  activateAgain: (scene, { key }) => keys.activateAgain(scene, key),
  activateExiting: (scene, { which, much }) => keys.activateExiting(scene, which, much),
  activateByOldProof: (scene, { which, much }) => keys.activateByOldProof(scene, which, much),
  activateRobbed: (scene, { account }) => keys.activateRobbed(scene, account),
  activateByOthersProof: (scene, { account, which }) => keys.activateByOthersProof(scene, account, which),
  forceExit: (scene, { which, much }) => exits.forceExit(scene, which, much),
  deposit: (scene, { which, much }) => stakers.deposit(scene, which, much),
  finalise: (scene) => stakers.finalise(scene),
  start: (scene, { account }) => checkpoints.start(scene, account),
  prove: (scene, { account, which }) => checkpoints.prove(scene, account, which),
  proveAgain: (scene, { account, which }) => checkpoints.proveAgain(scene, account, which),
  proveAll: (scene, { account, which }) => checkpoints.proveAll(scene, account, which),
  proveWithoutFields: (scene, { account, which }) => checkpoints.proveWithoutFields(scene, account, which),
  proveByOthersBalance: (scene, { account, which }) => checkpoints.proveByOthersBalance(scene, account, which),
  openByOldBlock: (scene, { account }) => checkpoints.openByOldBlock(scene, account),
  round: (scene) => checkpoints.round(scene),
  windDown: (scene) => windDown.beginWindDown(scene),
};

/** What may happen only while the pool winds down. */
const CLOSING = {
  sweep: (scene, { account }) => windDown.sweep(scene, account),
  forceUnproven: (scene, { account, which }) => windDown.forceUnproven(scene, account, which),
  surrender: (scene, { which, much }) => windDown.surrender(scene, which, much),
  surrenderRequest: (scene, { which }) => windDown.surrenderRequest(scene, which),
  collect: (scene, { which }) => windDown.collect(scene, which),
  tryClosed: (scene, { account, which }) => windDown.tryClosed(scene, account, which),
} satisfies Readonly<Record<string, Act>>;

type Closing = keyof typeof CLOSING;
/** In the order in which a step's number chooses among them. */
export const CLOSING_KINDS = Object.keys(CLOSING) as Closing[];

/** Everything that some history must have met. */
export const HAPPENINGS: readonly string[] = [...Object.keys(RUNNING), ...CLOSING_KINDS, ...Object.values(exits.SHOWN)];

/** Two keys of each operator, one of them the pool's and active. */
export async function prepare(scene: Scene): Promise<void> {
  const { accounts, world } = scene;
  for (const { vault, prepared } of accounts) prepared.push(...(await world.predeposit(vault, 2)));
  await world.block();
  await world.block();
  await scene.pass(4);
  for (const { prepared } of accounts) await keys.activate(scene, pickFrom(prepared, 0));
  // In Gloas a block's requests are processed by the next one.
  await world.block();
  await scene.pass(300);
}

/** One step, and what must hold after it. While the pool winds down, what is over is replaced by what has become possible. */
export async function play(scene: Scene, { kind, which, much }: Step): Promise<void> {
  const key = pick(scene.keys, which);
  if (key === undefined) throw new Error("nobody has prepared a key");
  const target = { account: pickFrom(scene.accounts, which), key, which, much };
  if (!scene.isWindingDown || kind in ALWAYS) {
    if (await RUNNING[kind](scene, target)) scene.note(kind);
  } else {
    const closing = pickFrom(CLOSING_KINDS, much);
    const rest = Math.floor(much / CLOSING_KINDS.length);
    if (await CLOSING[closing](scene, { ...target, much: rest })) scene.note(closing);
  }
  await checkPool(scene);
}
