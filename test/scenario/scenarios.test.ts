import { expect } from "chai";
import { network } from "hardhat";

import standard from "../../config/default.js";
import { deployTribune } from "../../deploy/deployTribune.js";
import { parseDao } from "../../src/config/parse.js";
import { SCENARIOS } from "../../src/scenarios/catalogue.js";
import { playScenario } from "../../src/scenarios/playScenario.js";
import { reportSchema } from "../../src/scenarios/report.js";
import { toJson } from "../../src/terminal/output.js";

const theatre = {
  dao: parseDao(standard, "config/default.ts"),
  createChain: () => network.create(),
  deploy: deployTribune,
};

describe("scenarios", () => {
  for (const scenario of SCENARIOS) {
    describe(scenario.name, () => {
      it("ends as it must, and reports it in the documented shape", async () => {
        const report = await playScenario(scenario, theatre);
        expect(reportSchema.parse(JSON.parse(toJson(report)))).to.deep.equal(report);
      });
    });
  }
});
