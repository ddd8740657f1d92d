import { JsonRpcApiProvider, Network, type JsonRpcError, type JsonRpcPayload, type JsonRpcResult } from "ethers";

/** What a node answers: a result, a JSON-RPC error, or nothing, because the line broke. */
export type Reply =
  { readonly result: unknown } | { readonly error: JsonRpcError["error"] } | { readonly thrown: Error };

/** An ethers provider whose node answers as it is told to. */
export class FakeNode extends JsonRpcApiProvider {
  constructor(
    private readonly reply: (method: string, params: readonly unknown[]) => Reply,
    chain = 1,
  ) {
    super(chain, { staticNetwork: Network.from(chain) });
    this._start();
  }

  override _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<(JsonRpcResult | JsonRpcError)[]> {
    const payloads = Array.isArray(payload) ? payload : [payload];
    return Promise.all(
      payloads.map(async ({ id, method, params }) => {
        const reply = this.reply(method, Array.isArray(params) ? params : []);
        if ("thrown" in reply) throw reply.thrown;
        return await Promise.resolve("error" in reply ? { id, error: reply.error } : { id, result: reply.result });
      }),
    );
  }
}
