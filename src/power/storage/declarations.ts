import { z } from "zod";

/** What the compiler's syntax trees tell of types: as much as it takes to place a struct in storage. */

const described = { typeDescriptions: z.object({ typeString: z.string() }) };

interface Described {
  readonly typeDescriptions: { readonly typeString: string };
}

/** How a type is written. */
export type TypeName = Described &
  (
    | { readonly nodeType: "ElementaryTypeName" }
    | { readonly nodeType: "UserDefinedTypeName"; readonly referencedDeclaration: number }
    | { readonly nodeType: "FunctionTypeName"; readonly visibility: string }
    | { readonly nodeType: "Mapping"; readonly keyType: TypeName; readonly valueType: TypeName }
    | { readonly nodeType: "ArrayTypeName"; readonly baseType: TypeName }
  );

const typeNameSchema: z.ZodType<TypeName> = z.lazy(() =>
  z.discriminatedUnion("nodeType", [
    z.object({ nodeType: z.literal("ElementaryTypeName"), ...described }),
    z.object({ nodeType: z.literal("UserDefinedTypeName"), referencedDeclaration: z.number(), ...described }),
    z.object({ nodeType: z.literal("FunctionTypeName"), visibility: z.string(), ...described }),
    z.object({ nodeType: z.literal("Mapping"), keyType: typeNameSchema, valueType: typeNameSchema, ...described }),
    z.object({ nodeType: z.literal("ArrayTypeName"), baseType: typeNameSchema, ...described }),
  ]),
);

const structSchema = z.object({
  nodeType: z.literal("StructDefinition"),
  id: z.number(),
  canonicalName: z.string(),
  documentation: z.object({ text: z.string() }).nullish(),
  members: z.array(z.object({ name: z.string(), typeName: typeNameSchema })),
});
const declarationSchema = z.discriminatedUnion("nodeType", [
  structSchema,
  z.object({ nodeType: z.literal("EnumDefinition"), id: z.number() }),
  z.object({
    nodeType: z.literal("UserDefinedValueTypeDefinition"),
    id: z.number(),
    underlyingType: typeNameSchema,
  }),
  z.object({
    nodeType: z.literal("ContractDefinition"),
    id: z.number(),
    name: z.string(),
    /** Its own first. */
    linearizedBaseContracts: z.array(z.number()),
    nodes: z.array(z.unknown()),
  }),
]);
export type Declaration = z.output<typeof declarationSchema>;
export type StructDeclaration = z.output<typeof structSchema>;
type ContractDeclaration = Declaration & { readonly nodeType: "ContractDefinition" };

const KINDS: ReadonlySet<unknown> = new Set(declarationSchema.options.map(({ shape }) => shape.nodeType.value));
const treeSchema = z.object({ nodes: z.array(z.unknown()) });

/** The declarations of types in sources that were compiled together. */
export class Declarations {
  readonly #byId = new Map<number, Declaration>();
  /** By source and name. */
  readonly #contracts = new Map<string, ContractDeclaration>();

  constructor(sources: Readonly<Record<string, { readonly ast?: unknown }>>) {
    for (const [source, { ast }] of Object.entries(sources)) {
      for (const declaration of this.#add(treeSchema.parse(ast).nodes)) {
        if (declaration.nodeType !== "ContractDefinition") continue;
        this.#contracts.set(`${source}:${declaration.name}`, declaration);
        this.#add(declaration.nodes);
      }
    }
  }

  at(id: number): Declaration | undefined {
    return this.#byId.get(id);
  }

  /** Those that the contract and what it inherits from declare. */
  structsOf(source: string, contract: string): StructDeclaration[] {
    const bases = this.#contracts.get(`${source}:${contract}`)?.linearizedBaseContracts ?? [];
    return bases.flatMap((id) => {
      const base = this.#byId.get(id);
      const nodes = base?.nodeType === "ContractDefinition" ? base.nodes : [];
      return nodes.filter((node) => kindOf(node) === "StructDefinition").map((node) => structSchema.parse(node));
    });
  }

  #add(nodes: readonly unknown[]): Declaration[] {
    const added = nodes.filter((node) => KINDS.has(kindOf(node))).map((node) => declarationSchema.parse(node));
    for (const declaration of added) this.#byId.set(declaration.id, declaration);
    return added;
  }
}

const kindOf = (node: unknown): unknown => (node as { readonly nodeType?: unknown }).nodeType;
