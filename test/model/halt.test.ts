import { expect } from "chai";

import { isDeep } from "../helpers/testProfile.js";
import { explore } from "./search/explore.js";
import * as mutants from "./search/mutants.js";
import { createConfig, createSetting, SMALL } from "./search/settings.js";
import { calcStretchBelow, calcStretchBeyond, calcWaitBelow, createHaltSearch } from "./search/haltSearch.js";
import type { Setting } from "./search/searchWorld.js";

const MAX_STATES = 3_000_000;
const TIMEOUT = isDeep ? 1_800_000 : 60_000; // [ms]

const figure = (count: number): string => count.toLocaleString("en-US");

/** The adversary locks, unlocks and moves the supply as she likes; everybody else pokes once a second, after her. */
describe("[INV-4] a halt of governance", () => {
  const config = createConfig({ ...SMALL, joinWindow: 2n, deactivation: 2n, rageQuitExtension: 2n });
  const longer = createConfig({ ...SMALL, joinWindow: 3n, minActive: 2n, deactivation: 3n, rageQuitExtension: 3n });
  const settingOf = (rules?: Setting["rules"]): Setting =>
    createSetting("halt", {
      flashSupplies: [200n, 18n],
      lots: [1n, 5n],
      ...(rules === undefined ? {} : { rules }),
    });

  for (const chosen of isDeep ? [config, longer] : [config]) {
    const setting = { ...settingOf(), configs: [chosen] };
    const { joinWindow, minActive, deactivation } = { ...chosen.signalling, ...chosen.phases };
    context(`given join ${joinWindow} s, minActive ${minActive} s, deactivation ${deactivation} s`, () => {
      const below = calcStretchBelow(chosen);

      it("by who never touches R2 lasts Lmax + minActive + deactivation at most, and not a second less", () => {
        const limits = { crossesRageQuitThreshold: false, longestStretch: below, longestWait: undefined };
        const report = explore(createHaltSearch(setting, limits, MAX_STATES));
        console.log(`        ${figure(report.states)} worlds, ${figure(report.moves)} moves`);
        expect(report.violation).to.equal(undefined);
        const shorter = explore(createHaltSearch(setting, { ...limits, longestStretch: below - 2n }, MAX_STATES));
        expect(shorter.violation?.broken).to.equal(`halted for ${below - 2n} s`);
      }).timeout(TIMEOUT);

      it("by who never touches R2 delays no operation for longer than two rounds and a cooldown", () => {
        const limits = { crossesRageQuitThreshold: false, longestStretch: below, longestWait: calcWaitBelow(chosen) };
        const report = explore(createHaltSearch(setting, limits, MAX_STATES));
        console.log(`        ${figure(report.states)} worlds, ${figure(report.moves)} moves`);
        expect(report.violation).to.equal(undefined);
      }).timeout(TIMEOUT);

      it("by who crosses R2 without a rage quit lasts Lmax + join + 2 (minActive + deactivation) at most", () => {
        const limits = {
          crossesRageQuitThreshold: true,
          longestStretch: calcStretchBeyond(chosen),
          longestWait: undefined,
        };
        const report = explore(createHaltSearch(setting, limits, MAX_STATES));
        console.log(`        ${figure(report.states)} worlds, ${figure(report.moves)} moves`);
        expect(report.violation).to.equal(undefined);
      }).timeout(TIMEOUT);
    });
  }

  it("would last for ever if every late crossing opened a new join window", () => {
    const setting = { ...settingOf(mutants.WINDOW_RENEWED), configs: [config] };
    const longestStretch = calcStretchBeyond(config);
    const limits = { crossesRageQuitThreshold: true, longestStretch, longestWait: undefined };
    const report = explore(createHaltSearch(setting, limits, MAX_STATES));
    expect(report.violation?.broken).to.equal(`halted for ${longestStretch} s`);
  }).timeout(TIMEOUT);

  it("would last for ever if a return from the deactivation restarted the round", () => {
    const setting = { ...settingOf(mutants.RETURN_RESTARTS_ROUND), configs: [config] };
    const longestStretch = calcStretchBelow(config);
    const limits = { crossesRageQuitThreshold: false, longestStretch, longestWait: undefined };
    const report = explore(createHaltSearch(setting, limits, MAX_STATES));
    expect(report.violation?.broken).to.equal(`halted for ${longestStretch} s`);
  }).timeout(TIMEOUT);
});
