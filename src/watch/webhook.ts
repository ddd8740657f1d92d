import { SentenceError } from "../protocol/errors.js";
import type { Undelivered } from "./outbox.js";
import type { WatchEvent } from "./types.js";

/** How a webhook is called. */
export interface WebhookEdges {
  readonly fetch: typeof fetch;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Before each further attempt. [ms] */
const DELAYS = [500, 2_000, 8_000];
/** A server that says nothing for so long has failed. [ms] */
const TIMEOUT = 15_000;

/** Where events go. The address may have a key in it, so that it is never shown: its host is. */
export interface Webhook {
  readonly url: URL;
  /** What else is sent with each: whose events these are. */
  readonly about: { readonly dao: string; readonly chain: number };
}

/** @throws SentenceError if it is no address of a web server; what was given is not repeated. */
export function parseWebhook(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new SentenceError("The webhook's address is none: https:// and what follows. It is not shown here.");
}

/**
 * Sends one event, and again where that may help.
 * @returns Why it did not arrive; undefined if it did.
 */
export async function postEvent(
  { url, about }: Webhook,
  event: WatchEvent,
  edges: WebhookEdges,
): Promise<Undelivered | undefined> {
  // Chat programs show `text`, or `content`; others have the rest.
  const body = JSON.stringify({ ...event, ...about, content: event.text.slice(0, 1_900) });
  let reason = "";
  for (let attempt = 0; attempt <= DELAYS.length; ++attempt) {
    if (attempt > 0) await edges.wait(DELAYS[attempt - 1] ?? 0);
    try {
      const response = await edges.fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        // A key must not travel to wherever a server sends it on to.
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT),
      });
      await response.body?.cancel();
      if (response.ok) return undefined;
      reason = `${url.host} answers ${response.status}`;
      const mayPass = response.status >= 500 || response.status === 429 || response.status === 408;
      if (!mayPass) return { reason, isRefused: true };
    } catch {
      // What libraries say of it may have the address in it.
      reason = `${url.host} does not answer`;
    }
  }
  return { reason, isRefused: false };
}
