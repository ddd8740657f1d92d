import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request of JSON-RPC, as a node gets it. */
export interface RpcRequest {
  readonly id: number | string | null;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What comes back instead of the node's answer. */
export type Answer =
  | { readonly kind: "result"; readonly result: unknown }
  /** An error as JSON-RPC tells one. */
  | { readonly kind: "error"; readonly code: number; readonly message: string; readonly data?: unknown }
  /** An answer of something that stands before the node. */
  | {
      readonly kind: "http";
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The node's answer, and the line goes dead in the middle of it. */
  | { readonly kind: "truncated" }
  /** The line goes dead. */
  | { readonly kind: "cut" }
  /** Nothing, ever. */
  | { readonly kind: "silence" };

/** What a node itself answers. */
export type NodeAnswer = Extract<Answer, { readonly kind: "result" | "error" }>;
/** Asks the node itself. */
type Ask = (method: string, params: readonly unknown[]) => Promise<NodeAnswer>;

/**
 * What goes wrong on the way to a node.
 * @returns What comes back; undefined where nothing goes wrong.
 */
export type Fault = (request: RpcRequest, ask: Ask) => Promise<Answer | undefined> | Answer | undefined;

/** A way to a node, on which things go wrong. */
export interface FaultyProxy {
  readonly url: string;
  /** What goes wrong from now on; the first fault that answers counts. */
  suffer(...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

/** @param target Where the node is. */
export async function startProxy(target: string, ...first: readonly Fault[]): Promise<FaultyProxy> {
  let faults = first;
  const server = createServer((request, response) => {
    // Whatever the way to the node does not survive, the client sees as a line that went dead.
    handle(request, response).catch(() => request.socket.destroy());
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming);
    const request = { params: [], ...(JSON.parse(body) as Omit<RpcRequest, "params">) };
    const answer = await findAnswer(request);
    const send = (status: number, text: string, headers: Readonly<Record<string, string>> = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
    const tell = (told: object) => send(200, JSON.stringify({ jsonrpc: "2.0", id: request.id, ...told }));
    switch (answer?.kind) {
      case undefined:
        return void send(200, await forward(body));
      case "result":
        return void tell({ result: answer.result });
      case "error":
        return void tell({ error: { code: answer.code, message: answer.message, data: answer.data } });
      case "http":
        return void send(answer.status, answer.body, answer.headers);
      case "truncated": {
        const text = await forward(body);
        return void send(200, text.slice(0, Math.ceil(text.length / 2)));
      }
      case "cut":
        return void incoming.socket.destroy();
      case "silence":
        return;
    }
  }

  async function findAnswer(request: RpcRequest): Promise<Answer | undefined> {
    for (const fault of faults) {
      const answer = await fault(request, ask);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  const forward = async (body: string): Promise<string> => {
    const answer = await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body });
    return await answer.text();
  };

  const ask: Ask = async (method, params) => {
    const { result, error } = JSON.parse(await forward(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }))) as {
      readonly result?: unknown;
      readonly error?: Omit<Extract<NodeAnswer, { kind: "error" }>, "kind">;
    };
    return error === undefined ? { kind: "result", result } : { kind: "error", ...error };
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    suffer: (...next) => {
      faults = next;
    },
    close: () => close(server),
  };
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
