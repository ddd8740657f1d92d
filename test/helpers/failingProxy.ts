import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A way to a chain that breaks, as if the power went out, once so many transactions have been sent through it. */
export interface FailingProxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param transactions Pass; the next one meets a dead line, and so does everything after it.
 * @param arrives Whether that next one still arrives, and only its answer is lost.
 */
export async function startFailingProxy(target: string, transactions: number, arrives: boolean): Promise<FailingProxy> {
  let sent = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await readBody(request);
      const isTransaction = /"eth_send(?:Raw)?Transaction"/.test(body);
      if (isTransaction) ++sent;
      const isDead = sent > transactions;
      if (isDead && (!arrives || sent > transactions + 1 || !isTransaction)) return void request.socket.destroy();
      const answer = await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body });
      if (isDead) return void request.socket.destroy();
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
