import type { Declarations, StructDeclaration, TypeName } from "./declarations.js";
import { bytesOf, flatten, slotsOf, valueType, type StorageRoot, type StorageType, type Variable } from "./types.js";
import { namespaceSlot } from "./wellKnown.js";

/**
 * What a contract keeps in namespaces (ERC-7201): structs that say so in their documentation, of the contract and all
 * that it inherits from. The compiler's layout leaves them out. Variables are named `namespace.member`.
 */
export function namespacesOf(declarations: Declarations, source: string, contract: string): StorageRoot[] {
  const reader = new StructReader(declarations);
  return declarations.structsOf(source, contract).flatMap((struct) => {
    const name = /@custom:storage-location\s+erc7201:(\S+)/.exec(struct.documentation?.text ?? "")?.[1];
    if (name === undefined) return [];
    const variables = reader.members(struct).map((member) => ({ ...member, name: `${name}.${member.name}` }));
    return [{ slot: namespaceSlot(name), variables: flatten(variables) }];
  });
}

/** Places members of structs as the compiler does. */
export class StructReader {
  /** By identifier, from before their members are read: those may lead back. */
  readonly #read = new Map<number, StorageType & { readonly kind: "struct" }>();

  constructor(private readonly declarations: Declarations) {}

  members(struct: StructDeclaration): readonly Variable[] {
    return this.#struct(struct).members;
  }

  #struct(declaration: StructDeclaration): StorageType & { readonly kind: "struct" } {
    const known = this.#read.get(declaration.id);
    if (known !== undefined) return known;
    const members: Variable[] = [];
    const made = { kind: "struct" as const, label: `struct ${declaration.canonicalName}`, slots: 0n, members };
    this.#read.set(declaration.id, made);
    let [slot, taken] = [0n, 0];
    for (const { name, typeName } of declaration.members) {
      const type = this.#typeOf(typeName);
      const isShared = type.kind === "value" && taken + type.bytes <= 32;
      if (!isShared && taken > 0) [slot, taken] = [slot + 1n, 0];
      members.push({ name, slot, offset: taken, type });
      if (type.kind === "value") taken += bytesOf(type);
      else slot += slotsOf(type);
    }
    made.slots = taken > 0 ? slot + 1n : slot;
    return made;
  }

  #typeOf(name: TypeName): StorageType {
    const label = name.typeDescriptions.typeString;
    switch (name.nodeType) {
      case "ElementaryTypeName":
        return label === "string" || label === "bytes" ? { kind: "text", label } : valueType(label);
      case "FunctionTypeName":
        return valueType(label, label, name.visibility === "external" ? 24 : 8);
      case "Mapping":
        return { kind: "mapping", label, key: this.#typeOf(name.keyType), value: this.#typeOf(name.valueType) };
      case "ArrayTypeName": {
        const length = /\[(\d+)\]$/.exec(label)?.[1];
        const element = this.#typeOf(name.baseType);
        return { kind: "array", label, element, length: length === undefined ? undefined : BigInt(length) };
      }
      case "UserDefinedTypeName":
        return this.#declared(name.referencedDeclaration, label);
    }
  }

  #declared(id: number, label: string): StorageType {
    const declaration = this.declarations.at(id);
    switch (declaration?.nodeType) {
      case "StructDefinition":
        return this.#struct(declaration);
      case "EnumDefinition":
        return valueType(label, label, 1);
      case "ContractDefinition":
        return valueType(label, label, 20);
      case "UserDefinedValueTypeDefinition":
        return valueType(label, declaration.underlyingType.typeDescriptions.typeString);
      case undefined:
        throw new Error(`the compiler's syntax trees do not declare ${label}`);
    }
  }
}
