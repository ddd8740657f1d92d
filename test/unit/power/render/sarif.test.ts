import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

import Ajv from "ajv";
import { expect } from "chai";
import type { Log } from "sarif";

import { renderSarif } from "../../../../src/power/render/sarif.js";
import { createLocator } from "../../../../src/power/render/sources.js";
import { PROPERTIES, type PropertyName } from "../../../../src/power/report.js";
import { failing, someReport } from "./someReport.js";

const require = createRequire(import.meta.url);
const FOLDER = "src/power/manifest";
const manifests = readdirSync(FOLDER).map((name) => ({
  file: `${FOLDER}/${name}`,
  text: readFileSync(`${FOLDER}/${name}`, "utf8"),
}));
const locate = createLocator(manifests, { file: "config/default.ts", line: 1 });
const options = { locate, version: "0.1.0" };

/** The official schema of SARIF 2.1.0, which is written in draft 04. */
function schemaErrors(log: Log): unknown {
  const ajv = new Ajv({ schemaId: "auto", validateSchema: false });
  ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json") as object);
  const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as object;
  ajv.validate(schema, log);
  return ajv.errors;
}

describe("findings as SARIF", () => {
  const log = renderSarif(
    someReport({
      verdicts: [
        failing("P1", "voter 1 can change ExampleVault._fee alone, by vault.setFee(uint256) (Normal)."),
        {
          property: "P2",
          outcome: "unproven",
          evidence: [],
          failures: [],
          gaps: ["The defence could not be replayed."],
        },
      ],
    }),
    { worse: ["timelock.grantRole(bytes32,address): the deployer could not call it before in Normal."] },
    options,
  );
  const results = log.runs[0]?.results ?? [];

  it("are valid by the official schema, and an error in them would be found", () => {
    expect(schemaErrors(log)).to.equal(null);
    expect(schemaErrors(renderSarif(someReport(), undefined, options))).to.equal(null);
    expect(schemaErrors({ ...log, version: "2.0.0" as "2.1.0" })).not.to.equal(null);
  });

  it("carry no link that a contract reverts with", () => {
    const gaps = ["A call reverts: [fixed](https://example.org)."];
    const hostile = someReport({
      verdicts: [{ property: "P1", outcome: "unproven", evidence: [], failures: [], gaps }],
    });
    const [found] = renderSarif(hostile, undefined, options).runs[0]?.results ?? [];
    expect(found?.message.text).to.equal("A call reverts: \\[fixed\\](https://example.org).");
  });

  it("[PWR-16] have a rule for each property, errors for what fails or got worse, warnings for what is unproven", () => {
    const rules = log.runs[0]?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).to.include.members(
      (Object.keys(PROPERTIES) as PropertyName[]).map((property) => `power-${property}`),
    );
    expect(results.map(({ ruleId, level }) => [ruleId, level])).to.deep.equal([
      ["power-P1", "error"],
      ["power-P2", "warning"],
      ["power-worse", "error"],
    ]);
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex ?? -1]?.id).to.equal(ruleId);
  });

  it("point at the entry of the manifest that they speak of, else at the configuration", () => {
    const lines = results.map(({ locations }) => {
      const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {};
      const file = artifactLocation?.uri ?? "";
      return [file, readFileSync(file, "utf8").split("\n")[(region?.startLine ?? 0) - 1]?.trim()];
    });
    expect(lines[0]).to.deep.equal([`${FOLDER}/vault.ts`, '_fee: "rule",']);
    expect(lines[1]?.[0]).to.equal("config/default.ts");
    expect(lines[2]).to.deep.equal([`${FOLDER}/timelock.ts`, "grantRole: role(ROLES.admin),"]);
  });

  it("keep their fingerprints, and none has another's", () => {
    const prints = results.map(({ partialFingerprints }) => partialFingerprints?.["sentence/v1"]);
    expect(new Set(prints).size).to.equal(results.length);
    const again = renderSarif({ verdicts: [failing("P1", results[0]?.message.text ?? "")] }, undefined, options);
    expect(again.runs[0]?.results?.[0]?.partialFingerprints?.["sentence/v1"]).to.equal(prints[0]);
  });

  it("are none where everything holds", () => {
    expect(renderSarif(someReport(), { worse: [] }, options).runs[0]?.results).to.deep.equal([]);
  });
});
