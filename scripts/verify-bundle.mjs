#!/usr/bin/env node
// Replays what an audit executed on another engine, anvil, over plain JSON-RPC, and compares all that it claims. It shares
// no code with the audit, and believes nothing of it. --help says how to use it.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import { keccak256 } from "ethers";

const HELP = `node scripts/verify-bundle.mjs FILE [--anvil PROGRAM]

FILE is what "npx hardhat tribune audit --json FILE" wrote. Every transaction, block and call in it is made again on anvil:
what must work, what must revert, what is answered, every slot that changes. Whatever differs is printed.
Exit code: 0 all is as claimed; 1 something is not, or the file is not what its hash says; 2 the file or anvil is unusable.
anvil comes with "npm ci"; PATH is searched too, and --anvil names another program.`;

const AS_CLAIMED = "What was executed is as claimed. Verdicts are not judged; what was left out cannot be seen.";
const GAS = "0xe4e1c0"; // 15,000,000, which every call of the audit brings
const BATCH = 200; // requests at once
const DIFFERENCE = { tracer: "prestateTracer", tracerConfig: { diffMode: true } };

const quantity = (value) => `0x${BigInt(value ?? 0).toString(16)}`;
const wordOf = (value) => `0x${BigInt(value).toString(16).padStart(64, "0")}`;
const nameOf = ({ from, to, data }) => `call of ${from} to ${to}, ${data.slice(0, 10)}`;

async function startAnvil(program, { chain, block, time }) {
  const own = fileURLToPath(import.meta.resolve("../node_modules/.bin"));
  const args = ["--port", "0", "--accounts", "0", "--chain-id", chain, "--number", block, "--timestamp", time];
  args.push("--gas-price", "0", "--block-base-fee-per-gas", "0", "--disable-min-priority-fee", "--auto-impersonate");
  args.push("--no-mining", "--no-request-size-limit", "--disable-default-create2-deployer");
  const env = { ...process.env, PATH: `${own}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(program, args.map(String), { env, stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => child.kill());
  const url = await new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`${program} does not start: ${error.message}`)));
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code} before it listened`)));
    let said = "";
    child.stdout.on("data", (part) => {
      const found = /Listening on (\S+)\s/.exec((said = `${said}${part}`.slice(-9999)));
      if (found) resolve(`http://${found[1]}`);
    });
  });
  return { url, stop: () => child.kill() };
}

/** Slots and code that a trace says have changed, as lines. */
const linesOf = ({ pre, post }) =>
  [...new Set([...Object.keys(pre), ...Object.keys(post)])].flatMap((account) => {
    const [old, now] = [pre[account] ?? {}, post[account] ?? {}];
    const slots = new Set([...Object.keys(old.storage ?? {}), ...Object.keys(now.storage ?? {})]);
    const words = [...slots].map((slot) => [slot, old.storage?.[slot], now.storage?.[slot]].map(quantity));
    const changed = words.filter(([, was, is]) => was !== is).map(([slot, was, is]) => `slot ${slot}: ${was} -> ${is}`);
    if (now.code && now.code !== old.code) changed.push(`code ${keccak256(now.code)}`);
    return changed.map((line) => `${account.toLowerCase()} ${line}`);
  });

class Replay {
  figures = { transactions: 0, "calls that work": 0, "calls that revert": 0, answers: 0, slots: 0 };
  differences = [];
  where = [];
  constructor(url, { accounts, random, block, time }) {
    Object.assign(this, { url, accounts, random, block, time });
  }

  async ask(requests, answers = []) {
    if (requests.length === 0) return answers;
    const batch = requests.slice(0, BATCH);
    const body = JSON.stringify(batch.map(([method, ...params], id) => ({ jsonrpc: "2.0", id, method, params })));
    const headers = { "content-type": "application/json" };
    const response = await globalThis.fetch(this.url, { method: "POST", headers, body });
    answers.push(...(await response.json()).sort((one, other) => one.id - other.id));
    return await this.ask(requests.slice(BATCH), answers);
  }

  async must(...request) {
    const [{ result, error }] = await this.ask([request]);
    if (error) throw new Error(`anvil refuses ${JSON.stringify(request).slice(0, 300)}: ${error.message}`);
    return result;
  }
  differ = (what, text) => this.differences.push([...this.where, what, text].join(": "));

  compare(what, trace, effects) {
    const [found, claimed] = [new Set(linesOf(trace)), new Set(effects)];
    this.figures.slots += claimed.size;
    for (const line of claimed) if (!found.has(line)) this.differ(what, `claimed, and not so: ${line}`);
    for (const line of found) if (!claimed.has(line)) this.differ(what, `so, and not claimed: ${line}`);
  }

  /** anvil cannot be told what PREVRANDAO says in a block, but in a trace it can. */
  tracing(number = this.block, time = this.time) {
    return { ...DIFFERENCE, blockOverrides: { random: this.random, number: quantity(number), time: quantity(time) } };
  }

  async write(account, { balance, nonce, code, storage = {} }) {
    if (balance !== undefined) await this.must("anvil_setBalance", account, balance);
    if (nonce !== undefined) await this.must("anvil_setNonce", account, quantity(nonce));
    if (code !== undefined) await this.must("anvil_setCode", account, code);
    for (const slot of Object.entries(storage)) await this.must("anvil_setStorageAt", account, ...slot.map(wordOf));
  }

