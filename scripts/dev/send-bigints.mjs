// Loaded into each of Mocha's processes. They report as JSON, which knows no bigint: without this, a failure whose error
// carries one (as those of ethers do) would end the process, and hide what failed.

if (process.send !== undefined) {
  const send = process.send.bind(process);
  const toText = (_, value) => (typeof value === "bigint" ? value.toString() : value);
  process.send = (message, ...rest) => send(JSON.parse(JSON.stringify(message, toText)), ...rest);
}
