import { expect } from "chai";
import { artifacts } from "hardhat";

import { Declarations } from "../../../../src/power/storage/declarations.js";
import { parseLayout } from "../../../../src/power/storage/layout.js";
import { StructReader } from "../../../../src/power/storage/namespaces.js";
import { baseIn, readStorage } from "../../../../src/power/storage/readStorage.js";
import {
  flatten,
  slotsOf,
  type StorageLayout,
  type StorageType,
  type Variable,
} from "../../../../src/power/storage/types.js";
import { readCompilerOutputs, type CompilerOutput } from "../../../../src/compiler/compilerOutput.js";
import storage from "../../../../snapshots/storage.json" with { type: "json" };

const SHELVES = "contracts/mocks/ShelvesMock.sol:ShelvesMock";
const UPGRADEABLE = "contracts/mocks/UpgradeableRolesMock.sol:UpgradeableRolesMock";

/** A type in full; structs within themselves by their name. */
function describeType(type: StorageType, within: readonly string[] = []): unknown {
  switch (type.kind) {
    case "value":
    case "text":
      return type;
    case "mapping":
      return { ...type, key: describeType(type.key), value: describeType(type.value, within) };
    case "array":
      return { ...type, element: describeType(type.element, within) };
    case "struct": {
      if (within.includes(type.label)) return type.label;
      const members = type.members.map((member) => ({
        ...member,
        type: describeType(member.type, [...within, type.label]),
      }));
      return { ...type, members };
    }
  }
}

const describeAll = (variables: readonly Variable[]) =>
  variables.map((variable) => ({ ...variable, type: describeType(variable.type) }));

describe("a storage layout", () => {
  let outputs: CompilerOutput[];
  let layouts: Record<string, StorageLayout>;

  before(async () => {
    outputs = await readCompilerOutputs(artifacts, [...Object.keys(storage), SHELVES]);
    layouts = await readStorage(artifacts, [SHELVES, UPGRADEABLE]);
  });

  it("names and places the variables of every contract as the snapshot does", () => {
    const told = Object.fromEntries(
      outputs.flatMap(({ name, layout }) => {
        if (layout === undefined || name === SHELVES) return [];
        const { variables } = parseLayout(layout);
        return [
          [name, variables.map(({ name: label, slot, offset, type }) => [label, Number(slot), offset, type.label])],
        ];
      }),
    );
    const committed = Object.fromEntries(
      Object.entries(storage).map(([name, { storage: fields }]) => [
        name,
        fields.map(({ label, slot, offset, type }) => [label, slot, offset, type]),
      ]),
    );
    expect(told).to.deep.equal(committed);
  });

  it("is the same for every struct, whether its place or only its declaration is read", () => {
    const compared = new Set<string>();
    for (const { layout, sources } of outputs) {
      const types = layout?.types ?? {};
      const declarations = new Declarations(sources);
      const reader = new StructReader(declarations);
      for (const type of Object.keys(types)) {
        const struct = declarations.at(Number(/^t_struct\(.*\)(\d+)_storage$/.exec(type)?.[1]));
        if (struct?.nodeType !== "StructDefinition") continue;
        const variable = { label: "it", slot: "0", offset: 0, type };
        const placed = parseLayout({ storage: [variable], types }, baseIn(declarations)).variables;
        const declared = flatten(reader.members(struct).map((member) => ({ ...member, name: `it.${member.name}` })));
        expect(describeAll(declared), struct.canonicalName).to.deep.equal(describeAll(placed));
        compared.add(struct.canonicalName);
      }
    }
    expect(compared).to.include.keys("ShelvesMock.Account", "AccessControl.RoleData", "OperationLedger.Context");
  });

  it("adds the namespaces of what a contract inherits from", () => {
    const { [UPGRADEABLE]: layout = [] } = layouts;
    const names = layout.flatMap(({ variables }) => variables.map(({ name }) => name));
    expect(names).to.have.members([
      "delay",
      "openzeppelin.storage.AccessControl._roles",
      "openzeppelin.storage.AccessControlEnumerable._roleMembers",
      "openzeppelin.storage.Initializable._initialized",
      "openzeppelin.storage.Initializable._initializing",
      "openzeppelin.storage.Pausable._paused",
    ]);
  });

  it("counts the slots of what stands in them", () => {
    const { [SHELVES]: layout = [] } = layouts;
    const variables = layout[0]?.variables ?? [];
    const slots = (name: string) => variables.filter((one) => one.name === name).map(({ type }) => slotsOf(type));
    expect(slots("_fixed")).to.deep.equal([3n]); // six of five bytes each in a slot
    expect(slots("_flags")).to.deep.equal([2n]);
    expect(slots("_entries")).to.deep.equal([1n]);
    expect(slots("_settings.limits.keeper")).to.deep.equal([1n]);
  });
});