  async play(steps) {
    for (const { kind, ...step } of steps) await this[`play_${kind}`](step);
  }
  play_set = ({ account, ...what }) => this.write(account, what);
  async play_branch({ name, steps }) {
    if (name !== "") console.log(`${"  ".repeat(this.where.length)}${name}`);
    const { where, block, time } = this;
    const id = await this.must("evm_snapshot");
    this.where = name === "" ? where : [...where, name];
    await this.play(steps);
    await this.must("evm_revert", id);
    Object.assign(this, { where, block, time });
  }

  async play_block({ at }) {
    await this.must("evm_setNextBlockTimestamp", quantity(at));
    await this.must("evm_mine");
    Object.assign(this, { block: this.block + 1, time: at });
  }

  async play_transaction({ call, at, effects }) {
    const [what, request] = [nameOf(call), { ...call, gas: GAS, gasPrice: "0x0" }];
    ++this.figures.transactions;
    if (call.to !== undefined && effects?.some((line) => line.includes(" code "))) {
      // What address a contract gets may depend on PREVRANDAO: traced, and what the trace changes is written down.
      const trace = await this.must("debug_traceCall", request, "latest", this.tracing(this.block + 1, at));
      this.compare(what, trace, effects);
      for (const [account, { storage = {} }] of Object.entries(trace.pre)) {
        for (const slot of Object.keys(storage)) await this.write(account, { storage: { [slot]: 0 } });
      }
      for (const [account, change] of Object.entries(trace.post)) await this.write(account, change);
      return await this.play_block({ at });
    }
    const hash = await this.must("eth_sendTransaction", request);
    await this.play_block({ at });
    const works = (await this.must("eth_getTransactionReceipt", hash)).status === "0x1";
    if (works !== (effects !== undefined)) return this.differ(what, works ? "works" : "reverts");
    if (works) this.compare(what, await this.must("debug_traceTransaction", hash, DIFFERENCE), effects);
  }

  async play_claims({ tries, views, traces }) {
    const split = (places) => places.split(" ").filter(Boolean);
    const calls = ({ to, data, value }, places, works) =>
      split(places).map((place) => ({ call: { from: this.accounts[place], to, data, value }, works }));
    const made = tries.flatMap((row) => [...calls(row, row.pass, true), ...calls(row, row.fail, false)]);
    // anvil wants whoever pays to have it.
    const purse = ({ from, value }) => (value ? { [from]: { balance: value } } : {});
    const request = (call) => ["eth_call", { ...call, gas: GAS }, "latest", purse(call)];
    (await this.ask(made.map(({ call }) => request(call)))).forEach(({ error }, index) => {
      const { works } = made[index];
      ++this.figures[works ? "calls that work" : "calls that revert"];
      if (!error !== works) this.differ(nameOf(made[index].call), error ? "reverts" : "works");
    });
    (await this.ask(views.map(({ to, data }) => request({ to, data })))).forEach(({ result = null }, index) => {
      ++this.figures.answers;
      const { answer } = views[index];
      if (result !== answer) this.differ(nameOf(views[index]), `answers ${result}, not ${answer}`);
    });
    for (const { call, effects } of traces) {
      const trace = await this.must("debug_traceCall", { ...call, gas: GAS }, "latest", this.tracing());
      this.compare(nameOf(call), trace, effects);
    }
  }
}

async function main([file, option, program = "anvil"]) {
  if (file === undefined || file === "--help") return (console.log(HELP), file === undefined ? 2 : 0);
  if (option !== undefined && option !== "--anvil") throw new Error(`there is no option ${option}; --help tells all`);
  const { hash, ...content } = JSON.parse(readFileSync(file, "utf8"));
  const { proof } = content;
  if (proof?.schema !== 1) throw new Error(`${file} has no proof of schema 1`);
  const found = `0x${createHash("sha256").update(JSON.stringify(content)).digest("hex")}`;
  if (found !== hash) return (console.log(`REFUSED: the hash of the content is ${found}, not ${hash}`), 1);
  const anvil = await startAnvil(program, proof);
  const replay = new Replay(anvil.url, proof);
  try {
    for (const [account, { codeHash, ...what }] of Object.entries(proof.genesis)) {
      if (what.code && keccak256(what.code) !== codeHash) replay.differ(account, `its code's hash is not ${codeHash}`);
      await replay.write(account, what);
    }
    await replay.play(proof.steps);
  } finally {
    anvil.stop();
  }
  const { differences, figures } = replay;
  if (figures.transactions === 0) differences.push("there is no transaction in it: nothing was executed");
  for (const difference of differences.slice(0, 20)) console.log(difference);
  for (const [name, count] of Object.entries(figures)) console.log(`${count} ${name}`);
  console.log(`${(performance.now() / 1000).toFixed(1)} s; ${found}`);
  console.log(differences.length > 0 ? `REFUSED: ${differences.length} differences` : AS_CLAIMED);
  return differences.length > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(`verify-bundle: ${error.message}`);
  return 2;
});
