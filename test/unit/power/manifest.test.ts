import { readFileSync } from "node:fs";

import { expect } from "chai";

import { CALLS } from "../../../src/power/cells/calls.js";
import { boundOf, changingFunctions, KINDS, type KindName } from "../../../src/power/manifest/parts.js";
import { WIRING } from "../../../src/power/world/wiring.js";

type Labelled = readonly { readonly label: string; readonly type: string }[];
type Layouts = Readonly<
  Record<string, { readonly storage: Labelled; readonly types: Readonly<Record<string, Labelled>> }>
>;

const layouts = JSON.parse(readFileSync("snapshots/storage.json", "utf8")) as Layouts;

/** Those that `declared` takes apart by their members. */
const variablesOf = (contract: string, declared: Readonly<Record<string, unknown>>): string[] => {
  const name = Object.keys(layouts).find((one) => one.endsWith(`:${contract}`));
  const { storage = [], types = {} } = (name === undefined ? undefined : layouts[name]) ?? {};
  return storage.flatMap(({ label, type }) => {
    if (Object.hasOwn(declared, label)) return [label];
    const isArray = type.endsWith("[]");
    const members = types[isArray ? type.slice(0, -2) : type.replace(/^mapping\(.* => (.*)\)$/, "$1")] ?? [];
    if (members.length === 0) return [label];
    return [...(isArray ? [`${label}.length`] : []), ...members.map((member) => `${label}.${member.label}`)];
  });
};

describe("manifests of the power audit", () => {
  for (const [name, { manifest, abi }] of Object.entries(KINDS)) {
    context(`given the ${name}`, () => {
      it("class every variable that the compiler has placed, and no other", () => {
        expect(Object.keys(manifest.variables).sort()).to.deep.equal(
          variablesOf(manifest.contract, manifest.variables).sort(),
        );
      });

      it("say of every function that changes state whom it asks for, and how it is called", () => {
        const signatures = changingFunctions({ manifest, abi });
        const nameOf = (signature: string) => abi.getFunction(signature)?.name ?? "";
        const isOverloaded = (signature: string) =>
          signatures.filter((one) => nameOf(one) === nameOf(signature)).length > 1;
        const expected = signatures
          .map((signature) => (isOverloaded(signature) ? signature : nameOf(signature)))
          .sort();
        expect(Object.keys(manifest.functions).sort()).to.deep.equal(expected);
        expect(Object.keys(CALLS[name as KindName]).sort()).to.deep.equal(expected);
      });

      it("let only rules come into being with a value", () => {
        for (const variable of Object.keys("born" in manifest ? (manifest.born ?? {}) : {})) {
          expect(manifest.variables).to.have.property(variable, "rule");
        }
      });

      it("say only of rules what they may cost", () => {
        for (const variable of Object.keys(manifest.costs ?? {})) {
          expect(manifest.variables[variable], variable).to.equal("rule");
        }
      });

      it("bound only functions that there are, and rules that there are", () => {
        const rules = new Set(
          Object.values(KINDS).flatMap(({ manifest: { contract, variables } }) =>
            Object.entries(variables).flatMap(([variable, its]) => (its === "rule" ? [`${contract}.${variable}`] : [])),
          ),
        );
        for (const [signature, bound] of Object.entries(manifest.bounded ?? {})) {
          expect(manifest.functions).to.have.property(signature);
          if (bound?.follows !== undefined) expect(boundOf(bound.follows)).not.to.equal(undefined);
          expect((bound?.moves ?? []).filter((rule) => !rules.has(rule))).to.deep.equal([]);
          expect([bound?.until?.variable].filter((rule) => rule !== undefined && !rules.has(rule))).to.deep.equal([]);
        }
      });

      it("keep offices where a rule says who is in them", () => {
        for (const variable of Object.values("kept" in manifest ? manifest.kept : {})) {
          expect(manifest.variables).to.have.property(variable, "rule");
        }
      });

      it("hold every view that names accounts against the address book, or say that it decides nothing", () => {
        const views: string[] = [];
        abi.forEachFunction(({ constant, inputs, outputs, name: view }) => {
          const [output] = outputs;
          const names = outputs.length === 1 && (output?.type === "address" || output?.type === "address[]");
          if (constant && inputs.length === 0 && names) views.push(view);
        });
        expect(Object.keys(WIRING[name as KindName] ?? {}).sort()).to.deep.equal(views.sort());
      });
    });
  }
});
