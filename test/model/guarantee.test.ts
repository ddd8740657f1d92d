import { expect } from "chai";

import { isDeep } from "../helpers/testProfile.js";
import { auditKeys, explore, type Report, type Search } from "./search/explore.js";
import { createMoves } from "./search/moves.js";
import * as mutants from "./search/mutants.js";
import {
  createConfig,
  createSetting,
  DEEP_SETTINGS,
  LONG_SETTING,
  ORDINARY_SETTINGS,
  OTHER_CONFIG,
  SMALL,
} from "./search/settings.js";
import { createKey, createWorld, type Setting, type World } from "./search/searchWorld.js";

const MAX_STATES = 3_000_000;
const TIMEOUT = isDeep ? 1_800_000 : 60_000; // [ms]

const createSearch = (setting: Setting): Search<World> => ({
  initial: createWorld(setting),
  keyOf: createKey(setting),
  successorsOf: createMoves(setting),
  maxStates: MAX_STATES,
});

const describeViolation = ({ violation }: Report): string =>
  violation === undefined ? "" : [violation.broken, ...violation.trace].join("\n  ");

const figure = (count = 0): string => count.toLocaleString("en-US");

/**
 * The guarantee of docs/mechanism.md, searched in full: the key of a world holds no absolute time, so each search ends
 * only when no order of moves, however long, leads to a world that was not judged.
 *
 * The adversary's powers at every second, in any order and number: poke or not; lock and unlock any of her lots; schedule at
 * any moment and execute at any later one; show the gate a supply ten times as large, half as large, or (where a
 * setting says so) a vault that does not answer, around any of these; let the honest supply change unseen; install
 * another accepted configuration in any state; choose how long a rage quit takes to be redeemed, or (where a setting says
 * so) have it called off; come back with as many shares after it. The objector locks once, at any moment up to the last second before T1, at any place in her block.
 */
describe("[GUA-1] the guarantee", () => {
  describe("keeps its promise to the objector", () => {
    for (const setting of isDeep ? [...ORDINARY_SETTINGS, ...DEEP_SETTINGS] : ORDINARY_SETTINGS) {
      it(`with ${setting.name}`, () => {
        const report = explore(createSearch(setting));
        const landings = report.tallies["landings against the objector"] ?? 0;
        const rageQuits = report.tallies["rage quits with the objector"] ?? 0;
        console.log(
          `        ${figure(report.states)} worlds, ${figure(report.moves)} moves; ` +
            `${figure(landings)} landings against the objector, ${figure(rageQuits)} rage quits with her`,
        );
        expect(describeViolation(report)).to.equal("");
        expect(landings, "a search in which nothing lands proves nothing").to.be.greaterThan(0);
        expect(rageQuits).to.be.greaterThan(0);
      }).timeout(TIMEOUT);
    }
  });

  it("is searched over worlds whose keys tell their futures", () => {
    const setting = createSetting("keys", { flashSupplies: [200n], lots: [6n] });
    expect(auditKeys(createSearch(setting), isDeep ? 1 : 20)).to.be.greaterThan(500);
  }).timeout(TIMEOUT);

  it("ends at T1: who comes in that very second may find a cooldown that outlasts the base delay", () => {
    const report = explore(createSearch({ ...LONG_SETTING, deadline: LONG_SETTING.deadline + 1n }));
    expect(report.violation?.broken).to.equal("landed after 8 s, though 9 s were the objector's");
    expect(report.violation?.trace.at(-3)).to.equal("the objector locks 2 → VetoCooldown");
  });

  describe("is lost, and the search says how,", () => {
    const oneConfig = createSetting("control");
    const twoConfigs = createSetting("control", {
      configs: [createConfig(SMALL), OTHER_CONFIG],
      flashSupplies: [200n],
      lots: [6n],
    });
    const shorter = createSetting("control", {
      configs: [createConfig({ ...SMALL, maxDuration: 12n }), createConfig({ ...SMALL, maxDuration: 6n })],
      flashSupplies: [200n],
      lots: [6n],
      stake: 5n,
      judges: "landings",
    });
    const calledOff = createSetting("control", { flashSupplies: [200n], callsOff: true, lots: [6n] });
    const controls: [string, Setting, RegExp][] = [
      [
        "if support is measured against the present supply",
        { ...oneConfig, judges: "landings", rules: mutants.PRESENT_SUPPLY },
        /^landed after \d+ s, though 6 s were the objector's/,
      ],
      [
        "if a flash deposit lets a state relax",
        { ...oneConfig, rules: mutants.PRESENT_SUPPLY },
        /^a flash move of the supply to 200 lets VetoSignalling → VetoSignallingDeactivation pass/,
      ],
      [
        "if nobody may join a late rage quit",
        { ...oneConfig, rules: mutants.NO_JOIN_WINDOW },
        /within the join window/,
      ],
      [
        "if the join window can be used up early",
        { ...oneConfig, rules: mutants.WINDOW_USED_UP_EARLY },
        /within the join window/,
      ],
      [
        "if the configuration is not frozen",
        { ...shorter, rules: mutants.CONFIG_NOT_FROZEN },
        /^landed \d+ s before what the activation had promised/,
      ],
      [
        "if a raised R1 counts against those who stay",
        { ...twoConfigs, rules: mutants.RAISED_THRESHOLD_COUNTS },
        /^landed after \d+ s, though \d+ s were the objector's/,
      ],
      [
        "if the state is looked at only when scheduling",
        { ...oneConfig, rules: mutants.CHECKED_WHEN_SCHEDULED },
        /^landed in VetoSignalling/,
      ],
      [
        "if a cooldown lets through what is as old as the activation",
        { ...oneConfig, rules: mutants.AS_OLD_AS_THE_ACTIVATION },
        /^landed in a cooldown it is not older than/,
      ],
      [
        "if a deactivation cannot be stopped",
        { ...oneConfig, rules: mutants.NO_WAY_BACK },
        /^landed after \d+ s, though 6 s were the objector's/,
      ],
      [
        "if governance goes on during a rage quit",
        { ...oneConfig, rules: mutants.NO_EXTENSION_AFTER_EXIT },
        /^governance left a rage quit that is not complete/,
      ],
      [
        "if what an exit gives back counts twice",
        { ...calledOff, rules: mutants.RETURN_COUNTED_TWICE },
        /^a flash move of the supply to 200 lets RageQuit → VetoCooldown pass/,
      ],
      [
        "if there is no cooldown",
        { ...oneConfig, rules: mutants.NO_COOLDOWN },
        /^VetoSignallingDeactivation → Normal is no edge/,
      ],
    ];
    for (const [name, setting, finding] of controls) {
      it(name, () => {
        expect(explore(createSearch(setting)).violation?.broken).to.match(finding);
      }).timeout(TIMEOUT);
    }
  });
});
