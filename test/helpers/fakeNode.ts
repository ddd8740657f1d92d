import { JsonRpcApiProvider, Network, type JsonRpcError, type JsonRpcPayload, type JsonRpcResult } from "ethers";

/** What a node answers: a result, a JSON-RPC error, or nothing, because the line broke. */
export type Reply =
  { readonly result: unknown } | { readonly error: JsonRpcError["error"] } | { readonly thrown: Error };

/** An ethers provider whose node answers as it is told to. */
export class FakeNode extends JsonRpcApiProvider {
  constructor(private readonly reply: (method: string, params: readonly unknown[]) => Reply) {
    super(1, { staticNetwork: Network.from(1) });
    this._start();
  }

  override _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<(JsonRpcResult | JsonRpcError)[]> {
    return Promise.all(
      (Array.isArray(payload) ? payload : [payload]).map(({ id, method, params }) => {
        const reply = this.reply(method, Array.isArray(params) ? params : []);
        if ("thrown" in reply) throw reply.thrown;
        return "error" in reply ? { id, error: reply.error } : { id, result: reply.result };
      }),
    );
  }
}
