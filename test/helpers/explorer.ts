import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

import { JsonRpcProvider } from "ethers";

/**
 * An explorer on loopback. It speaks the part of Etherscan's API, v2, that verification takes
 * (docs.etherscan.io/contract-verification/verify-with-api), which Blockscout's speaks as well but for `chainid`; and it
 * judges as they do: it compiles what it is given, and compares that with what the chain has.
 */
export interface Explorer {
  readonly url: string;
  /** What was submitted, and what became of it. */
  readonly judged: readonly Judgement[];
  /** Says so often first that it is asked too often. */
  tire(times: number): void;
  close(): Promise<void>;
}

interface Judgement {
  readonly address: string;
  readonly contract: string;
  /** Undefined where the sources give the code. */
  readonly problem: string | undefined;
}

/** What is asked of it, whether in the query or in a form. */
type Fields = Readonly<Record<string, string | undefined>>;

interface CompilerOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, Compiled>>>>;
}
interface Compiled {
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly deployedBytecode: {
      readonly object: string;
      readonly immutableReferences: Readonly<Record<string, readonly { start: number; length: number }[]>>;
    };
  };
}
interface Solc {
  version(): string;
  compile(input: string): string;
}

/** @param key That it takes; undefined for one that speaks like Blockscout, and takes none. */
export async function startExplorer(nodeUrl: string, chainId: number, key: string | undefined): Promise<Explorer> {
  const provider = new JsonRpcProvider(nodeUrl, chainId, { staticNetwork: true });
  const judged: Judgement[] = [];
  const verified = new Set<string>();
  let tired = 0;
  const server = createServer((request, response) => {
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URL(request.url ?? "/", "http://explorer").searchParams;
    const form = new URLSearchParams(await readBody(request));
    const fields: Fields = Object.fromEntries([...query, ...form]);
    const told = await tell(fields);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(told));
  }

  async function tell(fields: Fields): Promise<unknown> {
    const { module, action, address = "", guid } = fields;
    if (key !== undefined && fields.chainid !== String(chainId))
      return notOk("Missing or unsupported chainid parameter");
    if (key !== undefined && fields.apikey !== key) return notOk("Invalid API Key (#err2)");
    if (tired > 0) {
      tired--;
      return notOk("Max calls per sec rate limit reached (3/sec)");
    }
    if (module !== "contract") return notOk("Error! Missing Or invalid Module name");
    switch (action) {
      case "getsourcecode":
        return ok([{ SourceCode: verified.has(address.toLowerCase()) ? "{}" : "" }]);
      case "verifysourcecode":
        judged.push(await judge(fields));
        return ok(String(judged.length - 1));
      case "checkverifystatus": {
        const judgement = judged[Number(guid)];
        if (judgement === undefined) return notOk("Unknown UID");
        if (judgement.problem !== undefined) return notOk(`Fail - Unable to verify. ${judgement.problem}`);
        verified.add(judgement.address.toLowerCase());
        return ok("Pass - Verified");
      }
      default:
        return notOk("Error! Missing Or invalid Action name");
    }
  }

  async function judge(fields: Fields): Promise<Judgement> {
    const { contractaddress: address = "", contractname: contract = "", sourceCode = "", codeformat } = fields;
    const refuse = (problem: string) => ({ address, contract, problem });
    if (codeformat !== "solidity-standard-json-input") return refuse(`codeformat ${codeformat ?? ""}`);
    const solc = createRequire(import.meta.url)("solc") as Solc;
    if (!`v${solc.version()}`.startsWith(fields.compilerversion ?? "none")) return refuse("another compiler");
    const compiled = compile(solc, sourceCode, contract);
    if (typeof compiled === "string") return refuse(compiled);
    const { bytecode, deployedBytecode } = compiled.evm;
    const code = (await provider.getCode(address)).slice(2);
    if (anonymous(mask(code, compiled)) !== anonymous(mask(deployedBytecode.object, compiled)))
      return refuse("other code");
    const creation = await findCreation(address);
    // What a contract has created has no transaction of its own.
    if (creation === undefined) return { address, contract, problem: undefined };
    const given = `${bytecode.object}${fields.constructorArguments ?? ""}`;
    if (anonymous(creation.slice(2)) === anonymous(given)) return { address, contract, problem: undefined };
    return refuse("Please check for correct constructor argument values");
  }

  async function findCreation(address: string): Promise<string | undefined> {
    for (let number = 1; number <= (await provider.getBlockNumber()); number++) {
      const block = await provider.getBlock(number, true);
      for (const { hash, to, data } of block?.prefetchedTransactions ?? []) {
        if (to !== null) continue;
        if ((await provider.getTransactionReceipt(hash))?.contractAddress === address) return data;
      }
    }
    return undefined;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    judged,
    tire: (times) => (tired = times),
    close: async () => {
      provider.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ok = (result: unknown) => ({ status: "1", message: "OK", result });
const notOk = (result: string) => ({ status: "0", message: "NOTOK", result });

/** @returns What keeps it from being compiled, or the contract. */
function compile(solc: Solc, source: string, contract: string): Compiled | string {
  const input = JSON.parse(source) as { settings: Record<string, unknown> };
  const [file = "", name = ""] = contract.split(":");
  const outputs = ["evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences"];
  const settings = { ...input.settings, outputSelection: { [file]: { [name]: outputs } } };
  const output = JSON.parse(solc.compile(JSON.stringify({ ...input, settings }))) as CompilerOutput;
  const error = output.errors?.find(({ severity }) => severity === "error");
  return error?.formattedMessage ?? output.contracts?.[file]?.[name] ?? `there is no ${contract}`;
}

/** Without what a constructor has written into the code. */
function mask(code: string, { evm }: Compiled): string {
  let masked = code;
  for (const { start, length } of Object.values(evm.deployedBytecode.immutableReferences).flat()) {
    masked = masked.slice(0, 2 * start) + "00".repeat(length) + masked.slice(2 * (start + length));
  }
  return masked;
}

/** Without the hashes of metadata, which also depend on what was compiled beside; explorers leave them out of account. */
const anonymous = (code: string): string =>
  code.replaceAll(/a2646970667358221220[0-9a-f]{64}64736f6c6343/g, "a264697066735822122064736f6c6343");

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
